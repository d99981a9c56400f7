"""Owns the scenes on real mail servers: a home whose letters come by IMAP and leave by SMTP.

Both connections pass through a fault proxy. Effects are counted in the customers' own mailboxes, as
they lie on the server's disk, once the server's queue is empty.
"""

import shutil
import smtplib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aios_defs.core.model import JsonObject
from tests.crash.scene import Scene, key_in
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

VARIABLE = "CRASH_MAIL_PASSWORD"
_PATIENCE = 60.0
_TICK = 0.01
_QUEUES = ("maildrop", "incoming", "active", "deferred")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where the real servers are: ports of 127.0.0.1, and folders on this machine.

    `smtp` and `imap` take logins without TLS, so that a proxy can read along. `mail` holds the
    Maildir of each user, `spool` the queue of what is accepted and not delivered yet.
    """

    smtp: int
    imap: int
    lmtp: int
    mail: str
    spool: str
    password: str
    domain: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def settle(self) -> None:
        """Wait until everything that was accepted is delivered."""
        end = time.monotonic() + _PATIENCE
        while any(self._queued()) and time.monotonic() < end:
            time.sleep(_TICK)

    def mailbox(self, user: str) -> list[bytes]:
        """Return the mails of an inbox."""
        return [
            one.read_bytes()
            for sub in ("new", "cur")
            for one in sorted((Path(self.mail) / user / sub).glob("*"))
        ]

    def forget(self, user: str) -> None:
        """Take a user's mail away, whose scene is over."""
        shutil.rmtree(Path(self.mail) / user, ignore_errors=True)

    def _queued(self) -> Iterator[Path]:
        for queue in _QUEUES:
            yield from (one for one in (Path(self.spool) / queue).rglob("*") if one.is_file())


def house_of(dovecot: Dovecot, postfix: Postfix) -> House:
    """Return where the real servers are."""
    return House(
        smtp=postfix.plain,
        imap=dovecot.imap,
        lmtp=dovecot.lmtp,
        mail=str(dovecot.folder / "mail"),
        spool=str(postfix.folder / "spool"),
        password=dovecot.password,
        domain=dovecot.domain,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WireScene(Scene):
    """A home on the servers of `house`, reached through proxies at these ports."""

    house: House
    smtp_port: int
    imap_port: int

    @property
    def operation(self) -> str:
        return "mail.send"

    @property
    def desk(self) -> str:
        return f"{self.user}@{self.house.domain}"

    @property
    def user(self) -> str:
        """The user whose mailbox this home reads."""
        return f"desk-{self.home.name}"

    def customer(self, number: int) -> str:
        """The user who wrote a letter."""
        return f"person{number}-{self.home.name}"

    def person(self, number: int) -> str:
        return f"{self.customer(number)}@{self.house.domain}"

    def deliver(self, number: int) -> None:
        with smtplib.LMTP("127.0.0.1", self.house.lmtp) as client:
            client.sendmail(self.person(number), [self.desk], self.letter(number))

    def entry(self) -> JsonObject:
        login: JsonObject = {
            "host": "127.0.0.1",
            "tls": "none",
            "user": self.user,
            "password_env": VARIABLE,
        }
        imap: JsonObject = {**login, "port": self.imap_port}
        return {
            "kind": self.kind,
            "address": self.desk,
            "since": "2020-01-01T00:00:00Z",
            "receive": {"imap": {**imap, "folder": "INBOX"}},
            "send": {"smtp": {**login, "port": self.smtp_port}},
            "sent": {"imap": {**imap, "folder": "Sent"}},
        }

    def effects(self) -> Counter[str]:
        self.house.settle()
        raws = [raw for one in range(self.mails) for raw in self.house.mailbox(self.customer(one))]
        return Counter(key_in(raw) or "no key" for raw in raws)

    def may_be_parked(self, key: str) -> bool:  # noqa: ARG002 - as the docstring says
        """Whether it was needed follows from what was done; the tests count the parked ones."""
        return True
