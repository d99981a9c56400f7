"""Owns building the ways of a mail account, in and out, from its configuration; opens nothing."""

from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.ports import Points
from resources.connectors.mail.configuration import MailConfig
from resources.connectors.mail.credentials import Credentials
from resources.connectors.mail.imap_sent import SentByImap
from resources.connectors.mail.imap_ways import imap_folders, imap_line
from resources.connectors.mail.inbound import Inbound
from resources.connectors.mail.journal import Journal
from resources.connectors.mail.maildir import Maildir
from resources.connectors.mail.outbound import Outbound
from resources.connectors.mail.outbox import Outbox
from resources.connectors.mail.sent import SentMail, SentMaildir
from resources.connectors.mail.submission import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where mail arrives, where sent mail is read and looked up, and where mail leaves.

    `journal` tells what left by SMTP; None where nothing does.
    """

    inbox: Inbound
    sent: Inbound
    out: Outbound
    journal: Journal | None
    place: str


def ways(config: MailConfig, home: Path, points: Points) -> Ways:
    """Build the ways that the configuration names."""
    folders = imap_folders(config, home)
    kept, sent = _sent(config, home)
    out = _out(config, home, kept, points)
    return Ways(
        inbox=folders.inbox or Maildir(path=home / (config.receive.maildir or "")),
        sent=folders.sent or sent,
        out=out,
        journal=out.journal if isinstance(out, Submission) else None,
        place=f"{out.place}\n{kept.place}",
    )


def _sent(config: MailConfig, home: Path) -> tuple[SentMail, Inbound]:
    maildir = Maildir(path=home / (config.sent.maildir or ""))
    server = config.sent_imap
    if server is not None:
        return SentByImap(config=server, line=imap_line(server, home)), maildir
    return SentMaildir(maildir=maildir), maildir


def _out(config: MailConfig, home: Path, sent: SentMail, points: Points) -> Outbound:
    if config.send.smtp is None:
        maildir = Maildir(path=home / (config.send.maildir or ""))
        return Outbox(maildir=maildir, sent=sent, points=points)
    return Submission(
        credentials=Credentials(server=config.send.smtp, home=home),
        journal=Journal(path=home / "smtp" / config.address, points=points),
        sent=sent,
    )
