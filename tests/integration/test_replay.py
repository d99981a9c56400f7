"""Proves replay: a decision is made again from its checkpoint, or the difference is named."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from aios_defs.agents.support import SupportAgent
from aios_defs.core.decision import ContextPack, Decision
from aios_defs.core.errors import UnknownId
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import DecisionRow, PackRow
from aios_defs.services.questions import answer
from aios_defs.services.replay import first_difference, replay
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.desk import FILES, STRANGER, Desk, Mail
from tests.servers.database import on_sqlite

MAILS = [
    Mail(text="How much is the blue widget?"),
    Mail(text="How much is the blue widget?", sender=STRANGER),
    Mail(text="What is the price of the green widget?"),
    Mail(text="Thank you, that is all I needed", sender="lou@company.example"),
    Mail(text="I want a refund!"),
]


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A home with a decision of every kind, one of them made again after an answer."""
    for mail in MAILS:
        desk.receive(mail)
    with desk.kernel.ledger.view() as view:
        decisions = {one.outcome for one in view.select(DecisionRow)}
    assert decisions == {"propose", "ask", "no_reply", "hand_over"}
    return desk


def decisions(desk: Desk) -> list[DecisionRow]:
    with desk.kernel.ledger.view() as view:
        return view.select(DecisionRow, order="position")


@pytest.mark.usefixtures("socket_disabled")
def test_every_decision_replays_identically(full: Desk) -> None:
    """Without a network, in another process, after the facts changed: all are identical."""
    full.write("facts.yaml", FILES["facts.yaml"].replace("40.00", "99.00"))
    full.wait(days=400)
    full.reopen()

    outcomes = {replay(full.kernel, one.id).outcome for one in decisions(full)}

    assert outcomes == {"identical"}


def test_a_replay_writes_nothing(full: Desk) -> None:
    """Looking makes no event."""
    with full.kernel.ledger.view() as view:
        before = view.head()

    replay(full.kernel, decisions(full)[0].id)

    with full.kernel.ledger.view() as view:
        assert view.head() == before


def test_a_decision_is_found_by_its_action_and_its_task(desk: Desk) -> None:
    """Any id of the inbox leads to its decision, and an unknown one is refused."""
    desk.receive(MAILS[0])
    (decision,) = decisions(desk)

    assert replay(desk.kernel, desk.action().id).id == decision.id
    assert replay(desk.kernel, desk.task().id).id == decision.id
    with pytest.raises(UnknownId, match="no-such"):
        replay(desk.kernel, "no-such")


@pytest.fixture
def tampered(desk: Desk) -> tuple[Desk, str, str]:
    """A home where one stored pack item was replaced, sealed with the vault's own key."""
    desk.receive(MAILS[0])
    with desk.kernel.ledger.view() as view:
        (pack,) = view.select(PackRow)
        item = next(one for one in pack.items if one.name.startswith("message:"))
        plain = view.blob(item.blob)
    forged = plain.replace(b"blue", b"pink")
    assert forged != plain
    sealed = desk.kernel.vault.seal_bytes(item.blob.subject_ref, forged)
    desk.home.ledger.close()
    _replace_blob(desk.path, item.blob.digest, sealed)
    desk.open()
    return desk, decisions(desk)[0].id, item.name


def _replace_blob(path: Path, digest: str, sealed: bytes) -> None:
    engine = create_engine(f"sqlite:///{path / 'ledger.db'}")
    with engine.begin() as connection:
        changed = connection.execute(
            text("UPDATE blobs SET sealed = :sealed WHERE digest = :digest"),
            {"sealed": sealed, "digest": digest},
        )
    engine.dispose()
    assert changed.rowcount == 1


@on_sqlite
def test_a_changed_input_is_named(tampered: tuple[Desk, str, str]) -> None:
    """A pack item edited behind our back makes the replay diverge, and it says which item."""
    desk, decision_id, name = tampered

    found = replay(desk.kernel, decision_id)

    assert found.outcome == "diverged"
    assert found.first_difference is not None
    assert found.first_difference["at"] == name


class NextAgent(SupportAgent):
    """A later version of the support agent."""

    version = "next"


def test_an_upgraded_agent_is_named_with_both_versions(full: Desk) -> None:
    """What an older agent decided is not blamed on the newer one."""
    full.agents = {"support": NextAgent()}
    full.reopen()

    found = replay(full.kernel, decisions(full)[0].id)

    assert found.outcome == "code_changed"
    assert found.first_difference == {"recorded": SupportAgent.version, "current": "next"}


def test_an_agent_that_is_gone_is_named(full: Desk) -> None:
    """Without its agent a decision can't be made again, and it says so."""
    full.agents = {"another": SupportAgent()}
    full.reopen()

    found = replay(full.kernel, decisions(full)[0].id)

    assert found.outcome == "code_changed"
    assert found.first_difference == {"recorded": SupportAgent.version, "current": None}


def test_an_agent_that_answers_otherwise_diverges(desk: Desk) -> None:
    """The same version with another answer is a divergence, at its first differing place."""
    desk.receive(MAILS[0])

    def other(pack: ContextPack) -> Decision:
        decision = SupportAgent().decide(pack)
        return decision.model_copy(update={"confidence": 0.25})

    desk.agents = {"support": ScriptedAgent(other, name="support", version=SupportAgent.version)}
    desk.reopen()

    found = replay(desk.kernel, decisions(desk)[0].id)

    assert found.outcome == "diverged"
    assert found.first_difference is not None
    assert found.first_difference["at"] == "confidence"
    assert found.first_difference["replayed"] == 0.25


def test_an_erased_input_is_unavailable_by_its_event(desk: Desk) -> None:
    """When a person was erased, their decisions can't be replayed, and the event is named."""
    desk.receive(MAILS[0])
    with desk.kernel.ledger.view() as view:
        profile = view.get(ProfileRow, desk.task().profile_id)
    assert profile is not None
    desk.kernel.vault.destroy(profile.subject_ref, "event-of-the-erasure")
    desk.reopen()

    found = replay(desk.kernel, decisions(desk)[0].id)

    assert found.outcome == "unavailable"
    assert found.first_difference == {"reason": "key_erased", "event": "event-of-the-erasure"}


def test_an_answer_is_part_of_the_checkpoint(desk: Desk) -> None:
    """Both decisions of a task replay: the question before the answer, the reply after it."""
    desk.receive(MAILS[2])
    answer(desk.kernel, desk.question().id, "55 EUR")
    desk.turn()

    outcomes = [(one.outcome, replay(desk.kernel, one.id).outcome) for one in decisions(desk)]

    assert outcomes == [("ask", "identical"), ("propose", "identical")]


@pytest.mark.parametrize(
    ("recorded", "replayed", "at"),
    [
        ({"a": 1}, {"a": 2}, "a"),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        ({"a": 1}, {}, "a"),
        ({}, {"b": None, "c": 1}, "c"),
        ({"a": {"x": 1}}, {"a": [1]}, "a"),
    ],
)
def test_the_first_difference_is_named_by_its_place(
    recorded: dict[str, object], replayed: dict[str, object], at: str
) -> None:
    """Places read as paths, in reading order."""
    found = first_difference(recorded, replayed)  # type: ignore[arg-type] # plain JSON

    assert found is not None
    assert found["at"] == at


def test_equal_values_have_no_difference() -> None:
    """The order of keys means nothing in JSON."""
    assert first_difference({"a": [1, {"b": 2}], "c": 3}, {"c": 3, "a": [1, {"b": 2}]}) is None
