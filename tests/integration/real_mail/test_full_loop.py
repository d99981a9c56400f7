"""Proves the full loop on real servers: STARTTLS, a password, a token, and each mail once."""

import imaplib
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.views import status
from aios_defs.settings.environment import child_environment
from tests.crash.scene import OUTSIDE, WORKFLOW, key_in, make
from tests.crash.wire_scene import VARIABLE, WireScene, house_of
from tests.crash.work import begin, opened, take_up
from tests.e2e.up_kit import Up
from tests.patience import eventually
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsScene(WireScene):
    """A home that reaches both servers by STARTTLS: a token for IMAP, a password for SMTP."""

    token: str
    ca_file: str
    idle: bool = True

    def entry(self) -> JsonObject:
        server: JsonObject = {
            "host": "localhost",
            "tls": "starttls",
            "user": self.user,
            "ca_file": self.ca_file,
        }
        command: list[JsonValue] = [sys.executable, "-c", f"print({self.token!r})"]
        imap: JsonObject = {**server, "port": self.imap_port, "token_command": command}
        inbox: JsonObject = {**imap, "folder": "INBOX", "idle": self.idle, "poll_seconds": 5}
        return {
            "kind": self.kind,
            "address": self.desk,
            "since": "2020-01-01T00:00:00Z",
            "receive": {"imap": inbox},
            "send": {"smtp": {**server, "port": self.smtp_port, "password_env": VARIABLE}},
            "sent": {"imap": {**imap, "folder": "Sent"}},
        }


@pytest.fixture
def scene(
    tmp_path: Path, dovecot: Dovecot, postfix: Postfix, user: str, monkeypatch: pytest.MonkeyPatch
) -> TlsScene:
    """Return what a home on the real servers is made of."""
    monkeypatch.setenv(VARIABLE, dovecot.password)
    home = tmp_path / f"loop-{user}"
    return TlsScene(
        home=home,
        mails=2,
        agent="support",
        house=house_of(dovecot, postfix),
        smtp_port=postfix.starttls,
        imap_port=dovecot.imap,
        token=dovecot.token(f"desk-{home.name}"),
        ca_file=str(dovecot.certificates.ca_file),
    )


def run_once(scene: TlsScene) -> None:
    """Run the command, as a schedule does."""
    done = subprocess.run(
        [sys.executable, "-m", "aios_defs.cli.main", "run", WORKFLOW],
        env=child_environment(AIOS_HOME=str(scene.home)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def answered(scene: TlsScene) -> Counter[int]:
    """Return how many answers each customer has in their mailbox."""
    return Counter({n: len(scene.house.mailbox(scene.customer(n))) for n in range(scene.mails)})


def test_each_mail_once_by_idle_and_by_polling(scene: TlsScene, dovecot: Dovecot) -> None:
    """Told by IDLE, then asked by polling, with another UIDVALIDITY in between: one answer each."""
    make(scene)
    with (scene.home / "business/contacts.csv").open("a") as contacts:
        contacts.write(f"Person 2,{scene.person(2)}\n")
    begin(scene)
    up = Up(scene.home, ())
    up.start()
    try:
        assert eventually(lambda: answered(scene) == {0: 1, 1: 1}), up.told()
    finally:
        up.end()
    dovecot.stop()
    dovecot.change_uidvalidity(scene.user)
    dovecot.change_uidvalidity(scene.user, "Sent")
    dovecot.start()

    later = replace(scene, mails=3, idle=False)
    (scene.home / "business/connectors.yaml").write_text(yaml.safe_dump({OUTSIDE: later.entry()}))
    later.deliver(2)
    run_once(later)
    run_once(later)

    later.house.settle()
    assert answered(later) == {0: 1, 1: 1, 2: 1}
    sent = Counter(key_in(raw) for raw in dovecot.mailbox(scene.user, "Sent"))
    assert sent == later.effects()
    counts = status(opened(later).kernel)["messages"]
    assert isinstance(counts, dict)
    assert counts["received"] == counts["answered"] == 3


def test_a_reply_from_the_phone_cancels_what_waits(scene: TlsScene, dovecot: Dovecot) -> None:
    """What the operator answered from elsewhere, seen in Sent, is not answered a second time."""
    asking = replace(scene, mails=1, asks=True, agent="postman")
    make(asking)
    begin(asking)
    kernel = opened(asking).kernel
    take_up(kernel)
    with imaplib.IMAP4("127.0.0.1", dovecot.imap) as phone:
        phone.login(asking.user, dovecot.password)
        reply = (
            f"From: {asking.desk}\r\nTo: {asking.person(0)}\r\nSubject: Re: Letter 0\r\n"
            "Message-ID: <phone@example.test>\r\nIn-Reply-To: <letter0@customer.test>\r\n"
            "\r\nOn Monday.\r\n"
        )
        phone.append("Sent", "", imaplib.Time2Internaldate(1_900_000_000), reply.encode())

    take_up(opened(asking).kernel)

    with opened(asking).kernel.ledger.view() as view:
        states = [row.state for row in view.select(ActionRow)]
    assert states == [ActionState.CANCELLED]
    assert asking.house.mailbox(asking.customer(0)) == []
