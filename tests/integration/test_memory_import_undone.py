"""Proves that an import goes on after a kill, and is taken back whole."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aios_defs.core.errors import TransitionRefused
from aios_defs.core.rows.imports import ImportRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.identity.find import subjects
from aios_defs.services.imports.run import run
from aios_defs.services.imports.standing import Standing
from aios_defs.services.imports.undo import imports, undo
from aios_defs.services.judge import participants
from resources.past.memory_sources import open_memory_source
from tests.integration.desk import STRANGER, Desk, Mail
from tests.integration.memory_files import (
    CARDS_30,
    ICS,
    german_desk,
    imported_from,
    rows,
    state_of_memory,
    who,
    written,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return german_desk(tmp_path)


def test_an_import_is_taken_back_at_once(desk: Desk) -> None:
    """After the undo memory is what it was before, also after a rebuild; it can come in again."""
    desk.receive(Mail(text="Hello there", sender=STRANGER))
    before = state_of_memory(desk)
    text = f"name,email,phone,company\nSam Some,{STRANGER},+34600111222,Firm\nEva,eva@x.example,,\n"
    first = imported_from(desk, written(desk, "s.csv", text))
    second = imported_from(desk, written(desk, "c.ics", ICS))
    cards = imported_from(desk, written(desk, "a.vcf", CARDS_30))

    for one in (second, first, cards):
        undo(desk.kernel, one.import_id)

    assert state_of_memory(desk) == before
    desk.kernel.ledger.rebuild()
    assert state_of_memory(desk) == before
    assert [one["state"] for one in imports(desk.kernel)] == ["undone"] * 3
    with pytest.raises(TransitionRefused):
        undo(desk.kernel, first.import_id)
    assert dict(imported_from(desk, desk.path / "s.csv").counts) == {"changed": 1, "new": 1}


def test_who_was_met_since_stays_as_a_stranger(desk: Desk) -> None:
    """An undone contact that wrote meanwhile keeps its mail, and is no participant any more."""
    done = imported_from(desk, written(desk, "s.csv", f"name,email\nSam Some,{STRANGER}\n"))
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))

    undo(desk.kernel, done.import_id)

    sam = who(desk, STRANGER)
    with desk.kernel.ledger.view() as view:
        assert STRANGER not in participants(desk.kernel, view, desk.task())
    assert not sam.is_endorsed
    assert rows(desk, InteractionRow, profile_id=sam.id)


def test_what_two_imports_taught_stands_until_both_are_undone(desk: Desk) -> None:
    """Taking one back leaves what the other says too."""
    one = imported_from(desk, written(desk, "1.csv", "name,email\nEva Q,eva@x.example\n"))
    two = imported_from(
        desk, written(desk, "2.csv", "name,email,phone\nEva Q,eva@x.example,+34600111222\n")
    )

    undo(desk.kernel, one.import_id)

    assert who(desk, "+34600111222").id == who(desk, "eva@x.example").id
    undo(desk.kernel, two.import_id)
    with desk.kernel.ledger.view() as view:
        assert subjects(desk.kernel, view, "+34600111222") == []


def test_a_killed_import_goes_on_where_it_stood(desk: Desk) -> None:
    """What was kept before the kill is not taken twice, and the import is the same one."""
    lines = "".join(f"P {n},p{n}@x.example\n" for n in range(250))
    path = written(desk, "many.csv", f"name,email\n{lines}")
    source = open_memory_source(path, {}, ZoneInfo("UTC"))

    class Killed(Exception):  # no error of ours
        pass

    def kill(standing: Standing, _: int) -> None:
        if standing.behind >= 100:
            raise Killed

    with pytest.raises(Killed):
        run(desk.kernel, source, kill)
    done = run(desk.kernel, source, lambda *_: None)

    assert dict(done.counts) == {"new": 250}
    assert len(rows(desk, ImportRow)) == 1
