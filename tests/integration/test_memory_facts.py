"""Proves how facts reach agents and the operator: recalled, due for review, by the command line."""

import json
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.context import build_pack
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.identity.merging import merge, split
from aios_defs.services.preview import preview
from aios_defs.services.profiles import find_profile
from aios_defs.services.recall import recall
from aios_defs.services.recall_view import Typed, question_of, recall_view
from tests.integration.desk import ASK_FIRST, FILES, KIM, LOU, Desk, Mail
from tests.servers.database import home_environment

QUESTION = Mail(text="How much is the blue widget?")
REVIEWED = "- {name: price, review_days: 1}\n"


def rows(desk: Desk, **where: object) -> list[FactRow]:
    with desk.kernel.ledger.view() as view:
        found = view.select(FactRow, order="position")
    return [row for row in found if all(getattr(row, key) == one for key, one in where.items())]


def test_a_fact_that_is_due_for_review_says_so_where_it_is_used(desk: Desk) -> None:
    """The pack item names since when; the preview of what cites it shows it, and so does recall."""
    desk.write("predicates.yaml", REVIEWED)
    desk.write("facts.yaml", FILES["facts.yaml"].replace("40.00", "41.00"))
    desk.set_rules(ASK_FIRST)
    desk.reopen()
    desk.wait(hours=25)

    desk.receive(QUESTION)

    with desk.kernel.ledger.view() as view:
        task = desk.task()
        pack = build_pack(desk.kernel, view, task, "support")
    due = [one.data.get("review_due") for one in pack.of_kind("fact")]
    claims = preview(desk.kernel, desk.action().id)["claims"]
    asked = question_of(desk.kernel, Typed(text="price of the blue widget", subject="house"))
    found: Any = recall_view(desk.kernel, recall(desk.kernel, desk.home.memories.serving(), asked))
    assert due == ["2031-05-07T07:08:09.000000Z"]
    assert [one["review_due"] for one in found["hits"]] == due
    assert isinstance(claims, list)
    assert [one["is_review_due"] for one in claims if isinstance(one, dict)] == [True]


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_line_says_looks_back_and_goes_back(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set, show as of a day, history and rollback, each as JSON."""
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)
    about = ("memory", "set", "house", "price")
    first = rows(desk, predicate="price")[0]

    told(capsys, *about, "45 EUR", "--topic", "blue widget", "--from", "2031-08-01")
    then = told(capsys, "memory", "show", "house", "--as-of", "2031-09-01")
    before = told(capsys, "memory", "show", "house", "--as-of", "2031-07-01")
    version = told(capsys, "memory", "show", first.id, "--as-of", "2031-09-01")
    story = told(capsys, "memory", "history", first.id)
    restored = told(capsys, "memory", "rollback", first.id)
    after = told(capsys, "memory", "show", "house", "--as-of", "2031-09-01")

    assert [one["value"] for one in then["facts"]] == ["€45.00"]
    assert [one["value"] for one in before["facts"]] == ["€40.00"]
    assert version["facts"] == then["facts"]
    assert [one["value"] for one in story["history"]] == ["€40.00", "€45.00"]
    assert [one["id"] for one in after["facts"]] == [restored["id"]]


@pytest.mark.parametrize(
    "words",
    [
        ("set", "house", "price", "forty", "--topic", "blue widget"),
        ("set", "house", "Price", "40 EUR"),
        ("set", "house", "deadline", "soon"),
        ("set", "house", "price", "40 EUR", "--from", "2031-08-01", "--to", "2031-07-01"),
        ("show", "house", "--as-of", "yesterday"),
        ("rollback",),
    ],
)
def test_what_makes_no_sense_is_said_with_the_way_out(
    desk: Desk,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    """A wrong type, name, date or order is wrong usage, and changes nothing."""
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)
    before = len(rows(desk))

    code = main(["memory", *words])

    assert code == 2
    assert "aios:" in capsys.readouterr().err
    assert len(rows(desk)) == before


def test_two_profiles_that_become_one_may_disagree_until_they_are_apart_again(desk: Desk) -> None:
    """A merge disputes what both hold of one predicate; taken back, each holds its own again."""
    mine, theirs = (profile_of(desk, one) for one in (KIM, LOU))
    for subject, text in ((mine, "red"), (theirs, "blue")):
        set_fact(desk.kernel, Word(predicate="colour", text=text, subject_id=subject))

    merge(desk.kernel, mine, theirs)
    merged = [row.state for row in rows(desk, predicate="colour")]
    asked = desk.cards("fact")
    split(desk.kernel, theirs)

    assert merged == ["disputed", "disputed"]
    assert len(asked) == 1
    assert [row.state for row in rows(desk, predicate="colour")] == ["asserted", "asserted"]
    assert desk.cards("fact") == []


def profile_of(desk: Desk, address: str) -> str:
    with desk.kernel.ledger.view() as view:
        profile = find_profile(desk.kernel, view, address)
    assert profile is not None
    return profile.id
