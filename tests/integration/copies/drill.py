"""Owns what a restore drill works on: an old home, the mail around it, and the home that follows.

Mail comes and goes outside of both homes: in folders beside them, or on real mail servers.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from aios_defs.core.rows.tasks import DecisionRow
from tests.crash.wire_scene import house_of
from tests.house.tree import ROOT
from tests.integration.copies.kit import OutsideDesk, RestoredDesk
from tests.integration.desk import Desk, Mail
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

_CUSTOMERS = 20
"""So many that none of them gets more answers than may go out in a day without asking."""


class Drill(Protocol):
    """An old home that has begun, and the mail around it."""

    old: OutsideDesk

    def deliver(self, number: int) -> None:
        """Let one of the customers ask something."""
        ...

    def sent(self) -> int:
        """Return how many mails reached the customers, from whichever home."""
        ...


class MaildirDrill:
    """Mail in folders beside the homes."""

    def __init__(self, folder: Path) -> None:
        self.customers = [f"customer{one}@company.example" for one in range(_CUSTOMERS)]
        self.old = OutsideDesk(folder / "old", files=contacts(self.customers))
        self.old.begin()

    def deliver(self, number: int) -> None:
        self.old.deliver(asked(number, self.customers))

    def sent(self) -> int:
        return len(self.old.sent())


class WireDrill:
    """Mail on real servers: read and filed by IMAP, sent by SMTP."""

    def __init__(self, folder: Path, dovecot: Dovecot, postfix: Postfix, user: str) -> None:
        self.dovecot, self.house, self.user = dovecot, house_of(dovecot, postfix), user
        users = [f"customer{one}-{user}" for one in range(_CUSTOMERS)]
        self.customers = [f"{one}@{dovecot.domain}" for one in users]
        files = {"connectors.yaml": self._entry(), **contacts(self.customers)}
        self.old = OutsideDesk(folder / "old", files=files)
        (self.old.path / ".env").write_text(f"MAIL_PASSWORD={dovecot.password}\n")
        self.old.begin()

    def deliver(self, number: int) -> None:
        self.dovecot.deliver(self.user, asked(number, self.customers).raw(number))

    def sent(self) -> int:
        self.house.settle()
        users = (one.partition("@")[0] for one in self.customers)
        return sum(len(self.dovecot.mailbox(one)) for one in users)

    def _entry(self) -> str:
        login = f"host: 127.0.0.1, tls: none, user: {self.user}, password_env: MAIL_PASSWORD"
        imap = f"{login}, port: {self.house.imap}"
        return f"""
mail:
  kind: mail
  address: {self.user}@{self.house.domain}
  since: 2000-01-01T00:00:00Z
  receive: {{imap: {{{imap}, poll_seconds: 5}}}}
  send: {{smtp: {{{login}, port: {self.house.smtp}}}}}
  sent: {{imap: {{{imap}, folder: Sent}}}}
"""


def contacts(addresses: Sequence[str]) -> dict[str, str]:
    """Return the file of the contacts."""
    lines = "".join(f"Kim {number},{one},customer\n" for number, one in enumerate(addresses))
    return {"contacts.csv": f"name,address,stage\n{lines}"}


def asked(number: int, senders: Sequence[str]) -> Mail:
    """Return a mail of one of them."""
    return Mail(
        text="How much is the blue widget?",
        sender=senders[number % len(senders)],
        identity=f"m{number}@outside.test",
    )


def restored_desk(drill: Drill, name: str) -> RestoredDesk:
    """Return the home that was restored beside the old one."""
    return RestoredDesk(drill.old.path.with_name(name), clock=drill.old.clock)


def decisions(desk: Desk) -> list[str]:
    """Return the ids of all decisions."""
    with desk.kernel.ledger.view() as view:
        return view.column(DecisionRow, "id")


@contextmanager
def busy(path: Path) -> Iterator[None]:
    """Let another process append to a home for the time of a block."""
    command = [sys.executable, "-m", "tests.integration.copies.busy_writer", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"writing\n"
            yield
            assert process.poll() is None
        finally:
            process.kill()
