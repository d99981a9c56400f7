"""Proves that a label is lowered by the operator's word alone, for one exact content, and back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aios_defs.cli.main import app
from aios_defs.core.decision import PackItem
from aios_defs.core.errors import PolicyRefused, TransitionRefused, UnknownId, UsageInvalid
from aios_defs.core.labels import Level
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.approve import edit_and_approve
from aios_defs.services.archive import fill
from aios_defs.services.context import build_pack
from aios_defs.services.correcting import correct
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.lowering import label_view, lower, restore, with_standing_labels
from aios_defs.services.recall import Question, recall
from aios_defs.services.replay import replay
from tests.integration.desk import ASK_FIRST, FILES, Desk, Mail
from tests.integration.erasure.searching import files_with, tables_with
from tests.servers.database import home_environment

SECRET = "nightingale-4471"
LOCAL = "- {address: kim@company.example, level: local}\n"
NGRAMS = f"{FILES['operator.yaml']}embedding: {{kind: ngrams}}\n"
ASKED = Mail(text=f"How much is the blue widget for {SECRET}?", subject="Our idea")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk that asks first, to which Kim wrote what is local."""
    files = {
        "labels.yaml": LOCAL,
        "operator.yaml": NGRAMS,
        "policies.yaml": f"version: 1\nrules:{ASK_FIRST}",
    }
    one = Desk(tmp_path, files=files).begin()
    one.receive(ASKED)
    return one


def kims(desk: Desk) -> str:
    with desk.kernel.ledger.view() as view:
        return view.select(InteractionRow)[0].profile_id


def fact(desk: Desk, text: str = SECRET) -> str:
    word = Word(predicate="health", text=text, subject_id=kims(desk))
    return set_fact(desk.kernel, word).fact_id


def found(desk: Desk, *levels: Level) -> list[str]:
    question = Question(text=SECRET, levels=levels)
    hits = recall(desk.kernel, desk.home.memories.serving(), question).hits
    return [one.id for one in hits if SECRET in one.text]


def index(desk: Desk) -> None:
    with desk.kernel.ledger.view() as view:
        head = view.head().position
    fill(desk.kernel, desk.home.memories.filling(), upto=head)


def test_a_lowered_message_may_be_told_to_whom_it_is_about(desk: Desk) -> None:
    """What waited is decided anew; then a reply may carry its text, and the decision shows it."""
    message = desk.messages()[0].id
    with pytest.raises(PolicyRefused):
        edit_and_approve(desk.kernel, desk.action().id, {"body": f"About {SECRET}"})
    before = desk.action().id

    shown = lower(desk.kernel, message, "shareable")
    desk.turn()
    edited = edit_and_approve(desk.kernel, desk.action().id, {"body": f"About {SECRET}"})
    desk.wait(minutes=1)
    desk.turn()

    assert (shown["level"], shown["former"], shown["trust"]) == (
        "shareable",
        "local",
        "third_party",
    )
    assert str(next(one for one in desk.actions() if one.id == before).state) == "superseded"
    assert [one.get_content().strip() for one in desk.sent()] == [f"About {SECRET}"]
    left = label_view(desk.kernel, message)["left"]
    assert left == [{"action_id": edited.id, "operation": "mail.send"}]


def test_what_waits_does_not_leave_once_the_word_is_taken_back(desk: Desk) -> None:
    """An approved reply in its undo window that carries the text is stopped."""
    message = desk.messages()[0].id
    lower(desk.kernel, message, "shareable")
    desk.turn()
    edit_and_approve(desk.kernel, desk.action().id, {"body": f"About {SECRET}"})

    restore(desk.kernel, message)
    desk.wait(minutes=1)
    desk.turn()

    assert desk.sent() == []
    with pytest.raises(PolicyRefused):
        edit_and_approve(desk.kernel, desk.action().id, {"body": f"About {SECRET}"})


def test_a_former_pack_gives_nothing_away_after_it(desk: Desk) -> None:
    """A decision that was made while it was lowered is judged by the label that stands now."""
    fact_id = fact(desk, "takes code zebra-9913 daily")
    lower(desk.kernel, fact_id, "shareable")
    desk.receive(Mail(text="How much is the blue widget?", identity="b@x.example"))
    restore(desk.kernel, fact_id)

    with pytest.raises(PolicyRefused):
        edit_and_approve(desk.kernel, desk.action().id, {"body": "You take code zebra-9913 daily"})


def test_what_an_old_pack_recalled_is_no_wider_either(desk: Desk) -> None:
    """An item of the pack that came from memory goes by the level of its message, too."""
    message = desk.messages()[0].id
    with desk.kernel.ledger.view() as view:
        turn = view.select(InteractionRow)[0]
    lower(desk.kernel, message, "public")
    with desk.kernel.ledger.view() as view:
        label = view.select(InteractionRow)[0].label
    names = (f"memory:turn:{turn.id}", f"message:{message}", "memory:turn:another", "rules")
    items = [PackItem(name=one, kind="memory", source="x", label=label) for one in names]

    def levels() -> list[Level]:
        with desk.kernel.ledger.view() as view:
            return [one.label.level for one in with_standing_labels(view, items)]

    assert levels() == [Level.PUBLIC] * 4
    restore(desk.kernel, message)
    assert levels() == [Level.LOCAL, Level.LOCAL, Level.PUBLIC, Level.PUBLIC]


def test_former_decisions_replay_as_they_were(desk: Desk) -> None:
    """Lowering and undoing change no checkpoint."""
    desk.turn()
    task = desk.task().id
    lower(desk.kernel, desk.messages()[0].id, "public")

    assert replay(desk.kernel, task).outcome == "identical"


def test_it_holds_for_the_exact_content_only(desk: Desk) -> None:
    """A correction of a lowered fact says something else, and is as close as the first was."""
    fact_id = fact(desk)
    lower(desk.kernel, fact_id, "public")

    corrected = correct(desk.kernel, fact_id, "something else")

    with desk.kernel.ledger.view() as view:
        rows = [view.get(FactRow, one) for one in (fact_id, corrected)]
    assert [row.label.level for row in rows if row] == [Level.PUBLIC, Level.LOCAL]
    assert [row.label.audience for row in rows if row] == [(kims(desk),)] * 2


@pytest.mark.parametrize("is_indexed", [True, False])
def test_memory_follows_the_label_both_ways(desk: Desk, *, is_indexed: bool) -> None:
    """A lowered fact and message are found by who is cleared, and not any more once undone."""
    fact_id, message = fact(desk), desk.messages()[0].id
    index(desk)
    closed = found(desk, Level.SHAREABLE, Level.PUBLIC)
    for one in (fact_id, message):
        lower(desk.kernel, one, "shareable")
    if is_indexed:
        index(desk)
    opened = found(desk, Level.SHAREABLE, Level.PUBLIC)
    everything = found(desk, *Level)
    for one in (fact_id, message):
        restore(desk.kernel, one)
    again = found(desk, Level.SHAREABLE, Level.PUBLIC)
    index(desk)

    assert (closed, again, found(desk, Level.SHAREABLE, Level.PUBLIC)) == ([], [], [])
    assert len(opened) == len(everything) == 2
    assert len(found(desk, Level.LOCAL)) == 2
    cold = desk.path / "lance" / "cold"
    lying = (*tables_with(cold, [SECRET]), *files_with(cold, [SECRET]))
    assert lying
    assert [one for one in lying if "local" not in one] == []


def test_an_index_that_is_behind_opens_nothing(desk: Desk) -> None:
    """Even one that says it is whole, and has the lowered level still, gives nothing back."""
    fact_id = fact(desk)
    lower(desk.kernel, fact_id, "shareable")
    index(desk)
    opened = found(desk, Level.SHAREABLE)
    restore(desk.kernel, fact_id)
    with desk.kernel.ledger.view() as view:
        head = view.head()
    desk.home.memories.filling().index.finish(head.position, head.hash)

    assert (len(opened), found(desk, Level.SHAREABLE)) == (1, [])


def test_the_index_counts_as_one_that_was_filled_anew(desk: Desk) -> None:
    """Words and items of a level are the same as if it had been so from the beginning."""
    fact_id = fact(desk)
    index(desk)
    lower(desk.kernel, fact_id, "shareable")
    index(desk)
    memory = desk.home.memories.filling()
    question = Question(text=SECRET, levels=(Level.SHAREABLE, Level.PUBLIC))
    moved = recall(desk.kernel, memory, question)
    memory.index.drop()
    index(desk)

    assert recall(desk.kernel, memory, question) == moved


def test_the_house_tells_what_was_lowered(desk: Desk) -> None:
    """A fact of the house has its new level in the next pack, though packs keep them at hand."""
    word = Word(predicate="margin", text=SECRET, topic="blue widget", level=Level.LOCAL)
    fact_id = set_fact(desk.kernel, word).fact_id

    def level() -> str:
        with desk.kernel.ledger.view() as view:
            pack = build_pack(desk.kernel, view, desk.tasks()[0], "support")
        return next(one.label.level for one in pack.items if one.name == f"fact:{fact_id}")

    levels = [level()]
    lower(desk.kernel, fact_id, "public")
    levels.append(level())
    restore(desk.kernel, fact_id)
    levels.append(level())

    assert levels == [Level.LOCAL, Level.PUBLIC, Level.LOCAL]


def test_what_is_no_lowering_is_refused(desk: Desk) -> None:
    """No level wider, none at all, nothing to undo and nothing of that id: each says so."""
    message = desk.messages()[0].id
    for level in ("local", "secret", ""):
        with pytest.raises(UsageInvalid):
            lower(desk.kernel, message, level)
    with pytest.raises(TransitionRefused):
        restore(desk.kernel, message)
    with pytest.raises(UnknownId):
        lower(desk.kernel, "nothing", "public")
    assert desk.events("label.lowered", "label.restored") == []


def test_rebuilt_projections_have_the_same_labels(desk: Desk) -> None:
    """The rows are a fold of the ledger: lowered, lowered further, and taken back."""
    message, fact_id = desk.messages()[0].id, fact(desk)
    lower(desk.kernel, message, "shareable")
    lower(desk.kernel, message, "public")
    lower(desk.kernel, fact_id, "public")
    restore(desk.kernel, fact_id)
    before = [label_view(desk.kernel, one) for one in (message, fact_id)]

    desk.home.ledger.rebuild()

    assert [label_view(desk.kernel, one) for one in (message, fact_id)] == before
    assert [one["level"] for one in before] == ["public", "local"]
    assert restore(desk.kernel, message)["level"] == "local"


def test_the_command_shows_lowers_and_undoes(desk: Desk) -> None:
    """`aios memory label` prints what it did, and how to take it back."""
    fact_id = fact(desk)
    desk.home.ledger.close()
    environment = home_environment(desk.path)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["memory", "label", fact_id, *words], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    assert "local, operator" in run()
    assert "shareable, lowered from local" in run("--to", "shareable")
    assert json.loads(run("--json"))["may_be"] == ["public"]
    assert json.loads(run("--undo", "--json"))["level"] == "local"
