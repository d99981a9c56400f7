"""Proves what the ledger keeps in plain words, and that an account that changed sends nothing."""

from datetime import timedelta

from aios_defs.core.actions import ActionState
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.decision import ContextPack, Decision, Proposal
from aios_defs.core.tasks import TaskState
from aios_defs.services.approve import approve, reject
from aios_defs.services.commit import commit_action
from aios_defs.services.trust import trust
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.desk import ASK_FIRST, DESK, FILES, KIM, LOU, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")
SECRET = "maria-huber-refund"


def move(desk: Desk) -> None:
    """Give the account another address, and trust that one."""
    entries = FILES["connectors.yaml"].replace(DESK, "new@widgets.example")
    desk.write("connectors.yaml", entries)
    desk.reopen()
    trust(desk.kernel, "mail", timedelta(days=60))


def test_the_name_of_a_file_stands_in_no_event(desk: Desk) -> None:
    """A file is often named after the person it is about."""
    (desk.path / "mail/inbox/new" / SECRET).write_bytes(b"\n")

    desk.take()

    with desk.kernel.ledger.view() as view:
        log = b"".join(canonical_bytes(one.data) for one in view.events())
    assert SECRET.encode() not in log
    assert desk.standings()["quarantined"] == 1


def test_an_approval_for_one_account_sends_nothing_from_another(desk: Desk) -> None:
    """The operator changed the address and trusts it: what was approved is decided anew."""
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    old = desk.action()
    approve(desk.kernel, old.id, window=0)
    move(desk)

    commit_action(desk.kernel, old.id)
    desk.turn()

    assert desk.sent() == []
    assert [one.state for one in desk.actions()] == [
        ActionState.SUPERSEDED,
        ActionState.AWAITING_APPROVAL,
    ]


def test_a_rejected_decision_leaves_the_others_of_its_task_answerable(desk: Desk) -> None:
    """Two proposals of one task: each can be approved or rejected, in any order."""

    def both(_pack: ContextPack) -> Decision:
        proposals = tuple(
            Proposal(
                connector="mail",
                operation="mail.send",
                arguments={"to": [one], "subject": "Re", "body": "As agreed."},
            )
            for one in (KIM, LOU)
        )
        return Decision(outcome="propose", proposals=proposals, rationale="", confidence=1.0)

    desk.agents = {"scripted": ScriptedAgent(both)}
    desk.write("catalog.yaml", FILES["catalog.yaml"].replace("agent: support", "agent: scripted"))
    desk.set_rules(ASK_FIRST)
    desk.receive(QUESTION)
    first, second = desk.actions()
    approve(desk.kernel, first.id, window=0)
    commit_action(desk.kernel, first.id)

    reject(desk.kernel, second.id)

    assert desk.action().state is ActionState.REJECTED
    assert desk.task().state is TaskState.COMPLETED
    assert desk.cards("decision") == []
