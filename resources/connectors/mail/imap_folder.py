"""Owns a folder that is read by IMAP: its messages as items, its count, and whether it has news.

Nothing is marked, moved or opened for writing, and no flag is believed. A look over the wire is
made at most each `poll_seconds`, or as soon as the server told of news (see imap_listener).
"""

import time
from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import ValidationError

from aios_defs.core.connector import Item
from aios_defs.core.errors import OutsideFailed
from aios_defs.core.resuming import Mark
from resources.connectors.mail.imap_fetch import Fetcher
from resources.connectors.mail.imap_line import ImapLine
from resources.connectors.mail.imap_mark import FolderMark, FolderName
from resources.connectors.mail.imap_session import FolderState

Kind = Literal["inbox", "sent"]
SPECIAL_SENT = "\\Sent"
r"""As the name of a folder: whichever has the special use \Sent."""
_FIRST_PAUSE = 5.0


class ImapFolder:
    """One folder of an account, read over a line that others may share."""

    def __init__(
        self, line: ImapLine, folder: str, kind: Kind = "inbox", *, poll_seconds: float = 60.0
    ) -> None:
        """Keep the line; opens nothing."""
        self.line = line
        self.kind: Kind = kind
        self._folder, self._poll_seconds = folder, poll_seconds
        self._fetcher: Fetcher | None = None
        self._next_look, self._failures = 0.0, 0
        self._trouble: OutsideFailed | None = None

    def items(self, folder: Kind, known: Callable[[str], bool]) -> Iterator[Item]:
        """Yield each message whose ref is not known, the oldest first; raises OutsideFailed."""
        del folder  # it is always ours
        return (one for one in self.items_from("", known) if isinstance(one, Item))

    def items_from(self, mark: str, known: Callable[[str], bool]) -> Iterator[Item | Mark]:
        """Yield each message after the mark, and marks in between; see core.resuming."""
        before, fetcher = _read_mark(mark), self._fetching()
        name = fetcher.name
        state, uids = fetcher.listed(lambda state: name.first(before, state))
        validity = state.uidvalidity
        if not name.is_ours(before, state):
            yield self._mark(name.mark(validity, 1), is_renamed=True)
        upto = name.first(before, state)
        for messages, upto in fetcher.batches(
            validity, uids, lambda uid: known(name.ref(validity, uid))
        ):
            for uid, stored_at, raw in messages:
                ref = name.ref(validity, uid)
                yield Item(ref=ref, folder=self.kind, stored_at=stored_at, raw=raw)
            yield self._mark(name.mark(validity, upto))
        yield self._mark(name.mark(validity, max(upto, state.uidnext)))

    def count(self) -> int:
        """Return how many messages the folder holds; raises OutsideFailed."""
        return self._state().exists

    def ailment(self, ref: str) -> str:
        """Return why an item has no bytes."""
        return (
            f"is listed by {self.line.server.where} and not handed out ({ref.rpartition(':')[2]})"
        )

    def has_news(self, mark: str) -> bool:
        """Return whether the folder may hold what the mark does not answer for.

        Between two looks the answer is no, or the trouble that the last one met; after trouble the
        next look comes within seconds at first.
        """
        now = time.monotonic()
        if now < self._next_look:
            if self._trouble is not None:
                raise self._trouble
            return False
        try:
            state = self._state()
        except OutsideFailed as error:
            pause = _FIRST_PAUSE * 2 ** min(self._failures, 10)
            self._failures += 1
            self._trouble, self._next_look = error, now + min(pause, self._poll_seconds)
            raise
        self._trouble, self._failures = None, 0
        self._next_look = now + self._poll_seconds
        return self._has_moved(_read_mark(mark), state)

    def look_soon(self) -> None:
        """Let the next question go over the wire: the server told of news."""
        self._next_look = 0.0

    def _has_moved(self, mark: FolderMark | None, state: FolderState) -> bool:
        name = self._fetching().name
        is_read = mark == name.mark(state.uidvalidity, state.uidnext)
        return not is_read or not state.uidnext

    def _state(self) -> FolderState:
        folder = self._fetching().name.folder
        with self.line.session() as session:
            if session.examined is not None:
                with session.asking():
                    session.client.noop()  # what is selected may have stale figures
            return session.status(folder)

    def _mark(self, mark: FolderMark, *, is_renamed: bool = False) -> Mark:
        value = mark.model_dump_json()
        return Mark(value=value, renamed=self.kind if is_renamed else None)

    def _fetching(self) -> Fetcher:
        if self._fetcher is None:
            name = FolderName(server=self.line.server, folder=self._name())
            self._fetcher = Fetcher(line=self.line, name=name)
        return self._fetcher

    def _name(self) -> str:
        """Return the folder's name; that of a special use is asked once."""
        if self._folder != SPECIAL_SENT:
            return self._folder
        with self.line.session() as session:
            return session.special(SPECIAL_SENT.encode()) or "Sent"


def _read_mark(value: str) -> FolderMark | None:
    """Return a mark; None for the empty one and one that is no longer understood."""
    try:
        return FolderMark.model_validate_json(value)
    except ValidationError:
        return None
