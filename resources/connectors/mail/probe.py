"""Owns trying a mail account out: what its servers offer, without an effect on them.

It connects, secures the connection, logs in and asks; folders are counted by STATUS, so no mail is
read or marked, and nothing is sent.
"""

from pathlib import Path

from aios_defs.core.errors import ConfigurationInvalid, OutsideFailed
from aios_defs.core.model import Model
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


def _inbox(session: ImapSession) -> FoundInbox:
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
        inbox = _inbox(session)
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
