"""Proves that one bad item, action, connector or workflow never holds up or hides the others."""

from collections import Counter
from datetime import timedelta

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.connector import Finding, Item, ParsedMessage
from aios_defs.core.decision import ContextPack, Decision, Proposal
from aios_defs.core.tasks import TaskState
from aios_defs.services.batch import commit_all, decide_all
from aios_defs.services.commit import commit_action
from aios_defs.services.reconcile import resolve
from aios_defs.services.recover import skip
from aios_defs.services.trust import trust
from resources.testing.connector_server import FakeServer
from resources.testing.connectors import NaturalKeyConnector
from resources.testing.scripted_agent import ScriptedAgent, reply_script
from tests.integration.desk import FILES, LOU, Desk, Mail
from tests.integration.outside import Outside

HERE = "tests.integration.test_review_isolation"
QUESTION = Mail(text="How much is the blue widget?")
POISON = "poison"
NATURAL_KEY = "resources.testing.connectors:NaturalKeyConnector"


class PickyConnector(NaturalKeyConnector):
    """An operator's own connector that breaks on one message in its own way."""

    def parse(self, item: Item) -> ParsedMessage:
        """Raise what no contract names for a poison message."""
        parsed = super().parse(item)
        if POISON in parsed.text:
            raise ZeroDivisionError(parsed.text)
        return parsed


class SloppyConnector(NaturalKeyConnector):
    """An operator's own connector whose answer can't be written down."""

    def parse(self, item: Item) -> ParsedMessage:
        """Name no sender of a poison message."""
        parsed = super().parse(item)
        is_poison = POISON in parsed.text
        return parsed.model_copy(update={"sender": None}) if is_poison else parsed


class MoodyConnector(NaturalKeyConnector):
    """An operator's own connector that breaks on the first key it is ever asked about."""

    first: str | None = None

    def find(self, operation: str, key: str) -> Finding:
        """Raise what no contract names, for that key only."""
        self.first = self.first or key
        if key == self.first:
            raise ZeroDivisionError(key)
        return super().find(operation, key)


def use(desk: Desk, kind: str) -> None:
    """Put another class behind the connector, and reopen."""
    entries = (desk.path / "business/connectors.yaml").read_text(encoding="utf-8")
    desk.write("connectors.yaml", entries.replace(NATURAL_KEY, kind))
    desk.reopen()


def rename(desk: Desk) -> None:
    """Give the connector another name in the business files, trust that, and reopen."""
    for name in ("connectors.yaml", "catalog.yaml"):
        text = (desk.path / "business" / name).read_text(encoding="utf-8")
        text = text.replace("outside:", "renamed:").replace(": outside\n", ": renamed\n", 1)
        desk.write(name, text.replace("path: renamed", "path: outside"))
    desk.agents = {"scripted": ScriptedAgent(reply_script(connector="renamed"))}
    desk.reopen()
    trust(desk.kernel, "renamed", timedelta(days=60))


@pytest.mark.parametrize("kind", ["PickyConnector", "SloppyConnector"])
def test_a_message_that_breaks_its_connector_is_quarantined(opens: Outside, kind: str) -> None:
    """Whatever breaks, the message is kept with a card, and those after it come in."""
    desk = opens()
    server = FakeServer(desk.path / "outside")
    server.deliver(Mail(text=POISON, to="fake@example.test").raw(2))
    server.deliver(Mail(text="Me too?", to="fake@example.test", subject="Another").raw(3))
    use(desk, f"{HERE}:{kind}")

    desk.take()

    assert [one.state for one in desk.messages()] == ["received", "quarantined", "received"]
    assert len(desk.cards("quarantine")) == 1


def test_a_connector_that_breaks_when_asked_holds_up_no_other_work(opens: Outside) -> None:
    """The action it was asked about stays for the next look; the other one is settled."""
    desk = opens("NaturalKey", commit_then_fail=2)
    second = Mail(text="Me too?", to="fake@example.test", subject="Another")
    FakeServer(desk.path / "outside").deliver(second.raw(2))
    use(desk, f"{HERE}:MoodyConnector")
    desk.take()
    desk.decide()
    for action in desk.actions():
        commit_action(desk.kernel, action.id)

    batch = commit_all(desk.kernel, run_id="run")

    assert Counter(one.state for one in desk.actions()) == Counter(
        (ActionState.UNCERTAIN, ActionState.COMMITTED)
    )
    assert batch.failed == []
    assert len(desk.cards("failure")) == 1


def test_a_decision_of_a_connector_that_is_gone_stays_in_the_inbox(opens: Outside) -> None:
    """The operator renamed it: what it should have sent is shown, and may be skipped."""
    desk = opens()
    desk.take()
    desk.decide()
    rename(desk)
    FakeServer(desk.path / "outside").deliver(
        Mail(text="Me too?", to="fake@example.test", subject="Another").raw(2)
    )

    desk.turn()

    old, new = sorted(desk.actions(), key=lambda one: one.created_at)
    (card,) = desk.cards("decision")
    skip(desk.kernel, old.id)
    assert (old.state, new.state) == (ActionState.DRAFTED, ActionState.COMMITTED)
    assert card["id"] == old.id
    assert desk.cards("decision") == []


def test_what_may_have_left_by_a_connector_that_is_gone_is_the_operators(opens: Outside) -> None:
    """Nobody can be asked any more, so it is parked, and the operator's word settles it."""
    desk = opens("NaturalKey", commit_then_fail=1)
    desk.take()
    desk.decide()
    commit_action(desk.kernel, desk.action().id)
    rename(desk)

    commit_all(desk.kernel, run_id="run")

    assert desk.action().state is ActionState.PARKED
    assert resolve(desk.kernel, desk.action().id, "sent") is ActionState.COMMITTED


def test_a_task_whose_workflow_left_the_catalog_has_a_card(desk: Desk) -> None:
    """Nobody decides it any more: the inbox says so, and it may be skipped."""
    desk.deliver(QUESTION)
    desk.take()
    catalog = FILES["catalog.yaml"].replace("name: support", "name: helpdesk")
    desk.write("catalog.yaml", catalog)
    desk.reopen()
    decide_all(desk.kernel, "", run_id="run")

    (card,) = desk.cards("failure")
    skip(desk.kernel, str(card["id"]))

    assert card["id"] == desk.task().id
    assert desk.task().state is TaskState.CANCELLED


def test_an_answer_that_cannot_be_recorded_fails_its_task_with_a_card(opens: Outside) -> None:
    """An answer that no store can hold is the agent's fault, and the operator sees it."""

    def unwritable(_pack: ContextPack) -> Decision:
        proposal = Proposal(
            connector="outside", operation="fake.send", arguments={"to": [LOU], "body": "\udc80"}
        )
        return Decision(
            outcome="propose", proposals=(proposal,), rationale="Broken.", confidence=1.0
        )

    desk = opens()
    desk.agents = {"scripted": ScriptedAgent(unwritable)}
    desk.reopen()
    desk.take()

    decide_all(desk.kernel, "", run_id="run")

    assert desk.task().state is TaskState.FAILED
    assert len(desk.cards("failure")) == 1
