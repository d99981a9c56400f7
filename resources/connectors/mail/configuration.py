"""Owns the configuration of a mail account in connectors.yaml."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from aios_defs.core.model import JsonObject, Model, parse_rfc3339
from resources.connector_entry import read_entry
from resources.connectors.mail.addresses import normal_address


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


class MaildirPlace(Model):
    """Where one Maildir is; a relative path is under the home."""

    maildir: Annotated[str, Field(min_length=1)]


class MailConfig(Model):
    """The keys of one mail account."""

    kind: str = "mail"
    address: Annotated[str, AfterValidator(_address)]
    since: Annotated[str, AfterValidator(_since)] = "now"
    receive: MaildirPlace
    send: MaildirPlace
    sent: MaildirPlace
    authserv_id: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _is_no_loop(self) -> "MailConfig":
        inbox = Path(self.receive.maildir)
        if inbox in (Path(self.send.maildir), Path(self.sent.maildir)):
            raise ValueError("`receive` must be another folder than `send` and `sent`")
        return self

    @property
    def taken_since(self) -> datetime | None:
        """The instant from which mail becomes tasks; None means the first connection."""
        return None if self.since == "now" else parse_rfc3339(self.since)


def read_mail_config(name: str, config: JsonObject) -> MailConfig:
    """Return the typed configuration; raises ConfigurationInvalid with every mistake."""
    return read_entry(MailConfig, name, config)
