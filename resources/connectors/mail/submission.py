"""Owns sending by SMTP: at most once for its key, and what is known about it afterwards.

Nothing refuses a second mail of the same key (strategy `verify_only`). What went wrong before the
end of the data was sent is a failure; what went wrong after it is uncertain until Sent shows it.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from aios_defs.core.connector import Finding, Receipt, Strategy
from aios_defs.core.errors import OutsideError, OutsideFailed, OutsideUncertain
from resources.connectors.mail.credentials import Credentials
from resources.connectors.mail.journal import Journal
from resources.connectors.mail.outbound import Outgoing
from resources.connectors.mail.parse import is_key
from resources.connectors.mail.sent import SentMail
from resources.connectors.mail.smtp_session import SmtpSession
from resources.connectors.mail.smtp_trouble import refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The submission server of an account, its journal, and the folder of sent mail."""

    credentials: Credentials
    journal: Journal
    sent: SentMail

    @property
    def strategy(self) -> Strategy:
        """The server can't tell what it sent; only Sent proves it."""
        return Strategy.VERIFY_ONLY

    @property
    def place(self) -> str:
        """The server, with its login."""
        return self.credentials.server.place

    def commit(self, outgoing: Outgoing, fence: Callable[[], None]) -> Receipt:
        """Hand the mail to the server, and file a copy; a copy that fails is made up for later.

        An attempt whose end is open is looked up in Sent; only if it is not there (and whoever
        calls has learnt that it was not sent) is it sent again.

        Raises:
            OutsideFailed: nobody got the mail, or the key has another content.
            OutsideUncertain: it may have been taken, or another attempt is under way.
            FenceLost: nothing was sent.

        """
        key = outgoing.key
        try:
            self.journal.open(key, outgoing.digest)
            self._check_content(outgoing)
            with self.journal.attempt(key):
                if not self._was_sent(outgoing):
                    self._send(outgoing, fence)
        except BlockingIOError as error:
            raise _uncertain(key, "another attempt is under way") from error
        except OSError as error:
            raise self._unwritten(error, key) from error
        self.catch_up()
        return _receipt(outgoing.message_id)

    def find(self, key: str, message_id: str) -> Finding:
        """Tell whether the mail of a key was sent; `absent` is what never left this machine."""
        if not is_key(key):
            return Finding(answer="absent", reason="no key has this form")
        try:
            return self._found(key, message_id)
        except (OSError, OutsideError) as error:
            reason = f"Sent can't be looked into ({type(error).__name__})"
            return Finding(answer="unknown", reason=reason, ask_again=True)

    def catch_up(self) -> None:
        """File what was sent and is not filed yet; what can't be filed now stays for later."""
        with contextlib.suppress(OSError, OutsideError):
            for key, raw in self.journal.unfiled():
                self.sent.file(key, raw)
                self.journal.filed(key)

    def _found(self, key: str, message_id: str) -> Finding:
        state = self.journal.state(key)
        if state == "accepted":
            return Finding(answer="found", receipt=_receipt(message_id))
        if state != "absent" and self.journal.is_under_way(key):
            return Finding(answer="unknown", reason="an attempt is under way", ask_again=True)
        if self.journal.state(key) == "staged":
            return Finding(answer="absent", reason="it never left this machine")
        if self.sent.holds(key, message_id):
            return Finding(answer="found", receipt=_receipt(message_id))
        is_early = state == "sending" and self.sent.files_itself and self.journal.is_fresh(key)
        return Finding(answer="unknown", reason="it does not stand in Sent", ask_again=is_early)

    def _was_sent(self, outgoing: Outgoing) -> bool:
        key = outgoing.key
        state = self.journal.state(key)
        if state != "sending":
            return state == "accepted"
        try:
            is_there = self.sent.holds(key, outgoing.message_id)
        except OutsideError as error:
            raise _uncertain(key, "Sent can't be looked into") from error
        if is_there:
            self.journal.accepted(key)
        return is_there

    def _send(self, outgoing: Outgoing, fence: Callable[[], None]) -> None:
        key = outgoing.key
        self.journal.stage(key, outgoing.raw)
        try:
            with SmtpSession(self.credentials) as session:
                session.offer(outgoing)
                fence()
                self.journal.sending(key)
                self._hand_over(session, key)
                session.quit()
        except OutsideFailed:
            self.journal.failed(key)
            raise

    def _hand_over(self, session: SmtpSession, key: str) -> None:
        try:
            reply = session.hand_over()
        except OSError as error:
            raise _uncertain(key, type(error).__name__) from error
        if reply.is_done:
            self.journal.accepted(key)
        elif reply.is_passing or reply.is_final:
            raise refused(session.server, "the end of the data", reply)
        else:
            raise _uncertain(key, f"it said {reply.code}")

    def _check_content(self, outgoing: Outgoing) -> None:
        if self.journal.digest(outgoing.key) != outgoing.digest:
            raise OutsideFailed(
                f"The key {outgoing.key!r} was used for another content.",
                remedy="Propose the new content as an action of its own.",
                retryable=False,
            )

    def _unwritten(self, error: OSError, key: str) -> OutsideError:
        """Return the error of a journal that can't be written; before `sending` nothing left."""
        if self.journal.state(key) in ("sending", "accepted"):
            return _uncertain(key, f"the journal failed ({type(error).__name__})")
        return OutsideFailed(
            f"The journal {str(self.journal.path)!r} can't be written ({error.strerror}).",
            remedy="Make room on the disk, or let the user who runs aios write there.",
            retryable=True,
        )


def _receipt(message_id: str) -> Receipt:
    return Receipt(outside_ref=message_id)


def _uncertain(key: str, reason: str) -> OutsideUncertain:
    return OutsideUncertain(
        f"Whether the server took the mail of key {key!r} is not known ({reason}).",
        remedy="AIOS looks into Sent; `aios resolve` settles what that can't tell.",
    )
