"""Owns trying a mail account out: what its servers offer, without an effect on them.

It connects, secures the connection, logs in and asks; folders are counted by STATUS. Of the newest
mails one header field is looked at, in a folder that is opened for reading only: no mail is read or
marked, and nothing is sent.
"""

from collections.abc import Iterable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aios_defs.core.errors import ConfigurationInvalid, OutsideFailed
from aios_defs.core.model import Model
from resources.connectors.mail.authentication import vouching
from resources.connectors.mail.configuration import MailConfig
from resources.connectors.mail.credentials import Credentials
from resources.connectors.mail.imap_session import ImapSession
from resources.connectors.mail.imap_ways import imap_server
from resources.connectors.mail.servers import SmtpServer
from resources.connectors.mail.smtp_session import SmtpSession

_FILES_ITSELF = "X-GM-EXT-1"
"""The capability of Gmail, which files what it sends."""
_FILES_ITSELF_AT = ("office365.com", "outlook.com")
"""Microsoft's servers do so too, and say nothing of it."""
_MOST_FOLDERS = 200
_NEWEST, _LEAST = 20, 3
"""How many of the newest mails tell who checks their senders, and how few tell nothing."""
_CHECKED = "BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS)]"


class FoundInbox(Model):
    r"""What an IMAP server offers: its folders in its order, with how many mails each holds.

    `sent` is the folder with the special use \Sent, None when none has it. `files_itself` says that
    the server is known to put what it sends there. `authserv_id` is whose word on the sender stands
    on top of each of the newest mails, None where they differ, lack it, or are too few: one that a
    stranger wrote into some mails is not taken for the server's.
    """

    folders: dict[str, int]
    sent: str | None
    has_idle: bool
    has_uidplus: bool
    files_itself: bool
    authserv_id: str | None = None


class FoundSender(Model):
    """What an SMTP server offers after the login: `size` in bytes, None when it tells no limit."""

    size: int | None
    logins: tuple[str, ...]
    has_utf8: bool


class Found(Model):
    """What both servers of an account offer."""

    inbox: FoundInbox
    sender: FoundSender


def _inbox(session: ImapSession, folder: str) -> FoundInbox:
    with session.asking():
        listed = session.client.list_folders()
    names = [str(name) for flags, _, name in listed if b"\\Noselect" not in flags]
    host = session.server.host
    counts = dict(_counts(session, names[:_MOST_FOLDERS]))
    return FoundInbox(
        folders=counts,
        sent=session.special(b"\\Sent"),
        has_idle=session.has("IDLE"),
        has_uidplus=session.has("UIDPLUS"),
        files_itself=session.has(_FILES_ITSELF) or host.endswith(_FILES_ITSELF_AT),
        authserv_id=_checker(session, folder) if counts.get(folder, 0) >= _LEAST else None,
    )


def _checker(session: ImapSession, folder: str) -> str | None:
    """Return whose word stands on top of each of the newest mails of a folder, or None."""
    first = max(1, session.examine(folder).exists - _NEWEST + 1)
    with session.asking(folder):
        uids = session.client.search([f"{first}:*"])
        fetched: dict[int, dict[bytes, Any]] = session.client.fetch(uids, [_CHECKED])
    names = set(_on_top(fetched.values()))
    return names.pop() if len(names) == 1 and len(fetched) >= _LEAST else None


def _on_top(mails: Iterable[dict[bytes, Any]]) -> Iterator[str | None]:
    """Yield who wrote the topmost field of each mail; None for one without."""
    for one in mails:
        raw = next((value for name, value in one.items() if name.startswith(b"BODY[")), b"")
        fields = message_from_bytes(raw).get_all("authentication-results", [])
        yield vouching(str(fields[0])) if fields else None


def _counts(session: ImapSession, names: list[str]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for name in names:
        try:
            found.append((name, session.status(name).exists))
        except OutsideFailed as error:
            if error.fields.get("reason") != "no_folder":
                raise
    return found


def probe(config: MailConfig, home: Path) -> Found:
    """Try both servers of an account out.

    Raises:
        ConfigurationInvalid: the account has no IMAP server or no SMTP server.
        OutsideFailed: a server can't be reached, trusted or logged in to; the remedy says what to
            do about it.

    """
    receive, send = config.receive.imap, config.send.smtp
    if receive is None or send is None:
        raise ConfigurationInvalid(
            "Only an account with an IMAP and an SMTP server can be tried out.",
            remedy="Name `receive.imap` and `send.smtp`.",
        )
    with ImapSession(imap_server(receive, home)) as session:
        inbox = _inbox(session, receive.folder)
    return Found(inbox=inbox, sender=_sender(send, home))


def _sender(server: SmtpServer, home: Path) -> FoundSender:
    with SmtpSession(Credentials(server=server, home=home)) as session:
        session.quit()
    size = session.features.get("SIZE", "")
    return FoundSender(
        size=int(size) or None if size.isdecimal() else None,
        logins=tuple(session.features.get("AUTH", "").split()),
        has_utf8="SMTPUTF8" in session.features,
    )
