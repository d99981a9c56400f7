"""Proves what recall ranks first, and why."""

from datetime import UTC, datetime

from aios_defs.core.recall.analysis import analyse
from aios_defs.core.recall.item import Candidate, Query, Statistics
from aios_defs.core.recall.ranking import rank

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)


def candidate(name: str, text: str, *, position: int = 0, speaker: str = "Ada") -> Candidate:
    analysis = analyse(text, NOW)
    return Candidate(
        id=name,
        thread="t",
        position=position,
        speaker=speaker,
        at=NOW,
        terms=analysis.terms,
        mentions=analysis.mentions,
    )


def statistics(*candidates: Candidate) -> Statistics:
    words = [set(one.terms) for one in candidates]
    return Statistics(
        items=len(candidates),
        average_terms=sum(len(one.terms) for one in candidates) / len(candidates),
        frequencies={term: sum(term in one for one in words) for term in set().union(*words)},
    )


def test_the_words_of_the_question_come_first() -> None:
    """Without vectors the item with the rarer words of the question wins."""
    found = (
        candidate("a", "We talked about the weather."),
        candidate("b", "The printer needs a cartridge."),
    )
    ranking = rank(Query(text="which printer?", as_of=NOW), found, statistics(*found))

    assert ranking.hits[0].id == "b"
    assert ranking.hits[0].because
