"""Proves what an answer teaches: what its card showed, no wider than is safe, or as was said."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.decision import ContextPack, Decision, Question
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.labels import Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.card_detail import card_detail
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.preview import preview
from aios_defs.services.questions import answer
from resources.testing.scripted_agent import ScriptedAgent
from tests.e2e.shell import Shell
from tests.integration.desk import LOU, STRANGER, Desk, Mail
from tests.servers.database import home_environment

ASKED = "What is the price of the green widget?"
Asking = Callable[..., Desk]


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """A desk whose agent asks for that fact, about whatever is written."""

    def begun(predicate: str, topic: str | None = "green widget", **files: str) -> Desk:
        question = Question(text="What is it?", predicate=predicate, topic=topic)

        def ask(_: ContextPack) -> Decision:
            return Decision(outcome="ask", question=question, rationale="-", confidence=1.0)

        agents = {"support": ScriptedAgent(name="support", version="1", script=ask)}
        named = {one.replace("_yaml", ".yaml"): text for one, text in files.items()}
        desk = Desk(tmp_path, agents=agents, files=named).begin()
        desk.receive(Mail(text=ASKED))
        return desk

    return begun


def remembers(desk: Desk) -> JsonObject | None:
    """Return what the card of the only question says, the same in the list and in full."""
    (listed,) = desk.cards("question")
    full = card_detail(desk.kernel, desk.question().id)
    assert listed["remembers"] == full["remembers"]
    found = full["remembers"]
    assert found is None or isinstance(found, dict)
    return found


def shown_level(desk: Desk) -> str:
    """Return the level that the card names."""
    found = remembers(desk)
    assert found is not None
    return str(found["level"])


def kept(desk: Desk) -> list[tuple[str | None, str, Level]]:
    """Return what the house holds for true by the operator's answers."""
    with desk.kernel.ledger.view() as view:
        rows = view.select(FactRow, subject_id=None, state="asserted", order="position")
    return [
        (row.topic, row.predicate, row.label.level)
        for row in rows
        if row.source_event is not None and row.label.trust is Trust.OPERATOR
    ]


@pytest.mark.parametrize(
    ("predicate", "topic", "level"),
    [
        ("price", "green widget", "public"),
        ("trade_price", "green widget", "public"),
        ("price", "the director's bonus", "shareable"),
        ("price", None, "shareable"),
        ("lead_time", "green widget", "shareable"),
        ("opening_hours", None, "shareable"),
        ("iban", "green widget", "none"),
        ("bank_details", None, "none"),
        ("password", "green widget", "none"),
    ],
)
def test_an_answer_teaches_what_its_card_shows(
    asking: Asking, predicate: str, topic: str | None, level: str
) -> None:
    """Topic, predicate and level of the fact are those of the card: public only what is told so."""
    desk = asking(predicate, topic)
    shown = remembers(desk)

    answer(desk.kernel, desk.question().id, "49 EUR")

    assert shown is not None
    assert (shown["topic"], shown["predicate"], shown["level"]) == (topic, predicate, level)
    assert kept(desk) == ([] if level == "none" else [(topic, predicate, Level(level))])


def test_what_the_house_tells_in_public_is_told_of_another_topic_too(asking: Asking) -> None:
    """A public lead time of one topic is ground to tell that of another topic in public."""
    desk = asking("lead_time")
    set_fact(desk.kernel, Word(predicate="lead_time", text="a day", topic="blue widget"))

    assert shown_level(desk) == "public"


@pytest.mark.parametrize("level", [Level.LOCAL, Level.SHAREABLE])
def test_what_is_not_public_makes_nothing_public(asking: Asking, level: Level) -> None:
    """A fact with the same predicate that is kept closer is no ground to tell one to anybody."""
    desk = asking("lead_time")
    word = Word(predicate="lead_time", text="a day", topic="blue widget", level=level)
    set_fact(desk.kernel, word)

    assert shown_level(desk) == "shareable"


def test_a_public_account_opens_no_other(asking: Asking) -> None:
    """Bank details that are printed on each invoice are no ground to remember others at all."""
    desk = asking("iban")
    set_fact(desk.kernel, Word(predicate="iban", text="DE02 1203", topic="invoices"))

    assert shown_level(desk) == "none"


def test_the_operators_own_predicates_say_what_is_close(asking: Asking) -> None:
    """A predicate that predicates.yaml keeps on this machine is not remembered by an answer."""
    desk = asking("margin", predicates_yaml="- name: margin\n  level: local\n")

    answer(desk.kernel, desk.question().id, "a third")

    assert kept(desk) == []


@pytest.mark.parametrize("level", list(Level))
def test_the_level_that_was_said_is_the_level_it_gets(asking: Asking, level: Level) -> None:
    """The operator's word stands, wider or narrower than what the card proposed."""
    desk = asking("lead_time")

    answer(desk.kernel, desk.question().id, "a week", level=level)

    assert kept(desk) == [("green widget", "lead_time", level)]


def test_what_was_shown_holds_though_the_house_moved_on(asking: Asking) -> None:
    """A level that was seen and said is kept when the card would propose a wider one by then."""
    desk = asking("lead_time")
    seen = Level(shown_level(desk))
    set_fact(desk.kernel, Word(predicate="lead_time", text="a day", topic="blue widget"))
    assert shown_level(desk) == "public"

    answer(desk.kernel, desk.question().id, "a week", level=seen)

    assert kept(desk)[-1] == ("green widget", "lead_time", Level.SHAREABLE)


def test_the_card_says_in_whose_place_it_would_stand(asking: Asking) -> None:
    """An agent that asks for what is known shows the operator what the answer would replace."""
    desk = asking("price", "blue widget")

    found = remembers(desk)

    assert found is not None
    former = found["replaces"]
    assert isinstance(former, dict)
    assert (former["topic"], former["value"]) == ("blue widget", "€40.00")


@pytest.mark.parametrize(
    ("predicate", "topic"),
    [
        ("our bank account", "green widget"),
        ("price", "green\u202ewidget"),
        ("price", "green\nwidget"),
        ("price", ""),
        ("price", "green widget " * 20),
    ],
)
def test_names_that_are_not_what_they_look_like_teach_nothing(
    asking: Asking, predicate: str, topic: str
) -> None:
    """A sentence for a predicate, or a topic with hidden characters, can't become a fact."""
    desk = asking(predicate, topic)
    question = desk.question()

    assert remembers(desk) is None
    with pytest.raises(UsageInvalid, match="nothing that could be remembered"):
        answer(desk.kernel, question.id, "49 EUR", level=Level.PUBLIC)
    assert desk.question().id == question.id
    answer(desk.kernel, question.id, "49 EUR")
    assert kept(desk) == []


@pytest.mark.parametrize(
    ("predicate", "words", "is_asked_again"),
    [
        ("lead_time", "from Monday on, in the order of arrival", False),
        ("iban", "DE02 1203 0000 0000 2020 51", True),
    ],
)
def test_the_waiting_reply_states_the_answer(
    tmp_path: Path, predicate: str, words: str, *, is_asked_again: bool
) -> None:
    """At the level that is proposed the reply leaves; what was for once is asked for again."""
    text = f"{{{{ topic }}}}: {{{{ fact:{predicate} }}}}.\n"
    desk = Desk(tmp_path, files={"templates/price.txt": text}).begin()
    desk.receive(Mail(text=ASKED))

    answer(desk.kernel, desk.question().id, words)
    desk.turn()
    desk.receive(Mail(text=ASKED, sender=LOU))

    states = [one.state for one in desk.actions()]
    assert set(states) == {ActionState.COMMITTED}
    assert all(words in mail.get_content() for mail in desk.sent())
    assert len(desk.cards("question")) == is_asked_again
    assert len(states) == 2 - is_asked_again


@pytest.mark.parametrize("level", [Level.LOCAL, Level.SHAREABLE, Level.PUBLIC])
def test_an_amount_goes_no_further_than_its_level(tmp_path: Path, level: Level) -> None:
    """A reply that states a price is held by its level, however few letters that has."""
    everybody = "version: 1\nrules:\n  - {id: all, action: '*', effect: allow}\n"
    desk = Desk(tmp_path, files={"policies.yaml": everybody}).begin()
    word = Word(predicate="price", text="55 EUR", topic="green widget", level=level)
    set_fact(desk.kernel, word)

    desk.receive(Mail(text=ASKED))
    desk.receive(Mail(text=ASKED, sender=STRANGER))

    known, strange = (preview(desk.kernel, one.id)["rules"] for one in desk.actions())
    assert isinstance(known, list)
    assert isinstance(strange, list)
    assert ("builtin:clearance" in known) is (level is Level.LOCAL)
    assert ("builtin:clearance" in strange) is (level is Level.LOCAL)
    assert ("builtin:audience" in strange) is (level is Level.SHAREABLE)
    assert "builtin:audience" not in known


FACT = "price of green widget, read by anybody (public)"


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """A desk with one question, for the price of the green widget."""
    desk.receive(Mail(text=ASKED))
    return desk


def test_the_commands_show_what_an_answer_would_teach(asked: Desk) -> None:
    """The list, the card and the answering itself name the fact and who may read it."""
    shell, card = Shell(home=asked.path), asked.question().id

    listed, shown = shell.run("inbox").out, shell.run("show", card).out
    ran = shell.run("answer", card, "49")

    assert f"remembered: {FACT}" in " ".join(listed.split())
    assert FACT in " ".join(shown.split())
    assert f"Remembered: {FACT}" in ran.err
    assert kept(asked) == [("green widget", "price", Level.PUBLIC)]


def test_a_level_on_the_command_line_is_the_one_it_gets(asked: Desk) -> None:
    """With --level it is that one's to read; a wrong one, or a contradiction, answers nothing."""
    shell, card = Shell(home=asked.path), asked.question().id

    wrong = shell.run("answer", card, "49", "--level", "secret")
    both = shell.run("answer", card, "49", "--level", "local", "--forget")
    before = kept(asked)
    ran = shell.run("answer", card, "49", "--level", "shareable")

    assert (wrong.code, both.code, ran.code) == (2, 2, 0)
    assert before == []
    assert kept(asked) == [("green widget", "price", Level.SHAREABLE)]


@pytest.mark.parametrize(("said", "count"), [("n", 0), ("y", 1)])
def test_on_a_terminal_the_operator_is_asked_first(asked: Desk, said: str, count: int) -> None:
    """Whoever types an answer sees what it teaches before it is given, and may say no."""
    ours, theirs = pty.openpty()
    command = (Path(sys.executable).with_name("aios"), "answer", asked.question().id, "49")
    environment = home_environment(asked.path)

    with subprocess.Popen(
        command, stdin=theirs, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        os.write(ours, f"{said}\n".encode())
        _, told = process.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)

    assert FACT in told.decode()
    assert len(kept(asked)) == count
    assert process.returncode == (0 if count else 130)
