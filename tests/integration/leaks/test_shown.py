"""Proves that days in short, archives, lists, commands and backups tell no more than they may."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.cli.main import main
from aios_defs.core.actions import ActionState
from aios_defs.core.labels import Level, stricter_level
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.services.approve import approve
from aios_defs.services.archive import archive_day
from aios_defs.services.commitment_view import commitment_rows, commitment_view
from aios_defs.services.compounding import compounding
from aios_defs.services.erasure.certificate import certificate_of
from aios_defs.services.erasure.forget import forget
from aios_defs.services.memory_lists import LISTS
from aios_defs.services.questions import answer
from aios_defs.services.recall import recall
from aios_defs.services.recall_view import MOST, Typed, question_of, recall_view
from aios_defs.services.subject_archive.content import subject_archive
from tests.integration.attacks.kit import Stage
from tests.integration.copies.kit import backed_up
from tests.integration.desk import DESK, Mail
from tests.integration.erasure.forms import holds
from tests.integration.leaks.planting import (
    ANN,
    BOB,
    CAT,
    DAN,
    HOUSE,
    OF_MAIL,
    PEOPLE,
    Canary,
    Garden,
    gardens,
)
from tests.servers.database import home_environment

LONG = "The {0} is needed. It costs 40 EUR. Send {0} by 3 June. We spoke of {0}. Bring {0} along."
CURSORS = ("-1", "9" * 30, "' OR '1'='1", "%00", "1")
PROMISED = (ANN, BOB, CAT)
"""All but Dan: a promise is shareable, and so would be the day in short that quotes it."""
FORMS = ((), ("--json",), ("--short",), ("--short", "--json"))


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """A planted home in which people wrote at length, got a promise, and the day was archived."""
    for one in gardens(tmp_path_factory.mktemp("shown"), (8,)):
        today = one.desk.clock.now().date()
        for number, who in enumerate(PEOPLE):
            write_at_length(one, who, number)
            if who in PROMISED:
                promise(one, who)
        one.desk.wait(days=1)
        archive_day(one.desk.kernel, one.desk.home.memories.filling(), today)
        yield one


def write_at_length(garden: Garden, who: str, number: int) -> None:
    """Let somebody write what is summed up; Ann goes on in private, so her day is local."""
    first = f"long-{number}@x.example"
    text = LONG.format(garden.word(who, OF_MAIL[who], "day in short"))
    garden.desk.receive(Mail(text=text, sender=who, identity=first))
    if who == ANN:
        more = LONG.format(garden.word(who, Level.LOCAL, "private day"))
        headers = (("Sensitivity", "private"),)
        garden.desk.receive(Mail(text=more, sender=who, answers=(first,), headers=headers))


def promise(garden: Garden, who: str) -> None:
    """Let the operator answer somebody's latest question with a promise, and send it."""
    kernel, whose = garden.desk.kernel, garden.id_of(who)
    text = f"I'll send you the {garden.word(who, Level.SHAREABLE, 'promise')} by Friday."
    with kernel.ledger.view() as view:
        tasks = {one.id for one in view.select(TaskRow, profile_id=whose)}
        asked = view.select(QuestionRow, state="open", order="position")
    answer(kernel, [one for one in asked if one.task_id in tasks][-1].id, text, remember=False)
    garden.desk.turn()
    action = garden.desk.action()
    if action.state is ActionState.AWAITING_APPROVAL:
        approve(kernel, action.id)
    garden.desk.wait(seconds=30)
    garden.desk.turn()


@pytest.fixture
def _home(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(garden.desk.path).items():
        monkeypatch.setenv(name, value)


def words_of(garden: Garden, *places: str) -> str:
    return " ".join(one.word for one in garden.canaries if one.place in places)


@pytest.mark.parametrize("level", list(Level))
def test_a_day_in_short_is_as_strict_as_what_it_sums_up(garden: Garden, level: Level) -> None:
    """Summaries bring back what who asks is cleared for, of whom was asked about."""
    kernel = garden.desk.kernel
    found: list[Canary] = []
    for whose in ("", *PEOPLE):
        text = words_of(garden, "day in short", "private day")
        typed = Typed(text=text, subject=whose, level=level, limit=MOST, is_short=True)
        memory = garden.desk.home.memories.serving()
        shown = recall_view(kernel, recall(kernel, memory, question_of(kernel, typed)))
        for one in garden.found_in(json.dumps(shown)):
            assert one.may_be_seen(level, whose or None), (one, whose)
            assert one.place == "name" or one.about != ANN or level is Level.LOCAL, one
            found.append(one)

    of_days = {one.level for one in found if one.place in ("day in short", "private day")}
    assert of_days == {one for one in Level if stricter_level(one, level) is level}


@pytest.mark.usefixtures("_home")
@pytest.mark.parametrize("level", [Level.PUBLIC, Level.SHAREABLE])
def test_the_command_prints_what_is_cleared(
    garden: Garden, level: Level, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, as JSON and in short, on both streams."""
    asked = words_of(garden, "fact", "day in short", "private day", "promise")
    found: list[Canary] = []
    for form in FORMS:
        assert main(["memory", "search", asked, "--level", level, "--limit", "50", *form]) == 0
        said = capsys.readouterr()
        found += garden.found_in(said.out + said.err)

    assert [one for one in found if not one.may_be_seen(level)] == []
    assert {one.level for one in found} == {
        one for one in Level if stricter_level(one, level) is level
    }


@pytest.mark.parametrize("one", PEOPLE)
def test_an_archive_holds_nothing_of_other_people(garden: Garden, one: str) -> None:
    """All that is given to somebody about them is theirs, or the house's."""
    found = garden.found_in(json.dumps(subject_archive(garden.desk.kernel, garden.id_of(one))))

    assert {canary.about for canary in found} <= {one, HOUSE}
    assert {canary.level for canary in found if canary.about == one} >= {Level.LOCAL}


@pytest.mark.usefixtures("_home")
def test_the_command_of_an_archive_prints_no_word(
    garden: Garden, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where the file is and counts; the file alone holds words, of one person."""
    target = tmp_path_factory.mktemp("outside") / "bob.zip"
    assert main(["memory", "export", BOB, "--to", str(target), "--json"]) == 0
    said = capsys.readouterr()

    raw = target.read_bytes()
    assert garden.found_in(said.out + said.err) == []
    lying = [one for one in garden.canaries if holds(raw, [one.word])]
    assert {one.about for one in lying} == {BOB}


def test_no_cursor_leads_out_of_what_is_asked_for(garden: Garden) -> None:
    """Pages of one person's things hold nobody else's, wherever they are made to begin."""
    client, _ = Stage(garden.desk).logged_in()
    bob, ann = garden.id_of(BOB), garden.id_of(ANN)
    paths = [f"/api/memory/lists/{kind}?of={bob}&skip=" for kind in LISTS]
    paths += [f"/memory/lists/{kind}?of={bob}&skip=" for kind in LISTS]
    paths += [f"/api/people/{bob}?before=", f"/api/activity?person={bob}&before="]
    found: list[Canary] = []
    for path in paths:
        for cursor in ("", ann, *CURSORS):
            page = client.get(path + cursor)
            assert page.status_code < 500, (path, cursor)
            some = garden.found_in(page.text)
            assert {one.about for one in some} <= {BOB, HOUSE}, (path, cursor)
            found += some

    assert BOB in {one.about for one in found}


def test_no_cursor_of_a_section_shows_another(garden: Garden) -> None:
    """The inbox keeps to the kind that is asked for, also after a card of another or none."""
    client, _ = Stage(garden.desk).logged_in()
    whole = client.get("/api/inbox").json()
    cards = [card for section in whole["sections"] for card in section["cards"]]
    kinds = {str(card["kind"]) for card in cards}
    for kind in kinds:
        for cursor in (*(str(card["id"]) for card in cards[:5]), *CURSORS):
            page = client.get(f"/api/inbox?kind={kind}&after={cursor}").json()
            shown = [one["kind"] for part in page["sections"] for one in part["cards"]]
            assert {*shown} <= {kind}, (kind, cursor)

    assert kinds


def test_a_promise_is_shown_with_who_it_was_made_to(garden: Garden) -> None:
    """Lists of somebody's promises hold theirs alone, with a label no wider than their words."""
    kernel = garden.desk.kernel
    with kernel.ledger.view() as view:
        for one in PROMISED:
            rows = commitment_rows(view, garden.id_of(one))
            told = json.dumps([commitment_view(kernel, view, row) for row in rows])
            found = [one for one in garden.found_in(told) if one.place == "promise"]
            assert {canary.about for canary in garden.found_in(told)} == {one}
            assert found
        for row in view.select(CommitmentRow):
            for canary in garden.found_in(kernel.vault.open(row.text)):
                assert canary.may_be_seen(row.label.level), canary


@pytest.mark.usefixtures("_home")
def test_a_report_counts_and_quotes_nobody(
    garden: Garden, capsys: pytest.CaptureFixture[str]
) -> None:
    """How memory compounds, and what its checks found, is told in numbers and ids."""
    assert garden.found_in(json.dumps(compounding(garden.desk.kernel))) == []
    for words in (["report"], ["report", "--json"], ["quality"], ["quality", "--json"]):
        assert main(["memory", *words]) == 0
        said = capsys.readouterr()
        assert garden.found_in(said.out + said.err) == []


def test_a_backup_shows_nothing_of_what_it_holds(garden: Garden, tmp_path: Path) -> None:
    """No word, no address and no name of a file of the home lies in it in the clear."""
    target = tmp_path / "a.backup"
    backed_up(garden.desk.path, target)
    raw = target.read_bytes()

    words = [one.word for one in garden.canaries]
    names = ("ledger.db", "manifest.json", "about.json", "contacts.csv", "operator.yaml")
    assert not holds(raw, [*words, *PEOPLE, DESK, *names])
    assert garden.desk.home.path.name not in target.name


def test_a_certificate_names_nobody(tmp_path: Path) -> None:
    """What is told of an erasure, before and after it, quotes nothing of who is forgotten."""
    for garden in gardens(tmp_path, (9,)):
        client, _ = Stage(garden.desk).logged_in()
        dan = garden.id_of(DAN)
        before = client.get(f"/api/people/{dan}/forget")
        forget(garden.desk.kernel, dan)
        after = client.get(f"/api/people/{dan}/certificate")
        told = json.dumps(certificate_of(garden.desk.kernel, dan))

        assert (before.status_code, after.status_code) == (200, 200)
        for text in (before.text, after.text, told):
            assert garden.found_in(text) == []
        assert DAN not in after.text + told
