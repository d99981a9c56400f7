"""Owns sending into an outbox Maildir: the commit through the gate, and the look-up by key."""

from collections.abc import Callable
from dataclasses import dataclass

from aios_defs.core.connector import Finding, Receipt, Strategy
from aios_defs.core.errors import OutsideFailed, OutsideUncertain
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Points
from resources.connectors.mail.gate import Gate, discard, file_name
from resources.connectors.mail.maildir import Maildir, unreachable
from resources.connectors.mail.outbound import Outgoing
from resources.connectors.mail.parse import is_key
from resources.connectors.mail.sent import SentMail, key_in_head


def receipt_of(key: str, message_id: str) -> Receipt:
    """Return the receipt of the effect of a key."""
    return Receipt(outside_ref=message_id, detail={"file": file_name(key)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """The outbox of one account, and where the message may have gone from there."""

    maildir: Maildir
    sent: SentMail
    points: Points

    @property
    def strategy(self) -> Strategy:
        """A message is named by its key, so that it can be looked up."""
        return Strategy.NATURAL_KEY

    @property
    def place(self) -> str:
        """The folder, as an absolute path."""
        return str(self.maildir.path.absolute())

    @property
    def gate(self) -> Gate:
        """The way into the folder, at most once for a key."""
        return Gate(path=self.maildir.path, points=self.points)

    def commit(self, outgoing: Outgoing, fence: Callable[[], None]) -> Receipt:
        """Deliver the message at most once for its key.

        Raises:
            OutsideFailed: nothing happened (retryable), or the key has another content (not).
            OutsideUncertain: an error after the gate was put in place.
            FenceLost: nothing happened.

        """
        self.maildir.create()
        try:
            self._commit(outgoing, fence)
        except OSError as error:
            raise _uncertain(outgoing.key, error) from error
        return receipt_of(outgoing.key, outgoing.message_id)

    def catch_up(self) -> None:
        """Do nothing: a commit leaves nothing undone, and the transport files what it sends."""

    def find(self, key: str, message_id: str) -> Finding:
        """Tell whether the message of a key was delivered, without any effect."""
        if not is_key(key):
            return Finding(answer="absent", reason="no key has this form")
        try:
            return self._found(key, message_id)
        except (OSError, OutsideFailed) as error:
            reason = f"unreadable ({type(error).__name__})"
            return Finding(answer="unknown", reason=reason, ask_again=True)

    def _found(self, key: str, message_id: str) -> Finding:
        is_open = self.gate.state(key) == "staged" and self.gate.is_under_way(key)
        state = self.gate.state(key)
        if state == "delivered" or self._has_file(key, message_id):
            return Finding(answer="found", receipt=receipt_of(key, message_id))
        if is_open:
            return Finding(answer="unknown", reason="an attempt is under way", ask_again=True)
        return Finding(answer="absent", reason="staged" if state == "staged" else "no gate")

    def _commit(self, outgoing: Outgoing, fence: Callable[[], None]) -> None:
        key = outgoing.key
        if self.gate.state(key) == "absent":
            if self._has_file(key, outgoing.message_id):
                return
            self._claim(outgoing, fence)
        self._check_content(outgoing)
        if self.gate.state(key) == "staged":
            self.gate.deliver(key, fence)
        self._read_back(outgoing)

    def _claim(self, outgoing: Outgoing, fence: Callable[[], None]) -> None:
        keep: JsonObject = {
            "digest": outgoing.digest,
            "message_id": outgoing.message_id,
            "recipients": list(outgoing.recipients),
        }
        try:
            private = self.gate.prepare(outgoing.raw, keep)
        except OSError as error:
            raise unreachable(self.maildir.path, error) from error
        try:
            fence()
            self.gate.claim(private, outgoing.key)
        except OSError as error:
            raise self._after_claim(outgoing.key, error) from error
        finally:
            discard(private)

    def _after_claim(self, key: str, error: OSError) -> OutsideFailed | OutsideUncertain:
        if self.gate.state(key) == "absent":
            return unreachable(self.maildir.path, error)
        return _uncertain(key, error)

    def _check_content(self, outgoing: Outgoing) -> None:
        try:
            kept = self.gate.kept(outgoing.key)
        except ValueError as error:
            raise _uncertain(outgoing.key, error) from error
        if kept.get("digest") != outgoing.digest:
            raise OutsideFailed(
                f"The key {outgoing.key!r} was used for another content.",
                remedy="Propose the new content as an action of its own.",
                retryable=False,
            )

    def _read_back(self, outgoing: Outgoing) -> None:
        """Compare what stands in `new`; a mail program may have taken it away already."""
        path = self.maildir.path / "new" / file_name(outgoing.key)
        try:
            found = key_in_head(path)
        except FileNotFoundError:
            found = outgoing.key if self.gate.state(outgoing.key) == "delivered" else None
        if found != outgoing.key:
            raise _uncertain(outgoing.key, None)

    def _has_file(self, key: str, message_id: str) -> bool:
        """Return whether the outbox or the sent mail holds the message, gate or not."""
        is_here = self.maildir.locate(file_name(key)) is not None
        return is_here or self.sent.holds(key, message_id)


def _uncertain(key: str, error: Exception | None) -> OutsideUncertain:
    reason = f" ({type(error).__name__})" if error else ""
    return OutsideUncertain(
        f"Whether the message of key {key!r} was delivered could not be read back{reason}.",
        remedy="AIOS asks the outbox again; `aios resolve` settles it if that can't.",
    )
