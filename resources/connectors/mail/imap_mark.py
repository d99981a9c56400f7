"""Owns the names of messages in an IMAP folder, and the mark up to which it was read.

A message is named by its folder's UIDVALIDITY and its own UID (RFC 3501 §2.3.1.1): UIDs only grow,
and a new UIDVALIDITY means that all names are new. The login and host belong to the name, because
servers give the same small numbers to every account.
"""

from dataclasses import dataclass
from urllib.parse import quote

from aios_defs.core.model import Model
from resources.connectors.mail.imap_session import FolderState, ImapServer


class FolderMark(Model):
    """Every message of that place and `uidvalidity` whose UID is below `uidnext` was yielded."""

    place: str
    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderName:
    """A folder of an account, and how it is written into refs and marks."""

    server: ImapServer
    folder: str

    @property
    def place(self) -> str:
        """`<login>@<host>/<folder>`, percent-encoded so that it holds no colon."""
        login, host, folder = (
            quote(one, safe="") for one in (self.server.user, self.server.host, self.folder)
        )
        return f"{login}@{host}/{folder}"

    def ref(self, uidvalidity: int, uid: int) -> str:
        """Return the ref of a message: `imap:<place>:<uidvalidity>:<uid>`."""
        return f"imap:{self.place}:{uidvalidity}:{uid}"

    def mark(self, uidvalidity: int, uidnext: int) -> FolderMark:
        """Return the mark before a UID."""
        return FolderMark(place=self.place, uidvalidity=uidvalidity, uidnext=uidnext)

    def is_ours(self, mark: FolderMark | None, state: FolderState) -> bool:
        """Return whether a mark speaks of this folder, with the names it has now."""
        return mark is not None and (mark.place, mark.uidvalidity) == (
            self.place,
            state.uidvalidity,
        )

    def first(self, mark: FolderMark | None, state: FolderState) -> int:
        """Return the first UID that the mark does not answer for.

        A mark beyond what the server gave out is none: all is looked through again.
        """
        if mark is None or not self.is_ours(mark, state):
            return 1
        is_beyond = bool(state.uidnext) and mark.uidnext > state.uidnext
        return 1 if is_beyond else mark.uidnext
