"""Proves what every agent promises: pack in, decision out, the same for the same pack."""

import pytest

from aios_defs.agents.support import SupportAgent
from aios_defs.core.decision import Agent, ContextPack, Decision, PackItem
from aios_defs.core.labels import Label
from resources.agents import ShippedAgents
from resources.testing.fixed_clock import START
from resources.testing.scripted_agent import ScriptedAgent, reply_script

ODD_ITEMS = (
    PackItem(name="rules", kind="rules", source="x", label=Label(), data={"categories": "none"}),
    PackItem(name="operator", kind="operator", source="x", label=Label(), data={"name": 7}),
    PackItem(name="message:1", kind="message", source="x", label=Label(), data={"direction": "in"}),
    PackItem(name="fact:1", kind="fact", source="x", label=Label(), data={"value": []}),
    PackItem(name="answer:1", kind="answer", source="x", label=Label()),
)


@pytest.fixture(params=["support", "scripted"])
def agent(request: pytest.FixtureRequest) -> Agent:
    return SupportAgent() if request.param == "support" else ScriptedAgent(reply_script())


def pack_of(*items: PackItem) -> ContextPack:
    return ContextPack(task_id="t", workflow="w", agent="a", now=START, ids=("i",), items=items)


def message(text: str, sender: str = "kim@customer.example") -> PackItem:
    return PackItem(
        name="message:m",
        kind="message",
        source="e",
        label=Label(),
        text=text,
        data={"direction": "in", "from": sender, "subject": "Question", "message_id": "m@x"},
    )


def test_an_agent_names_itself_and_its_version(agent: Agent) -> None:
    """Replay compares versions, so both are texts that say something."""
    assert agent.name
    assert agent.version


def test_the_same_pack_gets_the_same_decision(agent: Agent) -> None:
    """An agent keeps nothing between two packs."""
    pack = pack_of(message("What is the price?"))

    first = agent.decide(pack)
    agent.decide(pack_of(message("Something else entirely")))

    assert agent.decide(pack) == first


@pytest.mark.parametrize("item", ODD_ITEMS, ids=lambda one: one.kind)
def test_an_odd_pack_is_answered_too(agent: Agent, item: PackItem) -> None:
    """Items that lack everything end in a decision, not in an error."""
    assert isinstance(agent.decide(pack_of(item)), Decision)


def test_an_empty_pack_is_answered(agent: Agent) -> None:
    """With nothing to read there is nothing to propose."""
    assert agent.decide(pack_of()).proposals == ()


@pytest.mark.usefixtures("socket_disabled")
def test_an_agent_needs_no_network(agent: Agent) -> None:
    """It decides with every socket closed."""
    decision = agent.decide(pack_of(message("What is the price?")))

    assert decision.outcome in ("propose", "hand_over")


def test_an_agent_leaves_its_pack_alone(agent: Agent) -> None:
    """What an agent was given is the checkpoint of replay, so it stays as it was."""
    pack = pack_of(message("What is the price?"))
    before = pack.model_dump_json()

    agent.decide(pack)

    assert pack.model_dump_json() == before


def test_each_shipped_agent_goes_by_its_own_name() -> None:
    """What is shipped can be asked for by name, is made once, and nothing else is there."""
    agents = ShippedAgents()

    made = {name: agents[name] for name in agents}

    assert {name: agent.name for name, agent in made.items()} == {name: name for name in agents}
    assert all(agents[name] is agent for name, agent in made.items())
    assert agents.get("nobody") is None
    assert len(agents) == len(made)
