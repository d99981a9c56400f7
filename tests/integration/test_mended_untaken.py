"""Proves that a message which no workflow takes is shown, may be let be, and waits for one."""

import pytest

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.services.batch import commit_all, take_in_all
from aios_defs.services.recover import skip
from tests.integration.desk import DESK, FILES, KIM, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")
QUESTION_AGAIN = Mail(
    text="How much is the blue widget, please?", answers=("mail-1@outside.example",)
)
NOBODY = FILES["catalog.yaml"].replace("connector: mail", "connector: mail\n    trigger: manual")
ALSO = FILES["catalog.yaml"] + FILES["catalog.yaml"].replace("workflows:", "").replace(
    "name: support", "name: helpdesk"
)


@pytest.fixture
def untaken(desk: Desk) -> Desk:
    """A home that took a message in while no workflow was triggered by one."""
    desk.write("catalog.yaml", NOBODY)
    desk.reopen()
    desk.receive(QUESTION)
    return desk


def appear(desk: Desk) -> None:
    """Let the workflow be triggered by messages."""
    desk.write("catalog.yaml", FILES["catalog.yaml"])
    desk.reopen()


def test_a_message_that_no_workflow_takes_has_a_card(untaken: Desk) -> None:
    """It waits, and the inbox says in which file its workflow is missing."""
    (card,) = untaken.cards("notice")

    assert card["id"] == untaken.messages()[0].id
    assert "catalog.yaml" in str(card["remedy"])
    assert untaken.standings()["waiting"] == 1


def test_a_message_that_no_workflow_takes_can_be_skipped(untaken: Desk) -> None:
    """The operator lets it be: it counts as ignored, and no workflow takes it later."""
    outcome = skip(untaken.kernel, untaken.messages()[0].id)
    appear(untaken)
    untaken.turn()

    assert outcome == "ignored"
    assert untaken.cards("notice") == []
    assert untaken.tasks() == []
    assert untaken.standings()["ignored"] == 1


def test_the_workflow_that_appears_answers_what_waited_for_it(untaken: Desk) -> None:
    """The next turn gives the message a task, which is decided and answered as any other."""
    untaken.deliver(QUESTION_AGAIN)
    untaken.turn()
    appear(untaken)

    untaken.turn()

    assert untaken.cards("notice") == []
    assert len(untaken.task().message_ids) == len(untaken.messages())
    assert untaken.standings()["answered"] == len(untaken.messages())
    assert len(untaken.sent()) == 1


def test_the_same_run_that_finds_the_workflow_takes_the_message(untaken: Desk) -> None:
    """Taking in is enough: the decision need not wait for the next run."""
    appear(untaken)

    batch = take_in_all(untaken.kernel, "support")

    assert batch.counts["task"] == 1
    assert untaken.task().message_ids == (untaken.messages()[0].id,)


def test_the_sweep_takes_what_waited_too(untaken: Desk) -> None:
    """A home whose mailbox brings nothing new is not left behind; a second sweep does nothing."""
    appear(untaken)

    commit_all(untaken.kernel, run_id="run")
    again = commit_all(untaken.kernel, run_id="run")

    assert untaken.task().message_ids == (untaken.messages()[0].id,)
    assert not again.counts


def test_what_the_operator_answered_meanwhile_is_taken_by_nobody(untaken: Desk) -> None:
    """A mail of the operator's in Sent settled it: a second answer would be one too many."""
    untaken.deliver(
        Mail(text="It is 40.", sender=DESK, to=KIM, answers=("mail-1@outside.example",)),
        folder="sent",
    )
    untaken.turn()
    appear(untaken)

    untaken.turn()

    assert untaken.tasks() == []
    assert untaken.messages()[0].reason == "answered_elsewhere"
    assert untaken.cards("notice") == []


def test_two_workflows_for_the_messages_of_one_connector_are_refused(desk: Desk) -> None:
    """Only one of them would ever get a message, so the file is told its line."""
    desk.write("catalog.yaml", ALSO)

    with pytest.raises(ConfigurationInvalid) as caught:
        desk.reopen()

    line = ALSO.splitlines().index("  - name: helpdesk") + 1
    assert f"catalog.yaml:{line + 3}: " in str(caught.value)
    assert "`support`" in str(caught.value)
