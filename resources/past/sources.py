"""Owns which reader a mailbox of older messages needs."""

from pathlib import Path

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.past import PastSource
from resources.connectors.mail.connector import MailConnector
from resources.past.imap import PastFolder
from resources.past.maildir import PastMaildir
from resources.past.mbox import Mbox


def open_source(path: Path) -> PastSource:
    """Return the reader of an mbox file or a Maildir folder; raises UsageInvalid for another."""
    if path.is_file():
        return Mbox(path=path)
    if (path / "cur").is_dir() and (path / "new").is_dir():
        return PastMaildir(path=path)
    what = "is a folder without new and cur" if path.is_dir() else "is not there"
    raise UsageInvalid(
        f"{str(path)!r} {what}.", remedy="Name an mbox file (also .gz) or a Maildir folder."
    )


def open_folder(connector: object, folder: str) -> PastSource:
    """Return the reader of a folder of a connector's IMAP account; raises UsageInvalid if none."""
    line = connector.imap_line() if isinstance(connector, MailConnector) else None
    if line is None:
        raise UsageInvalid(
            "This connector reads no account by IMAP.",
            remedy="Name an mbox file or a Maildir folder instead of --folder.",
        )
    return PastFolder(line=line, folder=folder)
