"""Owns the configuration of a mail account in connectors.yaml."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from aios_defs.core.model import JsonObject, Model, parse_rfc3339
from resources.connector_entry import read_entry
from resources.connectors.mail.addresses import normal_address
from resources.connectors.mail.servers import ImapInbox, ImapSent, MailServer, SmtpServer

MaildirPath = Annotated[str, Field(min_length=1)]


def _address(value: str) -> str:
    normal = normal_address(value)
    if normal is None or not normal.isascii():
        raise ValueError("is no mail address")
    return normal


def _since(value: str) -> str:
    if value != "now":
        try:
            is_aware = datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            is_aware = False
        if not is_aware:
            raise ValueError(
                "must be `now` or an RFC 3339 time with its offset, like 2026-01-31T00:00:00Z"
            )
    return value


def _sent(value: object) -> object:
    if isinstance(value, str):
        if value != "auto":
            raise ValueError("must be `auto`, or name a `maildir` or `imap`")
        return {"auto": True}
    return value


class _Place(Model):
    """One of the ways that its fields name; a relative Maildir path is under the home."""

    @model_validator(mode="after")
    def _is_one_way(self) -> "_Place":
        names = tuple(type(self).model_fields)
        if sum(getattr(self, one) is not None for one in names) != 1:
            raise ValueError(f"needs exactly one of {', '.join(f'`{one}`' for one in names)}")
        return self


class ReceivePlace(_Place):
    """Where mail arrives."""

    maildir: MaildirPath | None = None
    imap: ImapInbox | None = None


class SendPlace(_Place):
    """Where mail leaves."""

    maildir: MaildirPath | None = None
    smtp: SmtpServer | None = None


class SentPlace(_Place):
    """Where what was sent is kept."""

    maildir: MaildirPath | None = None
    imap: ImapSent | None = None
    auto: Literal[True] | None = None


class MailConfig(Model):
    """The keys of one mail account.

    `sent: auto` stands for the folder of sent mail on the server of `receive.imap`, into which that
    server itself puts what it sends.
    """

    kind: str = "mail"
    address: Annotated[str, AfterValidator(_address)]
    since: Annotated[str, AfterValidator(_since)] = "now"
    receive: ReceivePlace
    send: SendPlace
    sent: Annotated[SentPlace, BeforeValidator(_sent)]
    authserv_id: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _is_no_loop(self) -> "MailConfig":
        inbox = self.receive.maildir
        others = [Path(one) for one in (self.send.maildir, self.sent.maildir) if one]
        if inbox is not None and Path(inbox) in others:
            raise ValueError("`receive` must be another folder than `send` and `sent`")
        imaps = [_mailbox(one) for one in (self.receive.imap, self.sent.imap) if one]
        if len(imaps) > len(set(imaps)):
            raise ValueError("`receive` must be another folder than `sent`")
        return self

    @model_validator(mode="after")
    def _auto_has_a_server(self) -> "MailConfig":
        if self.sent.auto and self.receive.imap is None:
            raise ValueError("`sent: auto` needs `receive.imap`, where the server keeps sent mail")
        return self

    @property
    def taken_since(self) -> datetime | None:
        """The instant from which mail becomes tasks; None means the first connection."""
        return None if self.since == "now" else parse_rfc3339(self.since)

    @property
    def sent_imap(self) -> ImapSent | None:
        """The IMAP folder of sent mail; for `sent: auto` the folder is found by its special use."""
        if self.receive.imap is None or not self.sent.auto:
            return self.sent.imap
        shared = self.receive.imap.model_dump(include=set(MailServer.model_fields))
        return ImapSent.model_validate({**shared, "folder": SPECIAL_SENT, "files_itself": True})

    @property
    def servers(self) -> tuple[MailServer, ...]:
        """Every server that the account uses."""
        found = (self.receive.imap, self.send.smtp, self.sent_imap)
        return tuple(one for one in found if one is not None)


SPECIAL_SENT = "\\Sent"
r"""As the folder of sent mail: whichever has the special use \Sent (RFC 6154)."""


def _mailbox(server: ImapInbox | ImapSent) -> tuple[str, int, str | None, str]:
    return server.host, server.port, server.user, server.folder


def read_mail_config(name: str, config: JsonObject) -> MailConfig:
    """Return the typed configuration; raises ConfigurationInvalid with every mistake."""
    return read_entry(MailConfig, name, config)
