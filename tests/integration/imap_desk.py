"""Owns a home whose mail comes from a real Dovecot, for tests of the intake."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aios_defs.services.receive import has_new_items
from aios_defs.services.views import count_mismatches
from resources.connectors.mail.connector import MailConnector
from tests.integration.desk import DESK, FILES, Desk, Mail
from tests.servers.dovecot import Dovecot


@dataclass(slots=True, kw_only=True)
class ImapDesk:
    """A desk, the server and its user; `port` is another when something stands in between."""

    server: Dovecot
    user: str
    path: Path
    port: int = 0
    desk: Desk
    _number: int = 0

    @property
    def connector(self) -> MailConnector:
        return cast("MailConnector", self.desk.kernel.connector("mail"))

    def deliver(self, count: int = 1, *, text: str = "How much is the blue widget?") -> None:
        """Let that many mails arrive, each another."""
        for _ in range(count):
            self._number += 1
            self.server.deliver(self.user, Mail(text=text).raw(self._number))

    def put(self, name: str, raw: bytes, *, size: int = 0) -> None:
        """Put a mail of these very bytes into the folder, filled up with NULs to a size."""
        target = self.server.place(self.user) / "new" / name
        with target.open("wb") as file:
            file.write(raw)
            if size:
                file.truncate(size)
        target.chmod(0o644)

    def take(self) -> Counter[str]:
        """Take in what is new, by what became of it."""
        return self.desk.take()

    def has_news(self) -> bool:
        """Tell whether a look by the connector's own pace finds news."""
        return has_new_items(self.desk.kernel, "mail")

    def renumber(self) -> None:
        """Stop the server, give all mails new UIDs under another UIDVALIDITY, and start it."""
        self.connector.close()
        self.server.stop()
        self.server.change_uidvalidity(self.user)
        self.server.start()

    def is_accounted(self) -> bool:
        """Tell whether the server holds just as many mails as were received."""
        return not count_mismatches(self.desk.kernel)

    def close(self) -> None:
        """Close what is open."""
        self.connector.close()
        self.desk.home.ledger.close()


def imap_desk(path: Path, server: Dovecot, user: str, *, port: int = 0, more: str = "") -> ImapDesk:
    """Open a home on the inbox of a user; `more` are further keys of the server."""
    port = port or server.imap
    imap = (
        f"{{host: 127.0.0.1, port: {port}, tls: none, user: {user}, "
        f"password_env: MAIL_PASSWORD, poll_seconds: 5{more}}}"
    )
    text = (
        f"mail:\n  kind: mail\n  address: {DESK}\n  since: 2000-01-01T00:00:00Z\n"
        f"  receive: {{imap: {imap}}}\n  send: {{maildir: mail/outbox}}\n"
        "  sent: {maildir: mail/sent}\n"
    )
    path.mkdir(exist_ok=True)
    (path / ".env").write_text(f"MAIL_PASSWORD={server.password}\n")
    desk = Desk(path, files={**FILES, "connectors.yaml": text}).begin()
    return ImapDesk(server=server, user=user, path=path, port=port, desk=desk)
