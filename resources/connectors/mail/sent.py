"""Owns the folder of sent mail as a proof: a message that stands there was sent."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from resources.connectors.mail.gate import file_name
from resources.connectors.mail.maildir import Maildir
from resources.connectors.mail.parse import KEY_FIELD

_HEAD_BYTES = 64 * 1024
_KEY_LINE = re.compile(rb"(?im)^" + KEY_FIELD.encode("ascii") + rb":[ \t]*([\w-]+)[ \t]*\r?$")


class SentMail(Protocol):
    """Where sent mail is kept."""

    @property
    def place(self) -> str:
        """Which folder this is."""
        ...

    @property
    def files_itself(self) -> bool:
        """Whether the server puts what it sends there by itself."""
        ...

    def file(self, key: str, raw: bytes) -> None:
        """Put a copy of what was sent there, unless it stands there; raises as `holds` does."""
        ...

    def holds(self, key: str, message_id: str) -> bool:
        """Return whether the message of a key stands there.

        Raises:
            OutsideFailed, OSError: the folder can't be looked into.

        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMaildir:
    """A Maildir of sent mail.

    `heads` remembers the key of each file by its unique name, so that a look-up reads only the
    heads of files that are new.
    """

    maildir: Maildir
    heads: dict[str, str | None] = field(default_factory=dict[str, str | None])

    @property
    def place(self) -> str:
        """The folder, as an absolute path."""
        return str(self.maildir.path.absolute())

    @property
    def files_itself(self) -> bool:
        """Nobody puts anything there but AIOS and the operator's programs."""
        return False

    def file(self, key: str, raw: bytes) -> None:
        """Write the copy under a name made from the key, read already; once."""
        self.maildir.create()
        if self.maildir.locate(file_name(key)) is None:
            private = self.maildir.path / "tmp" / file_name(key)
            private.write_bytes(raw)
            private.replace(self.maildir.path / "cur" / f"{file_name(key)}:2,S")

    def holds(self, key: str, message_id: str) -> bool:  # noqa: ARG002 - the key is the sharper proof
        """Return whether a file there carries the key."""
        files = self.maildir.names()
        for unique in files.keys() - self.heads.keys():
            try:
                self.heads[unique] = key_in_head(files[unique])
            except OSError:
                continue
        return any(self.heads.get(unique) == key for unique in files)


def key_in_head(path: Path) -> str | None:
    """Return the key that a message file carries; raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found = _KEY_LINE.search(head)
    return found[1].decode("ascii") if found else None
