"""Owns reading an IMAP folder as the past: by UID, in bounded batches, marking nothing.

The folder is opened by EXAMINE and fetched as arriving mail is (see imap_fetch). A position is the
last UID; UIDs hold as long as the folder's UIDVALIDITY, which is why that is its state.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aios_defs.core.past import Found
from resources.connectors.mail.imap_fetch import Fetcher
from resources.connectors.mail.imap_line import ImapLine
from resources.connectors.mail.imap_mark import FolderName


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFolder:
    """The folder `folder` of the account that `line` leads to."""

    line: ImapLine
    folder: str
    kind: str = "imap"

    @property
    def name(self) -> str:
        """Login, host and folder."""
        return f"imap:{self._name.place}"

    @property
    def _name(self) -> FolderName:
        return FolderName(server=self.line.server, folder=self.folder)

    def state(self) -> str:
        """Return its UIDVALIDITY; mail that arrives meanwhile changes nothing."""
        with self.line.session() as session:
            if session.examined is not None and session.examined[0] == self.folder:
                return str(session.examined[1])
            return str(session.examine(self.folder).uidvalidity)

    def total(self) -> int:
        """Return how many messages it holds."""
        with self.line.session() as session:
            return session.examine(self.folder).exists

    def items(self, after: str) -> Iterator[Found]:
        """Yield its messages whose UIDs come after one; raises OutsideFailed."""
        fetcher = Fetcher(line=self.line, name=self._name)
        state, uids = fetcher.listed(lambda _: int(after or 0) + 1)
        done = state.exists - len(uids)
        for messages, _ in fetcher.batches(state.uidvalidity, uids, lambda _: False):
            for uid, stored_at, raw in messages:
                done += 1
                yield Found(
                    ref=f"{state.uidvalidity}:{uid}",
                    place=f"UID {uid} of the folder",
                    after=str(uid),
                    stored_at=stored_at,
                    raw=raw,
                    done=done,
                )
