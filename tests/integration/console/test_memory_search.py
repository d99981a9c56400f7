"""Proves that memory is asked at the console as on the command line, and no page hangs."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest

from aios_defs.console.asking import OPENING
from aios_defs.services.archive import archive_day
from tests.integration.console.kit import Console, words
from tests.integration.desk import FILES, KIM, STRANGER, Desk, Mail

ASKED = "When is the parcel of garden chairs delivered?"


@pytest.fixture
def talked(console: Console) -> Console:
    """The console of a desk to which two people wrote."""
    console.desk.deliver(Mail(text="The parcel of garden chairs arrives on 3 March.", sender=KIM))
    console.desk.deliver(Mail(text="My invoice for the <b>lamp</b> is wrong.", sender=STRANGER))
    console.desk.take()
    return console


def asked(console: Console, **params: str) -> Any:  # noqa: ANN401 - a page
    """Return the page of a question, when memory has been opened."""
    console.get("/memory", **params)
    console.looked(OPENING)
    return console.get("/memory", **params)


def test_a_result_says_what_whose_when_and_why(talked: Console) -> None:
    """The mail comes first, quoted as from outside, with its page, its trace, label and reasons."""
    page = asked(talked, q=ASKED)
    best = talked.json("/api/memory", q=ASKED)["hits"][0]

    assert page.status_code == 200
    assert "The parcel of garden chairs arrives on 3 March." in words(page)
    assert f'href="{best["link"]}"' in page.text
    assert best["link"].startswith("/messages/")
    assert f'href="/trace/{best["source"]}"' in page.text
    assert "shareable · believed as third party" in words(page)
    assert "Why it was found" in words(page)
    assert "as of position " in words(page)


def test_a_fact_leads_to_its_story(talked: Console) -> None:
    """A fact that is found links to the page that tells its history."""
    hits = talked.json("/api/memory", q="price of the blue widget", of="house")["hits"]

    assert hits[0]["kind"] == "fact"
    assert "History" in words(talked.get(hits[0]["link"]))


def test_the_filters_narrow_as_the_command_does(talked: Console) -> None:
    """A person, a level and a day before all was known each leave out what they should."""
    everybody = talked.json("/api/memory", q=ASKED)["hits"]
    kims = talked.json("/api/memory", q=ASKED, of=KIM)["hits"]
    public = talked.json("/api/memory", q=ASKED, level="public")["hits"]
    before = talked.json("/api/memory", q=ASKED, known_at="2030-01-01")["hits"]

    assert {one["speaker"] for one in everybody if one["kind"] == "turn"} == {"Kim A", STRANGER}
    assert {one["speaker"] for one in kims} == {"Kim A"}
    assert {one["level"] for one in public} == {"public"}
    assert before == []


def test_the_same_position_gives_the_same_answer(talked: Console) -> None:
    """Asked twice with nothing new, the answer is the same to the last score."""
    first, second = (talked.json("/api/memory", q=ASKED) for _ in range(2))

    assert first == second


def test_it_says_plainly_that_nothing_is_known(talked: Console) -> None:
    """A question that nothing answers is not answered by what is nearest."""
    page = words(asked(talked, q="xylophone lessons", known_at="2030-01-01"))

    assert "Memory holds no answer to this. Nothing comes near" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"of": "nobody@nowhere.example"}, "Nobody is known by that."),
        ({"as_of": "someday"}, "no moment"),
        ({"level": "secret"}, "'secret' is no level."),
    ],
)
def test_a_question_that_makes_no_sense_keeps_its_words(
    talked: Console, wrong: dict[str, str], said: str
) -> None:
    """The page says what is wrong and what to write, and what was typed is still there."""
    page = talked.get("/memory", q=ASKED, **wrong)

    assert page.status_code in (404, 422)
    assert said in words(page)
    assert ASKED in page.text
    assert talked.get("/api/memory", q=ASKED, **wrong).status_code == page.status_code


def test_a_question_that_is_too_long_is_not_cut(talked: Console) -> None:
    """The page says how long it is and may be, as the API refuses it; what was typed stays."""
    long = "garden chairs " * 36

    page = talked.get("/memory", q=long)

    assert page.status_code == talked.get("/api/memory", q=long).status_code == 422
    assert "That has 503 letters, and up to 500 are read" in words(page)
    assert long.strip() in page.text
    assert "maxlength" not in page.text.partition('id="q"')[2].partition(">")[0]


def test_text_from_outside_is_inert(talked: Console) -> None:
    """What somebody wrote is shown as written, and is no part of the page."""
    page = asked(talked, q="invoice for the lamp")

    assert "&lt;b&gt;lamp&lt;/b&gt;" in page.text


def test_a_page_does_not_wait_for_memory_to_open(talked: Console) -> None:
    """While memory opens the page says so and how far it is; an empty page begins with it."""
    may_end = Event()

    def slow(_: object) -> dict[str, Any]:
        may_end.wait(20)
        return {}

    talked.looks.start(OPENING, slow, patience=0)
    page = talked.get("/memory", q=ASKED)
    empty = talked.get("/memory")
    may_end.set()

    assert "Memory is being opened" in words(page)
    assert "data-poll" in page.text
    assert "Ask in your words" in words(empty)


def test_a_memory_that_does_not_open_says_why(talked: Console) -> None:
    """What went wrong stands there with its remedy, and the next look begins anew."""

    def broken(_: object) -> dict[str, Any]:
        raise OSError

    talked.looks.start(OPENING, broken, patience=5)
    page = talked.get("/memory", q=ASKED)

    assert "aios doctor" in words(page)
    assert "parcel of garden chairs arrives" in words(asked(talked, q=ASKED))


def test_without_what_makes_vectors_words_are_compared(tmp_path: Path) -> None:
    """An endpoint that is away costs the meaning of a question, and the page says why."""
    place = "{url: 'http://127.0.0.1:9/v1', model: far, dimensions: 8}"
    far = f"{FILES['operator.yaml']}embedding: {{kind: endpoint, endpoint: {place}}}\n"
    desk = Desk(tmp_path, files={"operator.yaml": far}).begin()
    desk.deliver(Mail(text="The parcel of garden chairs arrives on 3 March.", sender=KIM))
    desk.take()
    console = Console(desk)

    page = asked(console, q=ASKED)
    told = console.json("/api/memory", q=ASKED)

    assert "The parcel of garden chairs arrives on 3 March." in words(page)
    assert "Only words were compared. The embedding endpoint" in words(page)
    assert 'href="/docs/errors/outside_failed"' in page.text
    assert told["by_words_alone"]
    assert told["trouble"]["code"] == "outside_failed"


def test_a_day_in_short_says_how_it_was_made_and_of_what(talked: Console) -> None:
    """A summary is marked as word for word, and links each mail that it is made of."""
    text = "We need chairs. They cost 40 EUR. Send them by 3 June. Ten chairs it is. Thank you."
    talked.desk.receive(Mail(text=text, sender=KIM))
    today = talked.desk.clock.now().date()
    talked.desk.wait(days=1)
    archive_day(talked.kernel, talked.desk.home.memories.filling(), today)
    mail = talked.desk.messages()[-1].id

    page = asked(talked, q="chairs", short="1")
    (hit,) = talked.json("/api/memory", q="chairs", short="1")["hits"]

    assert (hit["kind"], hit["made_by"]) == ("summary", "extractive")
    assert hit["originals"] == [f"/messages/{mail}"]
    assert "sentences as they were said" in words(page)
    assert f'href="/messages/{mail}"' in page.text
