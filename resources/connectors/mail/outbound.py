"""Owns the way out of a mail account as the connector sees it, and what goes that way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aios_defs.core.connector import Finding, Receipt, Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message ready to go: its bytes (lines end in LF), its content's digest, its envelope.

    `sender` and `recipients` are bare addresses; the recipients of Bcc are among them.
    """

    key: str
    message_id: str
    digest: str
    raw: bytes
    sender: str
    recipients: tuple[str, ...]


class Outbound(Protocol):
    """A way out: an outbox Maildir, or a submission server."""

    @property
    def strategy(self) -> Strategy:
        """How an effect stays single on this way."""
        ...

    @property
    def place(self) -> str:
        """Where effects go; another place can't be asked about what this one did."""
        ...

    def commit(self, outgoing: Outgoing, fence: Callable[[], None]) -> Receipt:
        """Send the message at most once for its key; the receipt is the same for every attempt.

        Raises:
            OutsideFailed: nothing was sent (retryable or not), or the key has another content.
            OutsideUncertain: it may have been sent.
            FenceLost: nothing was sent.

        """
        ...

    def find(self, key: str, message_id: str) -> Finding:
        """Tell whether the message of a key was sent, without any effect."""
        ...

    def catch_up(self) -> None:
        """Make up for what a commit left undone beside its effect; raises nothing."""
        ...
