"""Owns telling the operator by mail: one mail to their own address through a mail connector.

The connector keeps it single for its key and looks it up, as it does for every mail it sends. The
mail says that no person wrote it (RFC 3834) and carries our key, so that it never becomes a task.
"""

from collections.abc import Callable

from aios_defs.core.connector import CommitRequest, Connector, Finding
from aios_defs.core.errors import AiosError, FenceLost, OutsideFailed, OutsideUncertain
from aios_defs.core.telling import Message, TellingKind
from aios_defs.services.edges import outside

OPERATION = "mail.send"
_REMEDY = "See what is wrong with it: aios doctor"


class MailMessenger:
    """The operator's mailbox, reached through a connector that has `mail.send`."""

    channel = "mail"

    def __init__(
        self, name: str, connector: Connector, address: str, kinds: tuple[TellingKind, ...]
    ) -> None:
        """Keep what to send through, to whom, and which kinds of messages to take."""
        self._name, self._connector = name, connector
        self._address, self._kinds = address, kinds

    @property
    def connector(self) -> str:
        """The connector's name."""
        return self._name

    @property
    def is_loopback(self) -> bool:
        """Whether the connector stays on this machine."""
        return self._connector.describe().is_loopback

    def takes(self, kind: TellingKind) -> bool:
        """Return whether the operator wants this kind by mail."""
        return kind in self._kinds

    def send(self, message: Message, fence: Callable[[], None]) -> str:
        """Send the mail, at most once for its key; returns its Message-ID."""
        try:
            receipt = self._connector.commit(_request(message, self._address), fence)
        except FenceLost:
            raise
        except OutsideFailed as error:
            raise OutsideFailed(
                f"Connector {self._name} did not take the mail.",
                remedy=_REMEDY,
                retryable=bool(error.fields.get("retryable", False)),
            ) from error
        except Exception as error:  # the edge to a connector: unknown means uncertain
            raise OutsideUncertain(
                f"Connector {self._name} did not say whether it took the mail.", remedy=_REMEDY
            ) from error
        return receipt.outside_ref

    def find(self, message: Message) -> Finding:
        """Ask the connector for the mail of the key."""
        try:
            return outside(lambda: self._connector.find(OPERATION, message.key))
        except AiosError as error:
            return Finding(answer="unknown", reason=f"it broke ({error.code})", ask_again=True)


def _request(message: Message, address: str) -> CommitRequest:
    return CommitRequest(
        operation=OPERATION,
        key=message.key,
        arguments={
            "to": [address],
            "subject": message.title,
            "body": body(message),
            "automatic": True,
        },
        at=message.made_at,
    )


def body(message: Message) -> str:
    """Return the text of a mail: the message, its link, and that nothing here decides."""
    link = f"\nOpen it (you log in there): {message.link}\n" if message.link else ""
    return f"{message.text}{link}\nNothing can be decided from this mail.\n"
