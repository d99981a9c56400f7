"""Owns the ways to change the database file behind our back, each with the first bad position."""

import json
import sqlite3
from collections.abc import Callable

from aios_defs.core.envelope import Envelope, envelope_hash
from aios_defs.core.model import parse_rfc3339

EVENTS = 12
Tamper = Callable[[sqlite3.Connection], object]


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
