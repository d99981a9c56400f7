"""Proves that what is broken or hostile in a file takes nothing else with it."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aios_defs.core.errors import OutsideFailed, UsageInvalid
from aios_defs.core.rows.imports import ImportLineRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.services.imports.run import run
from aios_defs.services.imports.standing import Standing
from resources.past.memory_sources import open_memory_source
from tests.integration.desk import DESK, Desk
from tests.integration.memory_files import (
    german_desk,
    imported_from,
    looked_at,
    rows,
    who,
    written,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return german_desk(tmp_path)


HOSTILE = {
    "long.csv": b"name,email\n" + b"x" * (3 * 1024 * 1024) + b"\nEva,eva@x.example\n",
    "quote.csv": b'name,email\n"never ends,\n' + b"Eva,eva@x.example\n",
    "null.csv": b"name,email\nE\0va,bad@x.example\nEva,eva@x.example\n",
    "many.csv": b"name,email\na,b@x.example,c,d,e\nEva,eva@x.example\n",
    "empty.csv": b"name,email\n=x,\n\n,,\nEva,eva@x.example\n",
    "open.vcf": b"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:Eva\nEMAIL:eva@x.example\nEND:VCARD\n",
    "null.vcf": b"BEGIN:VCARD\nFN:\0\nEND:VCARD\nBEGIN:VCARD\nFN:Eva\nEMAIL:eva@x.example\n"
    b"END:VCARD\n",
    "odd.vcf": b"BEGIN:VCARD\n;;;:::\nEND:VCARD\nBEGIN:VCARD\nFN:Eva\nEMAIL:eva@x.example\n"
    b"END:VCARD\n",
    "long.vcf": b"BEGIN:VCARD\nFN:B\nNOTE:" + b"y" * (9 * 1024 * 1024) + b"\nEND:VCARD\n"
    b"BEGIN:VCARD\nFN:Eva\nEMAIL:eva@x.example\nEND:VCARD\n",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_is_broken_takes_nothing_else_with_it(desk: Desk, name: str) -> None:
    """Endless lines and quotes, null characters, odd records: the good entry beside is taken."""
    done = imported_from(desk, written(desk, name, HOSTILE[name]))

    assert who(desk, "eva@x.example")
    assert done.counts["new"] >= 1
    if name != "empty.csv":
        assert done.counts["quarantined"] >= 1
        (line, *_) = rows(desk, ImportLineRow)
        assert line.reason
        assert line.remedy


def test_a_formula_stays_a_text(desk: Desk) -> None:
    """A field that a spreadsheet would compute is a name like any other, and no address."""
    text = 'name,email\n"=HYPERLINK(""http://x"")",=cmd@x\n'

    outlook = looked_at(desk, written(desk, "f.csv", text))
    imported_from(desk, desk.path / "f.csv")

    assert dict(outlook.left_out) == {"address": 1}
    (row,) = [one for one in rows(desk, ProfileRow) if one.position > 1][-1:]
    assert desk.kernel.vault.open(row.name).startswith("=HYPERLINK")


@pytest.mark.parametrize(
    ("name", "content"), [("x.csv", "just some words\nmore\n"), ("x.bin", "x"), ("x.csv", "")]
)
def test_what_is_of_no_known_kind_is_refused(desk: Desk, name: str, content: str) -> None:
    """A file without columns, cards or entries is refused with the way out, and nothing happens."""
    with pytest.raises(UsageInvalid):
        looked_at(desk, written(desk, name, content))


def test_a_column_that_is_not_there_is_refused(desk: Desk) -> None:
    """A mapping names a column of the table, and a role that there is."""
    path = written(desk, "s.csv", "Wer,Mail\nEva,eva@x.example\n")

    with pytest.raises(UsageInvalid):
        looked_at(desk, path, Nope="name")
    with pytest.raises(UsageInvalid):
        looked_at(desk, path, Wer="king")
    imported_from(desk, path, Wer="name")
    assert who(desk, "Eva").id == who(desk, "eva@x.example").id


def test_a_file_that_changes_meanwhile_stops_the_import(desk: Desk) -> None:
    """What was read before stays; the import says so and goes on from what is known."""
    lines = "".join(f"P {n},p{n}@x.example\n" for n in range(150))
    path = written(desk, "many.csv", f"name,email\n{lines}")
    source = open_memory_source(path, {}, ZoneInfo("UTC"))

    def overwrite(_: Standing, __: int) -> None:
        path.write_text("name,email\n", encoding="utf-8")

    with pytest.raises(OutsideFailed):
        run(desk.kernel, source, overwrite)

    assert who(desk, "p0@x.example")
    assert DESK not in [row.kind for row in rows(desk, IdentityRow)]
