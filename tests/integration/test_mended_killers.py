"""Proves that a task which kills its process stops being tried, and says so."""

import pytest

from aios_defs.core.decision import ContextPack, Decision
from aios_defs.core.tasks import TaskState
from aios_defs.services.batch import decide_all
from aios_defs.services.decide import MAX_CLAIMS
from aios_defs.services.recover import retry
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.desk import FILES, Desk, Mail
from tests.integration.outside import KilledError

QUESTION = Mail(text="How much is the blue widget?")
CATALOG = FILES["catalog.yaml"].replace("agent: support", "agent: scripted")


class Killer:
    """An agent that takes its process with it as long as it is armed; counts how often it ran."""

    def __init__(self) -> None:
        """Begin armed."""
        self.is_armed = True
        self.runs = 0

    def __call__(self, _pack: ContextPack) -> Decision:
        """Die, or settle the task."""
        self.runs += 1
        if self.is_armed:
            raise KilledError
        return Decision(outcome="no_reply", rationale="Nothing to do.", confidence=1.0)


@pytest.fixture
def killer() -> Killer:
    """The agent of the desk."""
    return Killer()


@pytest.fixture
def deadly(desk: Desk, killer: Killer) -> Desk:
    """A home with one task, whose agent has killed as many processes as it may."""
    desk.agents = {"scripted": ScriptedAgent(killer)}
    desk.write("catalog.yaml", CATALOG)
    desk.reopen()
    desk.deliver(QUESTION)
    desk.take()
    die(desk, MAX_CLAIMS)
    return desk


def die(desk: Desk, times: int) -> None:
    """Run the batch, each time in what stands for a new process."""
    for _ in range(times):
        with pytest.raises(KilledError):
            decide_all(desk.kernel, "support", run_id="run")
        desk.wait(minutes=2)
        desk.reopen()


def test_a_task_that_kills_its_process_fails_with_a_card(deadly: Desk, killer: Killer) -> None:
    """After five claims that nobody ended it is not begun again, and the operator may retry."""
    batch = decide_all(deadly.kernel, "support", run_id="run")
    decide_all(deadly.kernel, "support", run_id="run")

    (card,) = deadly.cards("failure")
    assert killer.runs == MAX_CLAIMS
    assert batch.counts["failed"] == 1
    assert deadly.task().state is TaskState.FAILED
    assert f"aios retry {deadly.task().id}" in str(card["remedy"])


def test_others_are_decided_past_a_task_that_kills(deadly: Desk, killer: Killer) -> None:
    """The batch goes on to the task behind it."""
    deadly.deliver(Mail(text="Thank you, that is all I needed", subject="Another"))
    deadly.take()
    killer.is_armed = False

    decide_all(deadly.kernel, "support", run_id="run")

    assert {one.state for one in deadly.tasks()} == {TaskState.FAILED, TaskState.CANCELLED}


def test_a_retry_begins_to_count_anew(deadly: Desk, killer: Killer) -> None:
    """The operator's retry gives it as many attempts as before."""
    decide_all(deadly.kernel, "support", run_id="run")
    retry(deadly.kernel, deadly.task().id)
    die(deadly, MAX_CLAIMS - 1)
    killer.is_armed = False

    decide_all(deadly.kernel, "support", run_id="run")

    assert deadly.task().state is TaskState.CANCELLED


def test_claims_that_ended_in_a_decision_are_not_counted(desk: Desk) -> None:
    """A customer who writes often is decided as often."""
    for number in range(MAX_CLAIMS + 2):
        answers = ("mail-1@outside.example",) if number else ()
        desk.deliver(Mail(text=f"What about the blue one, {number}?", answers=answers))
        desk.take()
        decide_all(desk.kernel, "support", run_id="run")

    assert desk.task().attempt == MAX_CLAIMS + 2
    assert desk.task().state is TaskState.WAITING
