"""Proves that a card names the place that outside text named, and lets exactly that be trusted."""

from typing import Any

import pytest

from aios_defs.core.decision import ContextPack, Decision, Proposal
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.sinks import SinkRow
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, Desk, Mail

SHOP, OTHER = "orders@supplier.example", "also@supplier.example"
ALLOW_ALL = """
  - id: anything-goes
    action: "*"
    effect: allow
"""


def obey(pack: ContextPack) -> Decision:
    """Point Kim to whom the mail names."""
    named = [one for one in (SHOP, OTHER) if one in pack.of_kind("message")[-1].text]
    arguments: Any = {"to": [KIM], "subject": "Hello", "body": f"Write to {', '.join(named)}."}
    proposal = Proposal(connector="mail", operation="mail.send", arguments=arguments)
    return Decision(outcome="propose", proposals=(proposal,), rationale="", confidence=1.0)


@pytest.fixture
def obeying(desk: Desk) -> Console:
    """A console whose rules allow everything, with a model that does what a mail says."""
    desk.agents = {"support": ScriptedAgent(obey)}
    desk.set_rules(ALLOW_ALL)
    return Console(desk)


def waits(console: Console, *places: str) -> ActionRow:
    """Let Kim's mail name places; returns the action that waits for it."""
    console.desk.receive(Mail(text=f"Please write to {' and '.join(places)} too.", sender=KIM))
    action = console.desk.actions()[-1]
    assert action.state == "awaiting_approval"
    return action


def card(console: Console, action: ActionRow) -> Any:  # noqa: ANN401 - the card as JSON
    return console.json(f"/api/inbox/{action.id}")


def sink(console: Console, action: ActionRow, value: str) -> Any:  # noqa: ANN401 - JSON
    return next(one for one in card(console, action)["strange"] if one["value"] == value)


def trust(console: Console, action: ActionRow, one: Any) -> Any:  # noqa: ANN401 - an answer
    path = f"/inbox/{action.id}/trust_sink"
    return console.post(path, f"trust_sink:{action.id}:{one['id']}", sink=one["id"])


def trusted(console: Console) -> list[str]:
    with console.kernel.ledger.view() as view:
        return [console.kernel.vault.open(row.value) for row in view.select(SinkRow)]


def test_the_card_names_the_place_and_what_taught_it(obeying: Console) -> None:
    """The address stands there with the message that named it, and a button for exactly it."""
    action = waits(obeying, SHOP)

    one = sink(obeying, action, SHOP)
    page = obeying.get(f"/inbox/{action.id}")

    assert (one["kind"], one["is_trusted"], one["words"]) == ("address", False, "this address")
    assert one["taught_by"] == [{"kind": "message", "id": obeying.desk.messages()[0].id}]
    assert "Whom nobody vouches for" in words(page)
    assert "Trust this address" in words(page)
    assert KIM not in [each["value"] for each in card(obeying, action)["strange"]]


def test_trusting_it_clears_that_place_and_undoes(obeying: Console) -> None:
    """The decision offers to go by the rules, and asks again when the trust is taken back."""
    action = waits(obeying, SHOP)
    one = sink(obeying, action, SHOP)

    answer = trust(obeying, action, one)
    during = card(obeying, action)
    back = obeying.call(
        f"/api/inbox/{action.id}/distrust_sink",
        f"distrust_sink:{action.id}:{one['id']}",
        sink=one["id"],
    )

    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/inbox/{action.id}")
    assert during["let_go_by"] == "anything-goes"
    assert during["state"] == "awaiting_approval"
    assert f"distrust_sink:{one['id']}" in during["nonces"]
    assert back.json()["state"] == "distrusted"
    assert trusted(obeying) == []
    assert card(obeying, action)["let_go_by"] is None


def test_trusting_one_of_two_leaves_the_other_asked(obeying: Console) -> None:
    """What stands beside the trusted address is as strange as before."""
    action = waits(obeying, SHOP, OTHER)

    trust(obeying, action, sink(obeying, action, SHOP))

    assert trusted(obeying) == [SHOP]
    assert sink(obeying, action, SHOP)["is_trusted"]
    assert not sink(obeying, action, OTHER)["is_trusted"]
    assert card(obeying, action)["let_go_by"] is None


def test_the_button_of_one_place_trusts_no_other(obeying: Console) -> None:
    """A nonce is about exactly one sink of one card; another id, or none of it, is refused."""
    action = waits(obeying, SHOP, OTHER)
    shop, other = sink(obeying, action, SHOP), sink(obeying, action, OTHER)
    path = f"/inbox/{action.id}/trust_sink"

    swapped = obeying.post(path, f"trust_sink:{action.id}:{shop['id']}", sink=other["id"])
    made_up = obeying.post(path, f"trust_sink:{action.id}:{'0' * 64}", sink="0" * 64)
    empty = obeying.post(path, f"trust_sink:{action.id}:", sink="")

    assert [one.status_code for one in (swapped, made_up, empty)] == [403, 404, 404]
    assert trusted(obeying) == []


def test_the_message_that_taught_it_can_be_trusted_as_a_source(obeying: Console) -> None:
    """What stands in exactly that message vouches then."""
    action = waits(obeying, SHOP)
    source = sink(obeying, action, obeying.desk.messages()[0].id)

    trust(obeying, action, source)

    assert source["kind"] == "source"
    assert card(obeying, action)["let_go_by"] == "anything-goes"


def test_a_decision_without_a_strange_place_names_none(obeying: Console) -> None:
    """Where only participants are written to, nothing is offered to be trusted."""
    obeying.desk.receive(Mail(text="Hello", sender=KIM))

    (action,) = obeying.desk.actions()

    assert card(obeying, action)["strange"] == []
    assert "Whom nobody vouches for" not in words(obeying.get(f"/inbox/{action.id}"))
