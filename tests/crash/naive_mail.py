"""Owns a naive sender by SMTP: on any error it sends once more, as most programs do."""

import smtplib
from collections.abc import Callable

from aios_defs.core.connector import CommitRequest, Finding, Receipt
from resources.connectors.mail.connector import MailConnector
from tests.crash.wire_scene import VARIABLE

_ATTEMPTS = 3


class NaiveMail(MailConnector):
    """The mail connector, but for how it sends: at least once, and never looked up."""

    def commit(self, request: CommitRequest, fence: Callable[[], None]) -> Receipt:
        """Send until the server says yes."""
        fence()
        outgoing = self._outgoing(request)
        for attempt in range(_ATTEMPTS):
            try:
                self._send(outgoing.raw, outgoing.recipients)
                break
            except (OSError, smtplib.SMTPException):
                if attempt + 1 == _ATTEMPTS:
                    raise
        self.points.reached("naive.sent")
        return Receipt(outside_ref=outgoing.message_id)

    def find(self, operation: str, key: str) -> Finding:  # noqa: ARG002 - it knows nothing
        """Say that nothing was sent, whatever was."""
        return Finding(answer="absent", reason="naive")

    def _send(self, raw: bytes, recipients: tuple[str, ...]) -> None:
        from aios_defs.settings.environment import named_secret

        server = self.config.send.smtp
        password = named_secret(VARIABLE)
        assert server is not None
        assert password is not None
        with smtplib.SMTP(server.host, server.port, timeout=10) as client:
            client.login(server.user or "", password.get_secret_value())
            client.sendmail(self.config.address, recipients, raw)
