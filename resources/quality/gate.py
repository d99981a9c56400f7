"""Owns the gate before the tables that a mail's run writes: a bad build does not replace them.

It asks the suite without Great Expectations, which no mail can wait for; drift is told by the
hourly check alone.
"""

from aios_defs.services.quality.verdict import Artifact, Measured, Verdict
from aios_defs.services.tables.table import Table
from resources.home import Home
from resources.quality.light import unmet_lightly
from resources.quality.suites import SUITES
from resources.quality.verdicts import Verdicts

GATED: tuple[Artifact, ...] = ("messages", "tickets", "replies", "outcomes")
"""What is looked at on each write; the other artifacts are audited before they come to it."""


def judge(home: Home, table: Table) -> Verdict | None:
    """Return what the suite says of a build; None of a table that has no gate."""
    gated: dict[str, Artifact] = {str(one): one for one in GATED}
    artifact = gated.get(table.name)
    if artifact is None:
        return None
    suite, former = SUITES[artifact], Verdicts(home.path).last(artifact)
    broken = unmet_lightly([row.to_json() for row in table.rows], suite.key, suite.expectations)
    position = table.head.position
    return Verdict(
        artifact=artifact,
        at=home.kernel.clock.now(),
        position=position,
        served=position if not broken else former.served if former else 0,
        rows=len(table.rows),
        is_kept_back=bool(broken),
        unmet=tuple(broken),
        drifted=former.drifted if former else (),
        measured=former.measured if former else Measured(),
    )
