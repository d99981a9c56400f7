"""Proves that a reply states only what holds now, and that no file undoes the operator's word."""

from aios_defs.core.actions import ActionState
from aios_defs.core.decision import Claim, ContextPack, Decision, Proposal
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.questions import answer
from aios_defs.services.seed import apply_business
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.desk import ASK_FIRST, FILES, LOU, Desk, Mail

QUESTION = Mail(text="How much is the blue widget?")
CATALOG = FILES["catalog.yaml"].replace("agent: support", "agent: scripted")
EXPIRING = (
    "- topic: blue widget\n  facts:\n    price: {value: 40.00 EUR, to: '2031-05-06T08:00:00Z'}\n"
)
AT_ONCE = """
  - id: at-once
    action: mail.send
    effect: allow
"""


def test_a_fact_that_changed_while_the_agent_thought_is_not_stated(desk: Desk) -> None:
    """The operator corrects the price while an agent writes: it is decided again."""
    prices = iter(("45.00 EUR", ""))

    def thinking(pack: ContextPack) -> Decision:
        (price,) = [one for one in pack.of_kind("fact") if one.data["predicate"] == "price"]
        changed = next(prices, "")
        if changed:
            desk.write("facts.yaml", FILES["facts.yaml"].replace("40.00 EUR", changed))
            desk.reopen()
        proposal = Proposal(
            connector="mail",
            operation="mail.send",
            arguments={"to": [LOU], "subject": "Re", "body": "As agreed."},
            claims=(Claim(text="", fact_id=price.name.removeprefix("fact:")),),
        )
        return Decision(outcome="propose", proposals=(proposal,), rationale="", confidence=1.0)

    desk.agents = {"scripted": ScriptedAgent(thinking)}
    desk.write("catalog.yaml", CATALOG)
    desk.set_rules(ASK_FIRST)
    desk.deliver(QUESTION)
    desk.take()
    first = desk.decide()
    desk.decide()

    with desk.kernel.ledger.view() as view:
        cited = [view.get(FactRow, one) for one in desk.action().cited_facts]
    assert first == [None]
    assert [one.state for one in cited if one] == ["asserted"]


def test_a_fact_that_ran_out_is_not_sent(desk: Desk) -> None:
    """The price was valid when it was proposed and is not at the commit: it is decided again."""
    desk.write("facts.yaml", EXPIRING)
    desk.set_rules(AT_ONCE.replace("allow", "allow_after") + "    undo: 2h\n")
    desk.receive(QUESTION)
    scheduled = desk.action().state
    desk.wait(hours=2, seconds=1)

    desk.turn()
    desk.turn()

    assert scheduled is ActionState.SCHEDULED
    assert desk.sent() == []
    assert len(desk.cards("question")) == 1


def test_the_operators_answer_outlives_an_older_line_of_the_file(desk: Desk) -> None:
    """The file's price ran out and the operator answered: the file does not bring it back."""
    desk.write("facts.yaml", EXPIRING)
    desk.reopen()
    desk.wait(hours=2)
    desk.receive(QUESTION)
    answer(desk.kernel, desk.question().id, "50.00 EUR")

    made = apply_business(desk.kernel)
    desk.turn()

    assert made == 0
    assert "50.00" in desk.sent()[0].get_content()
