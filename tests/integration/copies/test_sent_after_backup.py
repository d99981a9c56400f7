"""Proves that a restored home sends nothing twice that the old one sent after the backup (G2)."""

from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.decide import decide_task
from aios_defs.services.reconcile import resolve
from aios_defs.services.sweep import clean_up
from tests.integration.copies.kit import OutsideDesk, RestoredDesk, backed_up, restored
from tests.integration.desk import ASK_FIRST, Desk, Mail

PRICE = "How much is the blue widget?"
ASKS = {"policies.yaml": f"version: 1\nrules:{ASK_FIRST}"}


@pytest.fixture
def old(tmp_path: Path) -> OutsideDesk:
    desk = OutsideDesk(tmp_path / "old", files=ASKS)
    desk.begin()
    return desk


def copied(old: Desk) -> RestoredDesk:
    """Return a home that was restored from the last backup of the old one."""
    restored(old.path.parent / "b", old.path.parent / "new")
    return RestoredDesk(old.path.parent / "new", clock=old.clock)


def back_up(old: Desk) -> None:
    backed_up(old.path, old.path.parent / "b")


def say_yes(desk: Desk, action: ActionRow) -> None:
    approve(desk.kernel, action.id, content_hash=action.content_hash)


def send(desk: Desk) -> None:
    say_yes(desk, desk.action())
    assert commit_action(desk.kernel, desk.action().id, force=True) is ActionState.COMMITTED


def test_what_the_old_home_sent_is_found_and_not_sent_again(old: OutsideDesk) -> None:
    """A decision that waited in the backup and was sent since counts as sent."""
    old.receive(Mail(text=PRICE))
    back_up(old)
    send(old)

    new = copied(old)
    assert new.action().state is ActionState.UNCERTAIN
    new.turn()

    assert new.action().state is ActionState.COMMITTED
    assert new.task().state is TaskState.COMPLETED
    assert len(new.sent()) == 1


def test_what_was_approved_and_never_sent_is_asked_anew(old: OutsideDesk) -> None:
    """The old approval is void: only a new one lets it go, once."""
    old.receive(Mail(text=PRICE))
    say_yes(old, old.action())
    back_up(old)

    new = copied(old)
    new.turn()
    new.wait(minutes=1)
    new.turn()
    assert new.action().state is ActionState.AWAITING_APPROVAL
    assert new.sent() == []
    send(new)

    assert len(new.sent()) == 1


def test_what_a_rule_let_go_is_asked_anew_as_well(tmp_path: Path) -> None:
    """An authorised action whose window was open in the backup waits for the operator."""
    rule = '\n  - {id: later, action: "*", effect: allow_after, undo: 60s}\n'
    old = OutsideDesk(tmp_path / "old", files={"policies.yaml": f"version: 1\nrules:{rule}"})
    old.begin()
    old.receive(Mail(text=PRICE))
    assert old.action().state is ActionState.SCHEDULED
    back_up(old)

    new = copied(old)
    new.wait(minutes=2)
    new.turn()

    assert new.action().state is ActionState.AWAITING_APPROVAL
    assert new.sent() == []


def test_where_nobody_can_tell_the_operator_is_asked(tmp_path: Path) -> None:
    """A mailbox inside the home was copied with it, so it proves nothing of what came later."""
    old = Desk(tmp_path / "old", files=ASKS).begin()
    old.receive(Mail(text=PRICE))
    back_up(old)

    new = copied(old)
    new.turn()

    assert new.action().state is ActionState.PARKED
    (card,) = new.cards("failure")
    assert "may have been sent after the backup" in str(card)
    resolve(new.kernel, new.action().id, "not_sent")
    new.turn()
    assert new.action().state is ActionState.AWAITING_APPROVAL
    assert new.sent() == []


def test_a_mail_that_the_old_home_answered_is_not_answered_again(old: OutsideDesk) -> None:
    """A reply with a key that the restored ledger does not know counts as the operator's own."""
    back_up(old)
    old.receive(Mail(text=PRICE))
    send(old)
    (reply,) = (old.path / "mail/outbox/new").iterdir()
    old.put(reply.read_bytes(), folder="sent")

    new = copied(old)
    new.turn()

    assert new.task().state is TaskState.COMPLETED
    assert new.actions() == []
    assert len(new.sent()) == 1


def test_nothing_is_decided_before_sent_was_read(old: OutsideDesk) -> None:
    """A task of the backup waits until the mailbox was read once, whoever asks for a decision."""
    old.deliver(Mail(text=PRICE))
    old.take()
    back_up(old)
    new = copied(old)

    assert decide_task(new.kernel, new.task().id) is None
    assert new.decide() == []
    new.take()
    clean_up(new.kernel)

    assert new.decide() == ["propose"]


def test_a_mail_that_came_after_the_backup_comes_as_new(old: OutsideDesk) -> None:
    """What the old home had only received is decided by the new one."""
    back_up(old)
    old.receive(Mail(text=PRICE))

    new = copied(old)
    new.turn()

    assert new.action().state is ActionState.AWAITING_APPROVAL
    send(new)
    assert len(new.sent()) == 1
