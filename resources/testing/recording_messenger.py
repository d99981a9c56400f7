"""Owns the messenger that ships for tests: it remembers what it told and plays planned faults."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aios_defs.core.connector import Finding, Receipt
from aios_defs.core.errors import OutsideFailed, OutsideUncertain
from aios_defs.core.telling import Message, TellingKind


@dataclass(slots=True, kw_only=True)
class RecordingMessenger:
    """A channel into a list.

    `fail_before` and `fail_after` are how many sends fail before or after the message was taken;
    `is_blind` channels can't look a message up, as one without a memory. `on_taken` is called where
    the message is taken and not yet answered.
    """

    channel: str = "fake"
    connector: str | None = None
    is_loopback: bool = True
    kinds: tuple[TellingKind, ...] = ("urgent", "digest", "test")
    fail_before: int = 0
    fail_after: int = 0
    is_retryable: bool = True
    is_blind: bool = False
    on_taken: Callable[[], None] = lambda: None
    told: list[Message] = field(default_factory=list[Message])

    def takes(self, kind: TellingKind) -> bool:
        """Return whether the kind is one of `kinds`."""
        return kind in self.kinds

    def send(self, message: Message, fence: Callable[[], None]) -> str:
        """Remember the message, once for its key, playing the planned faults."""
        if self.fail_before:
            self.fail_before -= 1
            raise OutsideFailed(
                "The fake channel refused.",
                remedy="Wait for the next attempt.",
                retryable=self.is_retryable,
            )
        fence()
        if not self._has(message.key):
            self.told.append(message)
        self.on_taken()
        if self.fail_after:
            self.fail_after -= 1
            raise OutsideUncertain(
                "The fake channel did not answer.", remedy="Look whether the message came."
            )
        return _name(message.key)

    def find(self, message: Message) -> Finding:
        """Tell whether the message was remembered."""
        if self.is_blind:
            return Finding(answer="unknown", reason="the channel has no memory")
        if self._has(message.key):
            return Finding(answer="found", receipt=Receipt(outside_ref=_name(message.key)))
        return Finding(answer="absent", reason="no message of this key")

    def _has(self, key: str) -> bool:
        return any(one.key == key for one in self.told)


def _name(key: str) -> str:
    return f"fake-{key[:12]}"
