"""Owns the desk: what a page may use, and the lane behind it that works at once."""

from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request

from aios_defs.console.background import Background
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.kernel import Kernel
from resources.home import Home


class Lane(Protocol):
    """Works on what waits, at once and in this process (DESIGN §5)."""

    def wake(self) -> None:
        """Say that something may be due or decidable; returns at once."""
        ...

    def run(self, workflow: str, item: bytes | None = None) -> JsonObject:
        """Take in (this one message, if given), decide, commit; return what was done.

        Raises:
            UnknownId: there is no such workflow.

        """
        ...

    def health(self) -> JsonObject:
        """Return how the lane is: its last round, what went wrong, how far the mirror has come."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the pages work with; origins are exact (`http://127.0.0.1:3000`), without a path.

    `dagster_origin` is None while Dagster's pages are not served. `looks` are the slow looks that
    pages have made beside them.
    """

    home: Home
    lane: Lane
    origin: str
    dagster_origin: str | None = None
    looks: Background = field(init=False)

    def __post_init__(self) -> None:
        """Begin without a look."""
        object.__setattr__(self, "looks", Background(self.home.kernel.clock))

    @property
    def kernel(self) -> Kernel:
        """The kernel of the open home."""
        return self.home.kernel


def desk_of(request: Request) -> Desk:
    """Return the desk of the application that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


def session_of(request: Request) -> SessionRow:
    """Return the session that the guard found; it lets no request through without one."""
    session: SessionRow = request.state.session
    return session


AtDesk = Annotated[Desk, Depends(desk_of)]
Session = Annotated[SessionRow, Depends(session_of)]
