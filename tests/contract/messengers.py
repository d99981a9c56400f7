"""Owns the contract suite of messengers: what each channel to the operator promises.

A subclass gives a rig; what it plays outside is told by `told`, without the messenger.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import pytest

from aios_defs.core.errors import FenceLost, OutsideFailed, OutsideUncertain
from aios_defs.core.ports import Messenger
from aios_defs.core.telling import Message

MESSAGE = Message(
    key="0123456789abcdef" * 4,
    kind="urgent",
    title="AIOS: 2 things wait for you",
    text="A decision ends soon: 1.\nTwo lines, and an ümlaut of the operator's.\n",
    link="http://127.0.0.1:3000/inbox",
    made_at=datetime(2031, 3, 4, 12, tzinfo=UTC),
)
OTHER = MESSAGE.model_copy(update={"key": "fedcba9876543210" * 4})


class Rig(Protocol):
    """A channel and its outside, as a test sees it."""

    messenger: Messenger

    def told(self, message: Message) -> int:
        """Count how often the operator got the message, without the messenger."""
        ...

    def break_before(self) -> None:
        """Let the next send fail before anything is taken."""
        ...

    def break_after(self) -> None:
        """Let the next send take the message and fail before its answer."""
        ...


@dataclass
class Fence:
    """A fence that counts what was outside at each call, and may be lost."""

    told: Callable[[], int]
    is_lost: bool = False
    seen: list[int] = field(default_factory=list)

    def __call__(self) -> None:
        self.seen.append(self.told())
        if self.is_lost:
            raise FenceLost("Another worker tells it.", remedy="Leave it to that one.")


class MessengerContract:
    """The promises; a subclass has a fixture `rig`."""

    def test_a_message_reaches_the_operator_once_and_is_found(self, rig: Rig) -> None:
        """One send is one message, and a look-up finds it under the same name."""
        fence = Fence(lambda: rig.told(MESSAGE))

        name = rig.messenger.send(MESSAGE, fence)

        finding = rig.messenger.find(MESSAGE)
        assert rig.told(MESSAGE) == 1
        assert finding.answer == "found"
        assert finding.receipt is not None
        assert finding.receipt.outside_ref == name

    def test_the_fence_is_asked_before_anything_leaves(self, rig: Rig) -> None:
        """When the fence is called, nothing is outside yet."""
        fence = Fence(lambda: rig.told(MESSAGE))

        rig.messenger.send(MESSAGE, fence)

        assert fence.seen
        assert fence.seen[0] == 0

    def test_a_lost_fence_keeps_the_message_inside(self, rig: Rig) -> None:
        """Who lost the message to another worker tells nothing."""
        fence = Fence(lambda: rig.told(MESSAGE), is_lost=True)

        with pytest.raises(FenceLost):
            rig.messenger.send(MESSAGE, fence)

        assert rig.told(MESSAGE) == 0

    def test_a_look_up_tells_nothing(self, rig: Rig) -> None:
        """Looking for what was never sent has no effect and does not find it."""
        finding = rig.messenger.find(MESSAGE)

        assert finding.answer != "found"
        assert rig.told(MESSAGE) == 0

    def test_another_message_is_another(self, rig: Rig) -> None:
        """A look-up does not take the message of another key for it."""
        rig.messenger.send(OTHER, Fence(lambda: rig.told(OTHER)))

        finding = rig.messenger.find(MESSAGE)

        assert finding.answer != "found"

    def test_a_failure_before_is_said_to_be_one(self, rig: Rig) -> None:
        """OutsideFailed means that nothing was told, and says whether to try again."""
        rig.break_before()

        with pytest.raises(OutsideFailed) as caught:
            rig.messenger.send(MESSAGE, Fence(lambda: rig.told(MESSAGE)))

        assert rig.told(MESSAGE) == 0
        assert isinstance(caught.value.fields["retryable"], bool)

    def test_an_answer_that_is_lost_is_uncertain_and_found(self, rig: Rig) -> None:
        """What was taken without an answer is never called failed, and a look-up finds it."""
        rig.break_after()

        with pytest.raises(OutsideUncertain):
            rig.messenger.send(MESSAGE, Fence(lambda: rig.told(MESSAGE)))

        assert rig.told(MESSAGE) == 1
        assert rig.messenger.find(MESSAGE).answer == "found"

    def test_its_name_is_a_word(self, rig: Rig) -> None:
        """The channel's name is part of ids: lower case, without separators."""
        assert rig.messenger.channel.isidentifier()
        assert rig.messenger.channel.islower()
