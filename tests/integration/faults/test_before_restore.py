"""Proves that mail from before a restore gets no second answer without a person (G2).

Sent keeps no copy here, so nothing outside tells the restored home what the old one answered.
"""

from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from tests.integration.copies.kit import OutsideDesk, RestoredDesk, backed_up, restored
from tests.integration.desk import Desk, Mail

PRICE = "How much is the blue widget?"
MAILS = 6
REASON = "This mail came before the restore; the old machine may have answered it already."


@pytest.fixture
def old(tmp_path: Path) -> OutsideDesk:
    """A home whose rules answer by themselves."""
    desk = OutsideDesk(tmp_path / "old")
    desk.begin()
    return desk


def copied(old: Desk) -> RestoredDesk:
    """Return a home that was restored, ten minutes later, from the backup of the old one."""
    old.wait(minutes=10)
    restored(old.path.parent / "b", old.path.parent / "new", clock=old.clock)
    return RestoredDesk(old.path.parent / "new", clock=old.clock)


def waiting(desk: Desk) -> list[ActionRow]:
    """Return the actions that a person is asked about because of the restore."""
    return [
        one
        for one in desk.actions()
        if one.state is ActionState.AWAITING_APPROVAL and one.rule == "builtin:restored"
    ]


def test_mail_that_the_old_home_answered_is_not_answered_again(
    old: OutsideDesk, tmp_path: Path
) -> None:
    """Every answer of the old home stays the only one, and each card says why it asks."""
    backed_up(old.path, tmp_path / "b")
    for number in range(MAILS):
        old.receive(Mail(text=PRICE, identity=f"{number}@outside.test"))
    assert len(old.sent()) == MAILS

    new = copied(old)
    new.turn()
    new.wait(minutes=30)
    new.turn()

    assert len(new.sent()) == MAILS
    assert len(waiting(new)) == MAILS
    assert all(REASON in str(card) for card in new.cards("approval"))


def test_what_the_backup_held_undecided_is_asked_as_well(old: OutsideDesk, tmp_path: Path) -> None:
    """A task that was open in the backup may have been answered since."""
    old.deliver(Mail(text=PRICE))
    old.take()
    backed_up(old.path, tmp_path / "b")
    old.turn()
    assert len(old.sent()) == 1

    new = copied(old)
    new.turn()

    assert len(new.sent()) == 1
    assert len(waiting(new)) == 1


def test_a_person_lets_it_go_after_a_look(old: OutsideDesk, tmp_path: Path) -> None:
    """Approved by the operator it is sent, once."""
    backed_up(old.path, tmp_path / "b")
    old.deliver(Mail(text=PRICE))
    new = copied(old)
    new.turn()

    (action,) = waiting(new)
    approve(new.kernel, action.id, content_hash=action.content_hash)

    assert commit_action(new.kernel, action.id, force=True) is ActionState.COMMITTED
    assert len(new.sent()) == 1


def test_mail_from_after_the_restore_is_answered_as_always(
    old: OutsideDesk, tmp_path: Path
) -> None:
    """Two hours on, for clocks that differ, the rules decide again."""
    backed_up(old.path, tmp_path / "b")
    new = copied(old)
    new.receive(Mail(text=PRICE, identity="at-once@outside.test"))
    assert new.sent() == []

    new.wait(hours=2)
    new.receive(Mail(text=PRICE, identity="later@outside.test"))

    assert len(new.sent()) == 1
    assert len(waiting(new)) == 1
