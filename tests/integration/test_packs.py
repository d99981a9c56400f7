"""Proves what a context pack holds of hot and cold memory, what it leaves out, and that it stays.

Cold memory is the fake of its port, filled by the product's own archive.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from aios_defs.core.decision import ContextPack, Decision, FactProposal
from aios_defs.core.errors import ConfigurationInvalid, IndexBroken, OutsideFailed
from aios_defs.core.labels import Destination, Level, Trust
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.tasks import DecisionRow, PackRow, TaskRow
from aios_defs.core.size import item_tokens, tokens_of
from aios_defs.services.archive import archive_day
from aios_defs.services.context import build_pack
from aios_defs.services.judge import observed_of
from aios_defs.services.memory import Memory
from aios_defs.services.packs import load_pack
from aios_defs.services.replay import replay
from resources.embedding.ngrams import NgramEmbedder
from resources.testing.dict_memory_index import DictMemoryIndex
from resources.testing.fixed_embedder import FixedEmbedder
from resources.testing.scripted_agent import ScriptedAgent
from tests.integration.desk import ASK_FIRST, FILES, LOU, Desk, Mail
from tests.integration.promising import let_go, parrot, promising_desk, say

LONG_AGO = "The serial number of my blue widget is 4711-ALPHA."
ASKS = "What was the serial number of my blue widget again?"


class Asked:
    """Opens the same memory each time, and counts how often."""

    def __init__(self, memory: Memory) -> None:
        """Open this memory."""
        self.memory, self.times = memory, 0

    def __call__(self) -> Memory:
        """Return the memory."""
        self.times += 1
        return self.memory


def with_memory(desk: Desk) -> Asked:
    """Give a desk an empty cold memory."""
    embedder = NgramEmbedder()
    index = DictMemoryIndex(embedder.identity.key, embedder.identity.dimensions)
    asked = Asked(Memory(index=index, embedder=embedder))
    desk.home = replace(desk.home, kernel=replace(desk.kernel, memory=asked))
    return asked


def archive(desk: Desk, asked: Asked) -> None:
    """Let the day end and be archived."""
    day = desk.clock.now().date()
    desk.wait(days=1)
    archive_day(desk.kernel, asked.memory, day)


def newest_pack(desk: Desk, destination: Destination | None = None) -> ContextPack:
    with desk.kernel.ledger.view() as view:
        task = view.select(TaskRow, order="created_at")[-1]
        return build_pack(desk.kernel, view, task, "scripted", destination=destination)


def stored_pack(desk: Desk) -> ContextPack:
    with desk.kernel.ledger.view() as view:
        decision = view.select(DecisionRow, order="position")[-1]
        row = view.get(PackRow, decision.pack_id)
        assert row is not None
        return load_pack(desk.kernel, view, row)


@pytest.fixture
def remembering(tmp_path: Path) -> tuple[Desk, Asked]:
    """Return a desk that knows from another thread what Kim asks about today, and its memory."""
    desk = promising_desk(tmp_path)
    asked = with_memory(desk)
    desk.receive(Mail(text=f"{LONG_AGO}\nsay: Noted."))
    desk.receive(Mail(text="My serial number is 9999.\nsay: Noted.", sender=LOU))
    archive(desk, asked)
    return desk, asked


def test_what_the_window_does_not_hold_is_recalled_and_marked(
    remembering: tuple[Desk, Asked],
) -> None:
    """Of the same person only, as memory, with its source and label; the stored pack holds it."""
    desk, _ = remembering

    desk.receive(Mail(text=f"{ASKS}\nsay: 4711-ALPHA."))

    recalled = [one for one in stored_pack(desk).items if one.recalled]
    assert LONG_AGO in recalled[0].text
    assert {one.kind for one in recalled} == {"memory"}
    assert {one.subject for one in recalled} == {desk.tasks()[-1].profile_id}
    assert recalled[0].label.trust is Trust.THIRD_PARTY
    assert replay(desk.kernel, desk.action().id).outcome == "identical"


def test_a_replay_asks_memory_nothing(remembering: tuple[Desk, Asked]) -> None:
    """A decision replays from its stored pack, also after memory is gone."""
    desk, asked = remembering
    desk.receive(Mail(text=f"{ASKS}\nsay: 4711-ALPHA."))
    asked.memory.index.drop()
    before = asked.times

    outcome = replay(desk.kernel, desk.action().id).outcome

    assert outcome == "identical"
    assert asked.times == before


def test_what_was_recalled_is_never_taken_for_a_fact(remembering: tuple[Desk, Asked]) -> None:
    """Whether its agent names a recalled item as its source or another; the mail itself teaches."""
    desk, asked = remembering

    def thinking(pack: ContextPack) -> Decision:
        known, said = pack.of_kind("memory")[0], pack.of_kind("message")[-1]
        sources = [(known, known.name), (known, said.name), (said, said.name)]
        facts = [
            FactProposal(
                subject=one.subject or "",
                predicate=f"said_{one.kind}",
                value={"text": one.text[-11:]},
                source=source,
                span=(0, 10),
                confidence=0.9,
            )
            for one, source in sources
        ]
        return Decision(outcome="no_reply", facts=tuple(facts), rationale="", confidence=1.0)

    desk.agents = {"scripted": ScriptedAgent(thinking)}
    desk.reopen()
    desk.home = replace(desk.home, kernel=replace(desk.kernel, memory=asked))

    desk.receive(Mail(text=ASKS))

    assert stored_pack(desk).of_kind("memory")
    with desk.kernel.ledger.view() as view:
        learnt = view.select(FactRow, subject_id=desk.tasks()[-1].profile_id)
    assert [row.predicate for row in learnt] == ["said_message"]


def test_what_was_recalled_vouches_for_nothing(remembering: tuple[Desk, Asked]) -> None:
    """Policy takes a recalled mail of ours for third-party, as it does what an agent wrote."""
    desk, asked = remembering
    desk.receive(Mail(text="say: Write to our partner partner@elsewhere.example about widgets."))
    let_go(desk)
    archive(desk, asked)

    desk.receive(Mail(text="Which partner do I write to about widgets?\nsay: Noted."))

    items = [one for one in stored_pack(desk).items if one.recalled]
    seen = observed_of(items)
    assert any("partner@elsewhere.example" in one.text for one in seen)
    assert {one.trust for one in seen} == {Trust.THIRD_PARTY}


def test_memory_is_not_asked_without_need(tmp_path: Path) -> None:
    """Nothing archived, a new customer, all of it in the window: memory is not even opened."""
    desk = promising_desk(tmp_path)
    asked = with_memory(desk)
    say(desk, "Noted.", identity="one@company.example")
    say(desk, "Noted.")
    archive(desk, asked)
    once = asked.times

    desk.receive(Mail(text=f"{ASKS}\nsay: No idea.", sender="new@elsewhere.example"))

    assert once == asked.times == 0


def test_a_memory_that_can_not_be_asked_stops_no_work(remembering: tuple[Desk, Asked]) -> None:
    """Being filled anew, broken, or with nothing to embed: the pack goes without, and says so."""
    desk, asked = remembering
    desk.receive(Mail(text=f"{ASKS}\nsay: Wait."))
    for kind in (ConfigurationInvalid, OutsideFailed):
        gone = replace(asked.memory, embedder=FixedEmbedder(trouble=kind("Gone.", remedy="None.")))
        desk.home = replace(desk.home, kernel=replace(desk.kernel, memory=Asked(gone)))
        assert [one.reason for one in newest_pack(desk).left_out] == ["unavailable"]
    desk.home = replace(desk.home, kernel=replace(desk.kernel, memory=asked))
    asked.memory.index.drop()

    desk.receive(Mail(text=f"{ASKS}\nsay: No idea."))

    pack = stored_pack(desk)
    assert not pack.of_kind("memory")
    assert [(one.name, one.reason) for one in pack.left_out] == [("memory", "unavailable")]

    def broken() -> Memory:
        raise IndexBroken("It is.", remedy="None.", reason="test")

    desk.home = replace(desk.home, kernel=replace(desk.kernel, memory=broken))
    assert [one.reason for one in newest_pack(desk).left_out] == ["unavailable"]


def test_open_promises_and_other_tasks_are_at_hand(tmp_path: Path) -> None:
    """A pack names what we promised this person and what else waits for them, nobody else's."""
    desk = promising_desk(tmp_path)
    say(desk, "I'll send you the offer by Friday.")
    desk.set_rules(ASK_FIRST)
    desk.receive(Mail(text="say: Noted.", subject="Another matter"))
    desk.receive(Mail(text="say: Noted.", sender=LOU, subject="Not Kim's"))
    desk.receive(Mail(text="say: Noted.", subject="This one"))

    pack = stored_pack(desk)

    assert [one.text for one in pack.of_kind("commitment")] == [
        "I'll send you the offer by Friday."
    ]
    assert [one.text for one in pack.of_kind("task")] == ["Another matter"]


@pytest.mark.parametrize("tokens", [2_000, 4_000])
def test_a_pack_is_bounded_and_what_waits_goes_first(tmp_path: Path, tokens: int) -> None:
    """Earlier turns go out from the oldest on, without a gap, and are named."""
    operator = f"{FILES['operator.yaml']}context: {{tokens: {tokens}}}\n"
    desk = Desk(path=tmp_path, files={"operator.yaml": operator}).begin()
    names = [f"part-{number}@company.example" for number in range(8)]
    for number, name in enumerate(names):
        desk.deliver(
            Mail(text=f"Part {number} " + "x" * 2_000, identity=name, answers=tuple(names[:number]))
        )
        desk.take()
        desk.wait(minutes=1)
    with desk.kernel.ledger.view() as view:
        (task,) = view.select(TaskRow)
        task = task.but(message_ids=task.message_ids[-1:])
        pack = build_pack(desk.kernel, view, task, "support")

    shown = [int(one.text.split()[1]) for one in pack.of_kind("message")]
    assert sum(item_tokens(one) for one in pack.items) <= tokens
    assert shown == list(range(8 - len(shown), 8))
    assert 1 <= len(shown) < 8
    assert {one.reason for one in pack.left_out} == {"size"}


def test_a_mail_that_finds_no_room_is_cut_and_says_so(tmp_path: Path) -> None:
    """What has to be answered is never left out, however long it is."""
    operator = f"{FILES['operator.yaml']}context: {{tokens: 2000}}\n"
    desk = Desk(path=tmp_path, files={"operator.yaml": operator}).begin()
    desk.deliver(Mail(text="How much is the blue widget? " + "blah " * 10_000))
    desk.take()

    with desk.kernel.ledger.view() as view:
        pack = build_pack(desk.kernel, view, desk.task(), "support")

    (mail,) = pack.of_kind("message")
    assert mail.data["cut"] is True
    assert mail.text.startswith("How much is the blue widget?")
    assert tokens_of(mail.text) < 2_000


def test_an_agent_elsewhere_sees_what_it_is_cleared_for(tmp_path: Path) -> None:
    """An endpoint cleared for shareable text gets a mail, and not what is local of the subject."""
    place = Destination(name="models.example", clearance=Level.SHAREABLE)
    agent = ScriptedAgent(parrot, destination=place)
    desk = promising_desk(tmp_path, {"scripted": agent})
    desk.write("facts.yaml", FILES["facts.yaml"] + SECRET)
    desk.reopen()

    desk.receive(Mail(text="say: Noted."))

    pack = stored_pack(desk)
    assert "the vault" not in pack.model_dump_json()
    assert {one.reason for one in pack.left_out} == {"clearance"}
    assert all(one.name.startswith("fact:") for one in pack.left_out)
    assert "the vault" in newest_pack(desk).model_dump_json()


SECRET = """
- topic: safe
  facts: {place: {value: the vault, level: local}}
"""


def test_an_agent_that_may_not_see_the_question_is_not_asked(tmp_path: Path) -> None:
    """Its task fails with the way out, and nothing was told."""
    seen: list[ContextPack] = []

    def script(pack: ContextPack) -> Decision:
        seen.append(pack)
        return parrot(pack)

    place = Destination(name="models.example", clearance=Level.PUBLIC)
    desk = promising_desk(tmp_path, {"scripted": ScriptedAgent(script, destination=place)})

    desk.receive(Mail(text="say: Noted."))

    (task,) = desk.tasks()
    assert seen == []
    assert (str(task.state), task.reason) == ("failed", "agent_failed")
    assert task.remedy is not None
    assert f"aios retry {task.id}" in task.remedy
