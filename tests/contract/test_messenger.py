"""Proves what the messengers promise: the fake and the real ones."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aios_defs.core.errors import OutsideFailed
from aios_defs.core.telling import Message, TellingKind
from resources.connectors.mail.connector import MailConnector
from resources.messengers.folder import FolderMessenger, kept_heads
from resources.messengers.mail import MailMessenger
from resources.testing.connectors import VerifyOnlyConnector
from resources.testing.recording_messenger import RecordingMessenger
from tests.contract.messengers import MESSAGE, OTHER, Fence, MessengerContract

ALL: tuple[TellingKind, ...] = ("urgent", "digest", "test")
ACCOUNT = {
    "kind": "mail",
    "address": "desk@widgets.example",
    "receive": {"maildir": "in"},
    "send": {"maildir": "out"},
    "sent": {"maildir": "sent"},
}


@dataclass
class FakeRig:
    """The fake channel; its outside is its list."""

    messenger: RecordingMessenger = field(default_factory=RecordingMessenger)

    def told(self, message: Message) -> int:
        return sum(one.key == message.key for one in self.messenger.told)

    def break_before(self) -> None:
        self.messenger.fail_before = 1

    def break_after(self) -> None:
        self.messenger.fail_after = 1


class TestRecordingMessenger(MessengerContract):
    """The fake keeps what the port promises."""

    @pytest.fixture
    def rig(self) -> FakeRig:
        return FakeRig()

    def test_a_blind_channel_never_knows(self, rig: FakeRig) -> None:
        """A channel without a memory answers unknown, even for what it told."""
        rig.messenger.is_blind = True
        rig.messenger.send(MESSAGE, Fence(lambda: rig.told(MESSAGE)))

        finding = rig.messenger.find(MESSAGE)

        assert finding.answer == "unknown"


@dataclass
class BreakingPoints:
    """Points at which a commit's outside breaks."""

    at: str = ""

    def reached(self, point: str) -> None:
        if point == self.at:
            raise OSError(5, "input/output error")


class MailRig:
    """A Maildir account; its outside is the outbox."""

    def __init__(self, home: Path) -> None:
        self.points = BreakingPoints()
        self.home = home
        connector = MailConnector.from_config("mail", ACCOUNT, home)
        connector.points = self.points
        self.messenger = MailMessenger("mail", connector, "pat@widgets.example", ALL)

    def told(self, message: Message) -> int:
        files = (self.home / "out/new").glob("*") if (self.home / "out/new").exists() else ()
        return sum(message.key in one.read_text(encoding="utf-8") for one in files)

    def break_before(self) -> None:
        self.points.at = "mail.staged"

    def break_after(self) -> None:
        self.points.at = "mail.delivered"


class TestMailMessenger(MessengerContract):
    """Mail through a Maildir is single for its key."""

    @pytest.fixture
    def rig(self, tmp_path: Path) -> MailRig:
        return MailRig(tmp_path)

    def test_a_second_send_of_a_key_is_no_second_mail(self, rig: MailRig) -> None:
        """The same message sent again leaves one mail."""
        for _ in range(2):
            rig.messenger.send(MESSAGE, lambda: None)

        assert rig.told(MESSAGE) == 1

    def test_a_mail_says_that_a_program_wrote_it(self, rig: MailRig) -> None:
        """It is marked automatic, so that no program answers, and shows title, text and link."""
        rig.messenger.send(MESSAGE, lambda: None)

        (file,) = (rig.home / "out/new").glob("*")
        text = file.read_text(encoding="utf-8")
        assert "Auto-Submitted: auto-generated" in text
        assert f"Subject: {MESSAGE.title}" in text
        assert MESSAGE.link in text
        assert "To: pat@widgets.example" in text

    def test_what_a_connector_can_not_say_is_uncertain(self, tmp_path: Path) -> None:
        """Whatever a connector raises becomes one of the port's errors, without its words."""
        connector = VerifyOnlyConnector.from_config("fake", {"path": "fake"}, tmp_path)
        messenger = MailMessenger("fake", connector, "pat@widgets.example", ALL)

        with pytest.raises(OutsideFailed, match="did not take the mail"):
            messenger.send(MESSAGE, lambda: None)


class FolderRig:
    """The folder of digests; its outside is its files."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.messenger = FolderMessenger(home)

    def told(self, message: Message) -> int:
        return len(list((self.home / "digests").glob(f"*{message.key[:12]}.txt")))

    def break_before(self) -> None:
        (self.home / "digests").write_text("no folder", encoding="utf-8")

    def break_after(self) -> None:
        pytest.skip("a link is made or it is not: there is no answer to lose")


class TestFolderMessenger(MessengerContract):
    """A digest is one file."""

    @pytest.fixture
    def rig(self, tmp_path: Path) -> FolderRig:
        return FolderRig(tmp_path)

    def test_a_file_keeps_the_head_it_names(self, rig: FolderRig) -> None:
        """Heads are read back by position; a file without one, or half of one, is left out."""
        text = f"Nothing.\n\nLedger head: 480 {'ab' * 32}\n"
        rig.messenger.send(MESSAGE.model_copy(update={"text": text}), lambda: None)
        rig.messenger.send(OTHER, lambda: None)

        heads = kept_heads(rig.home)

        assert [(position, digest) for position, digest, _ in heads] == [(480, "ab" * 32)]

    def test_no_folder_keeps_no_head(self, rig: FolderRig) -> None:
        """Before the first digest there is nothing to compare with."""
        assert kept_heads(rig.home) == []

    def test_files_are_for_the_owner_only(self, rig: FolderRig) -> None:
        """Folder and file are readable by nobody else."""
        name = rig.messenger.send(MESSAGE, lambda: None)

        file = rig.home / "digests" / name
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0
