"""Owns trying a mail account out: what its servers offer, without an effect on them.

It connects, secures the connection, logs in and asks; folders are counted by STATUS, so no mail is
read or marked, and nothing is sent.
"""

from aios_defs.core.errors import OutsideFailed
from aios_defs.core.model import Model
from resources.connectors.mail.imap_session import ImapSession

_FILES_ITSELF = "X-GM-EXT-1"
"""The capability of Gmail, which files what it sends."""
_FILES_ITSELF_AT = ("office365.com", "outlook.com")
"""Microsoft's servers do so too, and say nothing of it."""
_MOST_FOLDERS = 200


class FoundInbox(Model):
    r"""What an IMAP server offers: its folders in its order, with how many mails each holds.

    `sent` is the folder with the special use \Sent, None when none has it. `files_itself` says that
    the server is known to put what it sends there.
    """

    folders: dict[str, int]
    sent: str | None
    has_idle: bool
    has_uidplus: bool
    files_itself: bool


class FoundSender(Model):
    """What an SMTP server offers after the login: `size` in bytes, None when it tells no limit."""

    size: int | None
    logins: tuple[str, ...]
    has_utf8: bool


class Found(Model):
    """What both servers of an account offer."""

    inbox: FoundInbox
    sender: FoundSender


def look_into(session: ImapSession) -> FoundInbox:
    """Return what an IMAP server offers to who is logged in; raises OutsideFailed."""
    with session.asking():
        listed = session.client.list_folders()
    names = [str(name) for flags, _, name in listed if b"\\Noselect" not in flags]
    host = session.server.host
    return FoundInbox(
        folders=dict(_counts(session, names[:_MOST_FOLDERS])),
        sent=session.special(b"\\Sent"),
        has_idle=session.has("IDLE"),
        has_uidplus=session.has("UIDPLUS"),
        files_itself=session.has(_FILES_ITSELF) or host.endswith(_FILES_ITSELF_AT),
    )


def _counts(session: ImapSession, names: list[str]) -> "list[tuple[str, int]]":
    found: list[tuple[str, int]] = []
    for name in names:
        try:
            found.append((name, session.status(name).exists))
        except OutsideFailed as error:
            if error.fields.get("reason") != "no_folder":
                raise
    return found
