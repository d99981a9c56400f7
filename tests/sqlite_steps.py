"""Owns counting the steps of SQLite's virtual machine: what is read, on however busy a machine.

A query that walks a table takes steps for each of its rows, also for those it does not return.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection

from sqlalchemy import Engine, event

_EVERY = 10


@dataclass(slots=True)
class Steps:
    """The steps taken so far, to the nearest ten of each statement."""

    count: int = 0

    def more(self) -> None:
        """Count ten more; as what SQLite calls, it returns nothing, which lets it go on."""
        self.count += _EVERY


@contextmanager
def counted_steps() -> Iterator[Steps]:
    """Count the steps of every connection that is made from now on."""
    steps = Steps()

    def listen(connection: Connection, _record: object) -> None:
        connection.set_progress_handler(steps.more, _EVERY)

    event.listen(Engine, "connect", listen)
    try:
        yield steps
    finally:
        event.remove(Engine, "connect", listen)
