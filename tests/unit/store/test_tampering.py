"""Proves that the check finds what anyone does to the database file behind our back, and where."""

import sqlite3
from pathlib import Path

import pytest

from aios_defs.core.audit import event_seal_content
from aios_defs.core.errors import LedgerBroken
from aios_defs.services.verify import Anchor, VerifyReport, verify_ledger
from resources.testing.memory_vault import MemoryVault
from tests.contract.ledger_kit import Kit, make_kit, paused
from tests.unit.store.tampers import EVENTS, TAMPERS, Tamper, run


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    made = make_kit("sqlite", tmp_path)
    with made.ledger.transaction(actor="operator") as unit:
        for number in range(EVENTS):
            unit.append(paused(f"scope-{number}", f"stream-{number % 3}"))
    return made


def tampered(home: Path, tamper: Tamper, *, keep_guards: bool = True) -> None:
    """Change the file as someone with sqlite3 would: take the guards off, and put them back."""
    connection = sqlite3.connect(home / "ledger.db", isolation_level=None)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'")
    found = guards.fetchall()
    for name, _ in found:
        connection.execute(f"DROP TRIGGER {name}")
    tamper(connection)
    if keep_guards:
        for _, statement in found:
            connection.execute(statement)
    connection.close()


def verified(kit: Kit, *anchors: Anchor) -> VerifyReport:
    return verify_ledger(kit.ledger, kit.vault, anchors=anchors)


def test_an_untouched_ledger_holds(kit: Kit) -> None:
    """Every event is checked and the report names the head."""
    report = verified(kit)

    with kit.ledger.view() as view:
        head = view.head()
    assert report.ok
    assert (report.events, report.head_position, report.head_hash) == (EVENTS, EVENTS, head.hash)
    assert (report.first_bad_position, report.finding) == (None, None)


def test_an_empty_ledger_holds(tmp_path: Path) -> None:
    """A ledger without events has a sealed head, too."""
    report = verified(make_kit("sqlite", tmp_path))

    assert (report.ok, report.events) == (True, 0)


@pytest.mark.parametrize("name", TAMPERS)
def test_the_first_bad_position_is_named(kit: Kit, tmp_path: Path, name: str) -> None:
    """Whatever was changed, the check fails and names the first position that does not hold."""
    tamper, position = TAMPERS[name]

    tampered(tmp_path, tamper)

    report = verified(kit)
    assert not report.ok
    assert report.first_bad_position == position, report.finding
    assert report.finding


@pytest.mark.parametrize("name", ["cut tail", "head edited", "head deleted", "rehashed last event"])
def test_nothing_is_written_on_a_broken_head(kit: Kit, tmp_path: Path, name: str) -> None:
    """A unit of work refuses to begin where the head is not what was sealed."""
    tampered(tmp_path, TAMPERS[name][0])

    with pytest.raises(LedgerBroken), kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused())


def test_guards_that_are_gone_are_reported(kit: Kit, tmp_path: Path) -> None:
    """Without its triggers the database would let anyone edit: the check says so."""
    tampered(tmp_path, run("SELECT 1"), keep_guards=False)

    report = verified(kit)

    assert not report.ok
    assert report.first_bad_position is None
    assert "events_refuses_update" in (report.finding or "")


def test_a_guard_that_guards_nothing_is_reported(kit: Kit, tmp_path: Path) -> None:
    """A trigger of the right name that refuses nothing is no guard."""

    def weaken(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TRIGGER events_refuses_delete")
        connection.execute(
            "CREATE TRIGGER events_refuses_delete BEFORE DELETE ON events BEGIN SELECT 1; END"
        )

    connection = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    weaken(connection)
    connection.close()

    assert "events_refuses_delete" in (verified(kit).finding or "")


def test_a_table_made_anew_may_hold_a_position_twice(kit: Kit, tmp_path: Path) -> None:
    """Without its primary key the table can repeat a position, which is found."""

    def repeat(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE copy AS SELECT * FROM events")
        connection.execute("DROP TABLE events")
        connection.execute("ALTER TABLE copy RENAME TO events")
        connection.execute("INSERT INTO events SELECT * FROM events WHERE position = 3")

    tampered(tmp_path, repeat, keep_guards=False)

    report = verified(kit)
    assert (report.ok, report.first_bad_position) == (False, 3)


def test_an_older_copy_is_found_by_an_anchor_beyond_it(kit: Kit) -> None:
    """A file that ends before a position someone remembers is an older copy."""
    report = verified(kit, Anchor(position=40, hash="a" * 64, source="run 7"))

    assert not report.ok
    assert report.first_bad_position == EVENTS + 1
    assert "run 7" in (report.finding or "")


def test_another_history_is_found_by_an_anchor_inside_it(kit: Kit) -> None:
    """A sealed log that differs from a remembered hash is not the one remembered."""
    report = verified(kit, Anchor(position=5, hash="a" * 64, source="the digest of May"))

    assert (report.ok, report.first_bad_position) == (False, 5)


def test_the_report_says_what_it_was_compared_with(kit: Kit) -> None:
    """With a matching anchor all holds; without one the report says what it can't know."""
    with kit.ledger.view() as view:
        fifth = next(view.events(after=4, limit=1))
    anchor = Anchor(position=5, hash=fifth.hash, source="run 7")

    with_anchor, without = verified(kit, anchor), verified(kit)

    assert with_anchor.ok
    assert "run 7" in with_anchor.anchors
    assert "no head from outside" in without.anchors


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    """The callback hears every five hundred events and the end."""
    kit = make_kit("sqlite", tmp_path)
    with kit.ledger.transaction(actor="operator") as unit:
        for number in range(1100):
            unit.append(paused(f"scope-{number}"))
    heard: list[tuple[int, int]] = []

    verify_ledger(kit.ledger, kit.vault, progress=lambda done, total: heard.append((done, total)))

    assert heard == [(500, 1100), (1000, 1100), (1100, 1100)]


def test_another_vault_verifies_nothing(kit: Kit) -> None:
    """Without the head key of this home not even the first seal holds."""
    report = verify_ledger(kit.ledger, MemoryVault("another"))

    assert (report.ok, report.first_bad_position) == (False, 1)


def test_the_fake_can_be_checked_too(tmp_path: Path) -> None:
    """The ledger of tests carries the same chain and seals."""
    kit = make_kit("memory", tmp_path)
    with kit.ledger.transaction(actor="operator") as unit:
        event = unit.append(paused())

    with kit.ledger.audit() as stored:
        (only,) = stored.events()

    assert verified(kit).ok
    assert only.seal == kit.vault.mac(event_seal_content(event.hash))
