"""Runs the contract suite of connectors on each shipped fake and on the Maildir connector."""

from pathlib import Path
from typing import ClassVar

import pytest

from aios_defs.core.model import JsonObject
from resources.testing.connector_server import FakeServer
from tests.contract.connectors import KEY, ConnectorContract, Fence, Rig, opened

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
