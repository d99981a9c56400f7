"""Owns the folder of sent mail on an IMAP server: looking there, and filing a copy there."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from resources.connectors.mail.configuration import SPECIAL_SENT
from resources.connectors.mail.imap_line import ImapLine
from resources.connectors.mail.imap_session import ImapSession
from resources.connectors.mail.parse import KEY_FIELD
from resources.connectors.mail.servers import ImapSent

_SEEN = b"\\Seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentByImap:
    """The folder of sent mail of an account; each question opens a connection of its own."""

    config: ImapSent
    line: ImapLine

    @property
    def place(self) -> str:
        """The server and the folder."""
        return f"{self.config.place}/{self.config.folder}"

    @property
    def files_itself(self) -> bool:
        """Whether the server files by itself what it sends."""
        return self.config.files_itself

    def holds(self, key: str, message_id: str) -> bool:
        """Return whether a mail there has the key, or the Message-ID made from it.

        Some servers write another Message-ID, others drop fields they don't know.
        """
        with self._opened() as (session, folder):
            session.examine(folder)
            return any(
                _finds(session, field, text)
                for field, text in (("Message-ID", f"<{message_id}>"), (KEY_FIELD, key))
            )

    def file(self, key: str, raw: bytes) -> None:
        """Append the copy, marked as read, unless the key stands there or the server does it."""
        if self.files_itself:
            return
        with self._opened() as (session, folder):
            session.examine(folder)
            if not _finds(session, KEY_FIELD, key):
                with session.asking(folder):
                    session.client.append(folder, raw.replace(b"\n", b"\r\n"), (_SEEN,))

    @contextmanager
    def _opened(self) -> Generator[tuple[ImapSession, str]]:
        with self.line.open() as session:
            if self.config.folder != SPECIAL_SENT:
                yield session, self.config.folder
            else:
                yield session, session.special(SPECIAL_SENT.encode("ascii")) or "Sent"


def _finds(session: ImapSession, field: str, text: str) -> bool:
    with session.asking():
        return bool(session.client.search(["HEADER", field, text]))
