"""Proves what the messengers promise: the fake and the real ones."""

from dataclasses import dataclass, field

import pytest

from aios_defs.core.telling import Message
from resources.testing.recording_messenger import RecordingMessenger
from tests.contract.messengers import MESSAGE, Fence, MessengerContract


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
