"""Proves that every failure has a way out: retried, settled, parked or skipped, never repeated."""

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.backoff import MAX_ATTEMPTS
from aios_defs.core.decision import ContextPack, Decision
from aios_defs.core.errors import TransitionRefused
from aios_defs.core.tasks import TaskState
from aios_defs.services.decide import decidable_tasks, decide_task
from aios_defs.services.reconcile import resolve
from aios_defs.services.recover import retry, skip
from resources.testing.connector_server import FakeServer
from resources.testing.scripted_agent import ScriptedAgent, reply_script
from tests.integration.desk import Mail
from tests.integration.outside import AGENTS, Outside, effects


def test_a_failure_before_the_effect_is_tried_again(opens: Outside) -> None:
    """A retryable failure is retried after its backoff, and one effect remains."""
    desk = opens(fail_before=1)
    desk.turn()
    failed = desk.action().state

    desk.wait(minutes=2)
    desk.turn()

    assert failed is ActionState.FAILED_RETRYABLE
    assert desk.action().state is ActionState.COMMITTED
    assert desk.action().attempts == 2
    assert effects(desk) == 1


def test_a_failure_shows_a_card_with_its_way_out(opens: Outside) -> None:
    """The card names the action, its state and the commands that help."""
    desk = opens(fail_before=1)
    desk.turn()

    (card,) = desk.cards("failure")

    assert card["id"] == desk.action().id
    assert f"aios retry {card['id']}" in str(card["remedy"])


def test_attempts_end_with_the_operator(opens: Outside) -> None:
    """After a few attempts only the operator may try again."""
    desk = opens(fail_before=MAX_ATTEMPTS)
    for _ in range(MAX_ATTEMPTS + 3):
        desk.wait(minutes=30)
        desk.turn()
    tried = (desk.action().attempts, desk.action().state)

    state = retry(desk.kernel, desk.action().id)

    assert tried == (MAX_ATTEMPTS, ActionState.FAILED_RETRYABLE)
    assert state == ActionState.COMMITTED
    assert effects(desk) == 1


def test_the_wait_after_a_failure_is_kept_and_the_operator_may_end_it(opens: Outside) -> None:
    """No sweep tries it early and its card says when it goes; `aios retry` goes at once."""
    desk = opens(fail_before=1)
    desk.turn()
    desk.turn()
    (card,) = desk.cards("failure")
    waiting = desk.action()

    state = retry(desk.kernel, waiting.id)

    assert waiting.attempts == 1
    assert waiting.due_at is not None
    assert "again by itself at" in str(card["remedy"])
    assert state == ActionState.COMMITTED
    assert effects(desk) == 1


def test_nothing_is_tried_again_after_its_deadline(opens: Outside) -> None:
    """A task that is late has no time for a backoff: its card waits for the operator at once."""
    desk = opens(fail_before=1)
    desk.take()
    desk.wait(hours=24 * 30)
    desk.turn()
    desk.wait(hours=1)
    desk.turn()

    assert desk.action().due_at is None
    assert desk.action().attempts == 1
    assert "by itself" not in str(desk.cards("failure")[0]["remedy"])


def test_a_final_failure_waits_to_be_skipped(opens: Outside) -> None:
    """What can't be retried is not; skipping ends the task and the message is ignored."""
    desk = opens(fail_before=1, retryable=False)
    desk.turn()
    desk.turn()
    failed = (desk.action().state, desk.standings()["waiting"])

    assert skip(desk.kernel, desk.action().id) == "cancelled"

    assert failed == (ActionState.FAILED, 1)
    assert desk.action().state is ActionState.CANCELLED
    assert desk.standings()["ignored"] == 1
    assert effects(desk) == 0


def test_a_final_failure_may_be_decided_anew(opens: Outside) -> None:
    """Retrying takes the next slot: another key, another action."""
    desk = opens(fail_before=1, retryable=False)
    desk.turn()
    failed = desk.action()

    retry(desk.kernel, failed.id)
    desk.turn()

    assert desk.action().state is ActionState.COMMITTED
    assert desk.action().slot == failed.slot + 1
    assert desk.action().key != failed.key
    assert effects(desk) == 1


@pytest.mark.parametrize("kind", ["NaturalKey", "ServerKey", "Precondition"])
def test_a_lost_answer_is_settled_by_asking(opens: Outside, kind: str) -> None:
    """The server took it and failed before the answer: found, committed, never repeated."""
    desk = opens(kind, commit_then_fail=1)

    desk.turn()

    assert desk.action().state is ActionState.COMMITTED
    assert [event.data["found"] for event in desk.events("action.committed")] == [True]
    assert effects(desk) == 1


def test_what_the_server_did_not_take_is_tried_again(opens: Outside) -> None:
    """Uncertain, then absent for sure: retried, and one effect remains."""
    desk = opens(uncertain=1)
    desk.turn()

    desk.turn()

    assert desk.action().state is ActionState.COMMITTED
    assert effects(desk) == 1


@pytest.mark.parametrize("fault", ["uncertain", "commit_then_fail"])
def test_what_nobody_can_tell_is_parked(opens: Outside, fault: str) -> None:
    """A server that can't be asked leaves it to the operator, and no sweep repeats it."""
    desk = opens("VerifyOnly", **{fault: 1})
    desk.turn()
    before = effects(desk)

    for _ in range(3):
        desk.wait(hours=1)
        desk.turn()

    (card,) = desk.cards("failure")
    assert desk.action().state is ActionState.PARKED
    assert card["state"] == "parked"
    assert effects(desk) == before
    assert desk.standings()["waiting"] == 1


def test_a_parked_action_that_was_sent_completes_its_task(opens: Outside) -> None:
    """The operator looked and it was there: the message is answered."""
    desk = opens("VerifyOnly", commit_then_fail=1)
    desk.turn()

    assert resolve(desk.kernel, desk.action().id, "sent") is ActionState.COMMITTED

    assert desk.standings()["answered"] == 1
    assert effects(desk) == 1


def test_a_parked_action_that_was_not_sent_may_be_tried_again(opens: Outside) -> None:
    """The operator's word makes it retryable; the connector still refuses to guess."""
    desk = opens("VerifyOnly", uncertain=1)
    desk.turn()

    assert resolve(desk.kernel, desk.action().id, "not_sent") is ActionState.FAILED_RETRYABLE

    assert desk.standings()["waiting"] == 1


def test_a_parked_action_may_be_cancelled(opens: Outside) -> None:
    """Cancelled by the operator: the task ends and the message counts as ignored."""
    desk = opens("VerifyOnly", uncertain=1)
    desk.turn()

    assert resolve(desk.kernel, desk.action().id, "cancel") is ActionState.CANCELLED

    assert desk.standings()["ignored"] == 1
    assert desk.cards("failure") == []


def test_what_is_not_parked_cannot_be_resolved(opens: Outside) -> None:
    """The operator's word counts only where nothing else can tell."""
    desk = opens()
    desk.turn()

    with pytest.raises(TransitionRefused, match="committed"):
        resolve(desk.kernel, desk.action().id, "not_sent")


def test_an_unsettled_action_cannot_be_skipped_or_redone(opens: Outside) -> None:
    """What may have reached the outside is settled first."""
    desk = opens("VerifyOnly", uncertain=1)
    desk.turn()

    with pytest.raises(TransitionRefused):
        skip(desk.kernel, desk.action().id)
    with pytest.raises(TransitionRefused):
        retry(desk.kernel, desk.action().id)


def test_a_reply_that_may_have_left_is_settled_before_the_next(opens: Outside) -> None:
    """The customer writes again while a reply is parked: nothing is decided until it is settled."""
    desk = opens("VerifyOnly", commit_then_fail=1)
    desk.turn()
    again = Mail(text="And?", to="fake@example.test", answers=("mail-1@outside.example",))
    FakeServer(desk.path / "outside").deliver(again.raw(2))
    desk.turn()
    while_parked = [one.state for one in desk.actions()]

    resolve(desk.kernel, desk.action().id, "sent")
    desk.wait(hours=25)  # one automatic answer per thread and day
    desk.turn()

    assert while_parked == [ActionState.PARKED]
    assert len(desk.actions()) == 2
    assert effects(desk) == 2


def test_an_agent_that_breaks_fails_its_task_only(opens: Outside) -> None:
    """The task shows a card; retried with a mended agent it is decided."""

    def broken(pack: ContextPack) -> Decision:
        raise ValueError(pack.task_id)

    desk = opens()
    desk.agents = {"scripted": ScriptedAgent(broken)}
    desk.reopen()
    desk.turn()
    failed = (desk.task().state, len(desk.cards("failure")))
    desk.agents = AGENTS
    desk.reopen()

    retry(desk.kernel, desk.task().id)
    desk.turn()

    assert failed == (TaskState.FAILED, 1)
    assert desk.action().state is ActionState.COMMITTED


def test_an_answer_about_an_older_state_of_the_task_is_dropped(opens: Outside) -> None:
    """While the agent was thinking the customer wrote again: its answer counts for nothing."""
    desk = opens()
    again = Mail(text="And?", to="fake@example.test", answers=("mail-1@outside.example",))

    def thinking(pack: ContextPack) -> Decision:
        if len(pack.of_kind("message")) == 1:
            FakeServer(desk.path / "outside").deliver(again.raw(2))
            desk.take()
        return reply_script()(pack)

    desk.agents = {"scripted": ScriptedAgent(thinking)}
    desk.reopen()
    desk.take()
    (task_id,) = decidable_tasks(desk.kernel, "answers")

    first = decide_task(desk.kernel, task_id)
    second = decide_task(desk.kernel, task_id)

    assert (first, second) == (None, "propose")
    assert len(desk.actions()) == 1
    assert "2 of your messages" in str(desk.arguments(desk.action())["body"])
