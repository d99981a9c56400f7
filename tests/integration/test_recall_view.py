"""Proves that a typed question is understood or refused, and that an answer shows its grounds."""

from pathlib import Path
from typing import Any

import pytest

from aios_defs.core.errors import UnknownId, UsageInvalid
from aios_defs.core.labels import Level
from aios_defs.core.memory_index import HOUSE
from aios_defs.services.archive import fill
from aios_defs.services.recall import recall
from aios_defs.services.recall_view import Typed, question_of, recall_view
from tests.integration.desk import FILES, Desk
from tests.integration.test_recall import head, memory_of, talk
from tests.property.shop import KNOWN, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(path=tmp_path)


def test_a_question_is_understood_as_it_is_typed(shop: Shop) -> None:
    """A day means its end, a level all that travel further, an address its person."""
    talk(shop, 1)
    asked = question_of(
        shop.kernel,
        Typed(text="what", subject=KNOWN, known_at="2031-05-06", level="shareable", limit=900),
    )

    assert asked.subjects
    assert asked.levels == (Level.SHAREABLE, Level.PUBLIC)
    assert asked.known_at is not None
    assert asked.known_at.isoformat() == "2031-05-06T23:59:59.999999+00:00"
    assert asked.limit == 50
    assert question_of(shop.kernel, Typed(text="what", subject="house")).subjects == (HOUSE,)


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        (Typed(text="  "), UsageInvalid),
        (Typed(text="what", level="secret"), UsageInvalid),
        (Typed(text="what", as_of="last week"), UsageInvalid),
        (Typed(text="what", subject="nobody@nowhere.example"), UnknownId),
        (Typed(text="what", subject="0123456789"), UnknownId),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    shop: Shop, typed: Typed, refused: type[Exception]
) -> None:
    """Nothing is guessed: a wrong person or time would give a wrong answer."""
    with pytest.raises(refused):
        question_of(shop.kernel, typed)


def test_a_name_means_nobody_to_who_may_not_read_names(desk: Desk) -> None:
    """Who is cleared for public text learns by no answer whether a name is known."""
    refused: list[tuple[str, str]] = []
    for name in ("Kim A", "Nobody At All"):
        with pytest.raises(UnknownId) as error:
            question_of(desk.kernel, Typed(text="what", subject=name, level="public"))
        refused.append((error.value.message, error.value.remedy))

    kim = question_of(desk.kernel, Typed(text="what", subject="Kim A", level="shareable"))

    assert len(set(refused)) == 1
    assert kim.subjects
    by_id = Typed(text="what", subject=kim.subjects[0], level="public")
    assert question_of(desk.kernel, by_id).subjects == kim.subjects


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Tokyo", "0001-01-01T00:00"),
        ("America/New_York", "9999-12-31"),
        ("Asia/Tokyo", "9999-12-31T23:00+00:00"),
        ("America/New_York", "0001-01-01T00:00+00:00"),
    ],
)
def test_a_time_at_the_ends_of_the_calendar_is_refused(
    tmp_path: Path, zone: str, words: str
) -> None:
    """A moment that has no date in UTC, or in the operator's zone, is an error with its remedy."""
    operator = f"{FILES['operator.yaml']}time_zone: {zone}\n"
    desk = Desk(tmp_path, files={"operator.yaml": operator}).begin()
    for typed in (Typed(text="what", as_of=words), Typed(text="what", known_at=words)):
        with pytest.raises(UsageInvalid, match="years 1 to 9999") as refused:
            question_of(desk.kernel, typed)
        assert refused.value.remedy
    is_late = question_of(desk.kernel, Typed(text="what", as_of="9998-12-31"))
    desk.home.ledger.close()

    assert is_late.valid_at is not None


def test_an_answer_shows_its_grounds(shop: Shop) -> None:
    """Each hit has its text, person, label, source, page and reasons."""
    talk(shop)
    memory = memory_of()
    fill(shop.kernel, memory, upto=head(shop))
    asked = question_of(shop.kernel, Typed(text="Number 3"))
    shown: Any = recall_view(shop.kernel, recall(shop.kernel, memory, asked))
    best = shown["hits"][0]

    assert "Number 3" in best["text"]
    assert best["link"].startswith("/messages/")
    assert best["subject"]["name"]
    assert (best["level"], best["is_cut"]) == ("shareable", False)
    assert [one["adds"] for one in best["why"]] == sorted(
        (one["adds"] for one in best["why"]), reverse=True
    )
    assert shown["position"] == head(shop)
