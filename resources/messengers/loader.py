"""Owns the channels to the operator that operator.yaml asks for, and the folder of digests."""

from collections.abc import Mapping
from pathlib import Path

from aios_defs.core.business import Notify
from aios_defs.core.connector import Connector
from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.ports import Messenger
from aios_defs.core.telling import TellingKind
from resources.messengers.folder import FolderMessenger
from resources.messengers.mail import OPERATION, MailMessenger
from resources.messengers.ntfy import NtfyMessenger, Secret

_FILE = "operator.yaml"


def load_messengers(
    notify: Notify, connectors: Mapping[str, Connector], home: Path, secret: Secret
) -> tuple[Messenger, ...]:
    """Build the channels; opens and connects to nothing.

    Raises:
        ConfigurationInvalid: mail is asked for and no connector sends it.

    """
    channels: list[Messenger] = [FolderMessenger(home)]
    urgent: tuple[TellingKind, ...] = ("urgent",) if notify.urgent else ()
    if notify.mail is not None:
        digest: tuple[TellingKind, ...] = ("digest",) if notify.digest else ()
        name = notify.connector or _first_that_mails(connectors)
        kinds = ("test", *urgent, *digest)
        channels.append(MailMessenger(name, _mailing(connectors, name), notify.mail, kinds))
    if notify.ntfy is not None:
        channels.append(NtfyMessenger(notify.ntfy, ("test", *urgent), secret))
    return tuple(channels)


def _first_that_mails(connectors: Mapping[str, Connector]) -> str:
    return next((name for name, one in connectors.items() if _mails(one)), "")


def _mailing(connectors: Mapping[str, Connector], name: str) -> Connector:
    connector = connectors.get(name)
    if connector is None or not _mails(connector):
        what = f"connector {name!r} sends no mail" if name else "no connector sends mail"
        raise _invalid(f"{_FILE}: notify.mail is set, but {what}.")
    return connector


def _mails(connector: Connector) -> bool:
    return connector.describe().operation(OPERATION) is not None


def _invalid(message: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        message,
        remedy="Correct it; docs/guide/being-told.md shows how to be told.",
        file=_FILE,
    )
