"""Owns building the ways of a mail account, in and out, from its configuration; opens nothing."""

from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.ports import Points
from resources.connectors.mail.configuration import MailConfig
from resources.connectors.mail.imap_ways import imap_folders
from resources.connectors.mail.inbound import Inbound
from resources.connectors.mail.maildir import Maildir
from resources.connectors.mail.outbound import Outbound
from resources.connectors.mail.outbox import Outbox
from resources.connectors.mail.sent import SentMail, SentMaildir


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where mail arrives, where sent mail is read and looked up, and where mail leaves."""

    inbox: Inbound
    sent: Inbound
    out: Outbound
    place: str


def ways(config: MailConfig, home: Path, points: Points) -> Ways:
    """Build the ways that the configuration names."""
    folders = imap_folders(config, home)
    kept, sent = _sent(config, home)
    out = _out(config, home, kept, points)
    return Ways(
        inbox=folders.inbox or _inbox(config, home),
        sent=sent,
        out=out,
        place=f"{out.place}\n{kept.place}",
    )


def _inbox(config: MailConfig, home: Path) -> Inbound:
    return Maildir(path=home / (config.receive.maildir or ""))


def _sent(config: MailConfig, home: Path) -> tuple[SentMail, Inbound]:
    if config.sent.maildir is None:
        raise _not_yet("sent.imap")
    maildir = Maildir(path=home / config.sent.maildir)
    return SentMaildir(maildir=maildir), maildir


def _out(config: MailConfig, home: Path, sent: SentMail, points: Points) -> Outbound:
    if config.send.maildir is None:
        raise _not_yet("send.smtp")
    return Outbox(maildir=Maildir(path=home / config.send.maildir), sent=sent, points=points)


def _not_yet(key: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(f"`{key}` is not built yet.", remedy="Name a `maildir`.")
