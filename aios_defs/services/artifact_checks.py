"""Owns the check of a memory artifact against the ledger; what it finds it names by ids only."""

from collections import Counter
from collections.abc import Mapping, Sequence

from aios_defs.core.model import JsonObject
from aios_defs.services.kernel import Kernel
from aios_defs.services.tables.memory import SEAL, ledger_ids, row_seal
from aios_defs.services.tables.table import Form

Findings = dict[str, list[str]]


def check_memory(
    kernel: Kernel, form: Form, kept: Mapping[str, Sequence[JsonObject]], *, upto: int
) -> Findings:
    """Return what is wrong with an artifact, by finding the ids of the rows; empty if sound.

    `kept` holds the rows of each level as JSON, `upto` is the position they were read at. Findings:
    `missing` and `unknown` (against the ledger), `repeated`, `changed` (the seal does not fit),
    `wrong_level` (in the table of another level), `proposed` (a fact nobody asserted).
    """
    key, name = form.key, form.name
    rows = [(level, row) for level, some in kept.items() for row in some]
    ids = Counter(str(row[key]) for _, row in rows)
    wanted = ledger_ids(kernel, name, upto=upto)
    findings = {
        "missing": sorted(wanted - ids.keys()),
        "unknown": sorted(ids.keys() - wanted),
        "repeated": sorted(one for one, count in ids.items() if count > 1),
        "changed": [
            str(row[key]) for _, row in rows if row.get(SEAL) != row_seal(kernel, name, row)
        ],
        "wrong_level": [str(row[key]) for level, row in rows if row.get("level") != level],
        "proposed": [str(row[key]) for _, row in rows if row.get("state") == "proposed"],
    }
    return {finding: found for finding, found in findings.items() if found}
