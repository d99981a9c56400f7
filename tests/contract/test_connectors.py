"""Runs the contract suite of connectors on each shipped fake and on the Maildir connector."""

import fcntl
import time
from pathlib import Path
from typing import ClassVar

import pytest

from aios_defs.core.connector import CommitRequest, Receipt
from aios_defs.core.errors import OutsideFailed, OutsideUncertain
from aios_defs.core.model import JsonObject
from resources.connectors.loader import load_connectors
from resources.points import NoPoints
from resources.testing.connector_server import FakeServer
from tests.contract.connector_rig import (
    AT,
    KEY,
    Fence,
    Rig,
    job_of,
    opened,
    say,
    start_racer,
)
from tests.contract.connectors import ConnectorContract

FAKES = (
    "PreconditionConnector",
    "ServerKeyConnector",
    "NaturalKeyConnector",
    "VerifyOnlyConnector",
    "NoneConnector",
)
MAIL = (
    b"From: Ann <ann@customer.test>\nTo: desk@shop.test\nMessage-ID: <m%d@customer.test>\n\nHi.\n"
)


class FakeRig:
    """The folder of a fake connector."""

    def __init__(self, home: Path, kind: str) -> None:
        self.home = home
        self.kind = kind
        self.server = FakeServer(home / "outside")

    def entry(self) -> JsonObject:
        return {"kind": f"resources.testing.connectors:{self.kind}", "path": "outside"}

    def arguments(self, text: str) -> JsonObject:
        return {"to": ["ann@customer.test"], "body": text}

    def effects(self, key: str) -> int:
        return len(self.server.effects(key))

    def deliver(self, number: int) -> None:
        self.server.deliver(MAIL % number)


class MailRig:
    """Three Maildir folders."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def entry(self) -> JsonObject:
        return {
            "kind": "mail",
            "address": "desk@shop.test",
            "since": "now",
            "receive": {"maildir": "mail/inbox"},
            "send": {"maildir": "mail/outbox"},
            "sent": {"maildir": "mail/sent"},
        }

    def arguments(self, text: str) -> JsonObject:
        return {"to": ["ann@customer.test"], "subject": "Your question", "body": text}

    def effects(self, key: str) -> int:
        outbox = self.home / "mail/outbox"
        files = [*outbox.glob("new/*"), *outbox.glob("cur/*")]
        return sum(f"X-AIOS-Op: {key}\n".encode() in one.read_bytes() for one in files)

    def deliver(self, number: int) -> None:
        folder = self.home / "mail/inbox/new"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.host").write_bytes(MAIL % number)


class FakeContract(ConnectorContract):
    """The contract on one fake."""

    kind: ClassVar[str]

    @pytest.fixture
    def rig(self, tmp_path: Path) -> Rig:
        return FakeRig(tmp_path, self.kind)


class TestPrecondition(FakeContract):
    """The fake that creates only what is not there."""

    kind = "PreconditionConnector"


class TestServerKey(FakeContract):
    """The fake whose server knows idempotency keys."""

    kind = "ServerKeyConnector"


class TestNaturalKey(FakeContract):
    """The fake that looks up by name."""

    kind = "NaturalKeyConnector"


class TestVerifyOnly(FakeContract):
    """The fake that files what it sent."""

    kind = "VerifyOnlyConnector"


class TestNone(FakeContract):
    """The fake that knows nothing."""

    kind = "NoneConnector"


class TestMaildir(ConnectorContract):
    """The mail connector on Maildir folders."""

    @pytest.fixture
    def rig(self, tmp_path: Path) -> Rig:
        return MailRig(tmp_path)

    def test_moved_message_is_not_sent_again(self, rig: MailRig) -> None:
        """A mail program that moves the message to cur between attempts causes no second one."""
        request = self.request_of(rig, opened(rig).describe().operations[0])
        opened(rig).commit(request, Fence())
        outbox = rig.home / "mail/outbox"
        (sent,) = (outbox / "new").iterdir()
        sent.rename(outbox / "cur" / f"{sent.name}:2,S")

        opened(rig).commit(request, Fence())

        assert rig.effects(KEY) == 1
        assert not list((outbox / "new").iterdir())

    def test_taken_message_is_not_sent_again(self, rig: MailRig) -> None:
        """A transport that takes the message out of the folder causes no second one."""
        request = self.request_of(rig, opened(rig).describe().operations[0])
        first = opened(rig).commit(request, Fence())
        (sent,) = (rig.home / "mail/outbox/new").iterdir()
        sent.unlink()

        second = opened(rig).commit(request, Fence())

        assert second == first
        assert rig.effects(KEY) == 0
        assert opened(rig).find("mail.send", KEY).answer == "found"


def test_naive_sender_fails_the_contract(tmp_path: Path) -> None:
    """The at-least-once sender that ships as a negative control does duplicate."""
    rig = FakeRig(tmp_path, "NaiveSender")
    suite = ConnectorContract()
    connector = opened(rig)

    with pytest.raises(AssertionError):
        suite.test_same_key_twice_is_one_effect(rig, connector, connector.describe().operations[0])

    assert rig.effects(KEY) == 2


def fake_entry(kind: str, **faults: int | str | bool) -> JsonObject:
    return {"kind": f"resources.testing.connectors:{kind}", "path": "outside", **faults}


def commit_fake(home: Path, entry: JsonObject) -> Receipt:
    connector = load_connectors({"outside": entry}, home, points=NoPoints())["outside"]
    arguments: JsonObject = {"to": "ann@customer.test", "body": "one"}
    request = CommitRequest(operation="fake.send", key=KEY, arguments=arguments, at=AT)
    return connector.commit(request, Fence())


@pytest.mark.parametrize("kind", FAKES)
def test_planned_failure_before_the_effect(tmp_path: Path, kind: str) -> None:
    """A fake told to fail before the effect does so that often, in any process, then commits."""
    entry = fake_entry(kind, fail_before=2)

    for _ in range(2):
        with pytest.raises(OutsideFailed) as failed:
            commit_fake(tmp_path, entry)
        assert failed.value.fields["retryable"] is True
    assert FakeServer(tmp_path / "outside").effects(KEY) == []

    commit_fake(tmp_path, entry)
    assert len(FakeServer(tmp_path / "outside").effects(KEY)) == 1


@pytest.mark.parametrize(
    ("kind", "fault", "answer", "effects"),
    [
        ("PreconditionConnector", "commit_then_fail", "found", 1),
        ("ServerKeyConnector", "commit_then_fail", "found", 1),
        ("NaturalKeyConnector", "commit_then_fail", "found", 1),
        ("VerifyOnlyConnector", "commit_then_fail", "unknown", 1),
        ("NoneConnector", "commit_then_fail", "unknown", 1),
        ("NaturalKeyConnector", "uncertain", "absent", 0),
        ("VerifyOnlyConnector", "uncertain", "unknown", 0),
    ],
)
def test_lost_answer_is_looked_up(
    tmp_path: Path, kind: str, fault: str, answer: str, effects: int
) -> None:
    """After a lost answer a look-up tells what the strategy can tell, and no more."""
    entry = fake_entry(kind, **{fault: 1})

    with pytest.raises(OutsideUncertain):
        commit_fake(tmp_path, entry)

    connector = load_connectors({"outside": entry}, tmp_path, points=NoPoints())["outside"]
    assert connector.find("fake.send", KEY).answer == answer
    assert len(FakeServer(tmp_path / "outside").effects(KEY)) == effects


def test_verify_only_never_repeats_blindly(tmp_path: Path) -> None:
    """The fake of mail by SMTP refuses a second attempt while it can't tell of the first."""
    entry = fake_entry("VerifyOnlyConnector", commit_then_fail=1)

    for _ in range(3):
        with pytest.raises(OutsideUncertain):
            commit_fake(tmp_path, entry)

    assert len(FakeServer(tmp_path / "outside").effects(KEY)) == 1


def test_paused_commit_waits_for_the_lock(tmp_path: Path) -> None:
    """A commit stops before its fence while another process holds the pause file."""
    rig = FakeRig(tmp_path, "NaturalKeyConnector")
    pause = tmp_path / "pause"
    pause.touch()
    with pause.open("r") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        racer = start_racer(job_of(rig, "fake.send", {**rig.entry(), "pause": "pause"}))
        say(racer, "go")
        while not (tmp_path / "pause.reached").exists():
            assert racer.poll() is None
            time.sleep(0.01)
        before = rig.effects(KEY)
    outcome = racer.communicate()[0]

    assert before == 0
    assert rig.effects(KEY) == 1
    assert "committed" in outcome
