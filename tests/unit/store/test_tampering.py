"""Proves that the check finds what anyone does to the database file behind our back, and where."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from aios_defs.core.audit import event_seal_content
from aios_defs.core.envelope import Envelope, envelope_hash
from aios_defs.core.errors import LedgerBroken
from aios_defs.core.model import parse_rfc3339
from aios_defs.services.verify import Anchor, VerifyReport, verify_ledger
from resources.testing.memory_vault import MemoryVault
from tests.contract.ledger_kit import Kit, make_kit, paused

EVENTS = 12
Tamper = Callable[[sqlite3.Connection], object]


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


def run(statement: str, *parameters: object) -> Tamper:
    return lambda connection: connection.execute(statement, parameters)


def swap(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE events SET position = -1 WHERE position = 4")
    connection.execute("UPDATE events SET position = 4 WHERE position = 9")
    connection.execute("UPDATE events SET position = 9 WHERE position = -1")


def swap_contents(connection: sqlite3.Connection) -> None:
    """Swap two rows in all but their positions."""
    columns = "stream, sequence, type, time, actor, data, prev_hash, hash, seal, id"
    rows = {
        position: connection.execute(
            f"SELECT {columns} FROM events WHERE position = ?",  # noqa: S608 - fixed names
            (position,),
        ).fetchone()
        for position in (4, 9)
    }
    names = columns.split(", ")
    assignments = ", ".join(f"{name} = ?" for name in names)
    blank = [f"x-{n}" if n in {"id", "stream"} else v for n, v in zip(names, rows[9], strict=True)]
    for position, values in ((9, blank), (4, rows[9]), (9, rows[4])):
        connection.execute(
            f"UPDATE events SET {assignments} WHERE position = ?",  # noqa: S608 - fixed names
            (*values, position),
        )


def remove_and_close_the_gap(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM events WHERE position = 5")
    for position in range(6, EVENTS + 1):
        connection.execute(
            "UPDATE events SET position = ? WHERE position = ?", (position - 1, position)
        )


def insert_between(connection: sqlite3.Connection) -> None:
    for position in range(EVENTS, 5, -1):
        connection.execute(
            "UPDATE events SET position = ? WHERE position = ?", (position + 1, position)
        )
    connection.execute(
        "INSERT INTO events SELECT 6, 'forged', 'forged', 1, type, time, actor, subject, "
        "correlation_id, causation_id, run_id, data, prev_hash, hash, seal "
        "FROM events WHERE position = 7"
    )


def rehash_from(first: int, **changes: str) -> Tamper:
    """Edit one event and make every hash from there on anew, as one without the head key can."""

    def tamper(connection: sqlite3.Connection) -> None:
        for column, value in changes.items():
            connection.execute(
                f"UPDATE events SET {column} = ? WHERE position = ?",  # noqa: S608 - as above
                (value, first),
            )
        rows = connection.execute(
            "SELECT * FROM events WHERE position >= ? ORDER BY position", (first,)
        ).fetchall()
        previous = rows[0][12]
        for row in rows:
            again = bytes.fromhex(envelope_hash(_envelope(row, previous)))
            connection.execute(
                "UPDATE events SET prev_hash = ?, hash = ? WHERE position = ?",
                (previous, again, row[0]),
            )
            previous = again
        connection.execute("UPDATE head SET hash = ?", (previous,))

    return tamper


def _envelope(row: tuple, previous: bytes) -> Envelope:
    names = "position id stream sequence type time actor subject correlation_id causation_id run_id"
    fields = dict(zip(names.split(), row, strict=False))
    fields |= {"time": parse_rfc3339(row[5]), "data": json.loads(row[11])}
    return Envelope(**fields, prev_hash=previous.hex(), hash="")


def cut(keep: int) -> Tamper:
    def tamper(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM events WHERE position > ?", (keep,))

    return tamper


def cut_with_head(keep: int) -> Tamper:
    def tamper(connection: sqlite3.Connection) -> None:
        cut(keep)(connection)
        connection.execute(
            "UPDATE head SET position = ?, hash = "
            "coalesce((SELECT hash FROM events WHERE position = ?), zeroblob(32))",
            (keep, keep),
        )

    return tamper


EDIT = "UPDATE events SET {} WHERE position = 7"
TAMPERS: dict[str, tuple[Tamper, int]] = {
    "data": (run(EDIT.format("data = replace(data, 'scope-6', 'scope-X')")), 7),
    "time": (run(EDIT.format("time = '2031-05-06T07:08:09.000001Z'")), 7),
    "time spelt otherwise": (run(EDIT.format("time = replace(time, 'Z', '+00:00')")), 7),
    "actor": (run(EDIT.format("actor = 'facade'")), 7),
    "subject": (run(EDIT.format("subject = 'someone'")), 7),
    "stream": (run(EDIT.format("stream = 'elsewhere'")), 7),
    "sequence": (run(EDIT.format("sequence = 99")), 7),
    "type": (run(EDIT.format("type = 'override.resumed.v1'")), 7),
    "id": (run(EDIT.format("id = 'forged'")), 7),
    "correlation": (run(EDIT.format("correlation_id = 'forged'")), 7),
    "causation": (run(EDIT.format("causation_id = 'forged'")), 7),
    "run": (run(EDIT.format("run_id = 'forged'")), 7),
    "hash": (run(EDIT.format("hash = zeroblob(32)")), 7),
    "previous hash": (run(EDIT.format("prev_hash = zeroblob(32)")), 7),
    "seal": (run(EDIT.format("seal = zeroblob(32)")), 7),
    "seal of another type": (run(EDIT.format("seal = 'text'")), 7),
    "space in the data": (run(EDIT.format("data = data || ' '")), 7),
    "data that is no JSON": (run(EDIT.format("data = '{not json'")), 7),
    "data that is no object": (run(EDIT.format("data = '[]'")), 7),
    "data that is deep": (run(EDIT.format("data = ?"), '{"a":' + "[" * 90_000), 7),
    "data that is a number": (run(EDIT.format("data = 5")), 7),
    "data that is bytes": (run(EDIT.format("data = x'ff'")), 7),
    "time that is none": (run(EDIT.format("time = 'yesterday'")), 7),
    "sequence that is text": (run(EDIT.format("sequence = 'seven'")), 7),
    "deleted row": (run("DELETE FROM events WHERE position = 5"), 5),
    "deleted first row": (run("DELETE FROM events WHERE position = 1"), 1),
    "deleted row with the gap closed": (remove_and_close_the_gap, 5),
    "swapped rows": (swap, 4),
    "swapped contents": (swap_contents, 4),
    "inserted row": (insert_between, 6),
    "rehashed chain": (rehash_from(6, actor="facade"), 6),
    "rehashed last event": (rehash_from(EVENTS, actor="facade"), EVENTS),
    "cut tail": (cut(9), 10),
    "cut tail with the head moved": (cut_with_head(9), 10),
    "cut to nothing": (cut_with_head(0), 1),
    "head edited": (run("UPDATE head SET position = position + 1"), EVENTS + 1),
    "head of another type": (run("UPDATE head SET hash = 'text'"), EVENTS + 1),
    "head deleted": (run("DELETE FROM head"), EVENTS + 1),
}


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
