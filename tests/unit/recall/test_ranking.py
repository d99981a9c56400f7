"""Proves what recall ranks first, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest

from aios_defs.core.embedding import Role
from aios_defs.core.recall.analysis import analyse, asks, embedded_text, kept_tokens
from aios_defs.core.recall.item import Candidate, Query, Ranking
from aios_defs.core.recall.ranking import rank
from aios_defs.core.recall.reasons import REASONS
from aios_defs.core.recall.statistics import statistics_of
from aios_defs.core.recall.words import terms
from resources.embedding.minilm import MiniLmEmbedder

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
MODEL = MiniLmEmbedder()
"""Loaded by the first test that embeds."""


def said(
    name: str,
    text: str,
    *,
    position: int = 0,
    speaker: str = "Ada",
    thread: str = "",
    at: datetime = NOW,
) -> Candidate:
    analysis = analyse(text, at)
    return Candidate(
        id=name,
        thread=thread or name,
        position=position,
        speaker=speaker,
        at=at,
        terms=analysis.terms,
        mentions=analysis.mentions,
        is_question=asks(text),
    )


def ranked(text: str, candidates: Sequence[Candidate], **more: object) -> Ranking:
    query = replace(Query(text=text, as_of=NOW), **more)  # type: ignore[arg-type] # as given
    found = statistics_of((one.terms for one in candidates), terms(text))
    return rank(query, candidates, found)


def order(ranking: Ranking) -> list[str]:
    return [one.id for one in ranking.hits]


def embedded(candidate: Candidate, text: str) -> Candidate:
    whole = embedded_text(text, candidate.speaker)
    made = MODEL.embed([whole], Role.DOCUMENT, with_tokens=True)
    kept = kept_tokens(whole, made.tokens[0], made.spans[0])
    return replace(candidate, vector=made.vectors[0], tokens=kept)


def meaning(text: str) -> dict[str, object]:
    made = MODEL.embed([text], Role.QUERY, with_tokens=True)
    return {"vector": made.vectors[0], "tokens": made.tokens[0], "spans": made.spans[0]}


def test_the_words_of_the_question_come_first() -> None:
    """Without vectors the item with the words of the question wins."""
    found = (said("a", "We talked about the weather."), said("b", "The printer needs toner."))

    assert order(ranked("which printer?", found)) == ["b", "a"]


def test_what_follows_a_question_answers_it() -> None:
    """A short answer without a word of the question is found by the turn before it."""
    found = (
        said("other", "It was nice to see everybody again.", thread="u"),
        said("asked", "What did you name the boat?", position=0, thread="t", speaker="Bo"),
        said("answer", "Sea Breeze it is.", position=1, thread="t"),
        said("later", "Good night then.", position=5, thread="t"),
    )
    ranking = ranked("What is the name of the boat?", found)

    assert set(order(ranking)[:2]) == {"asked", "answer"}
    assert "answers" in next(one for one in ranking.hits if one.id == "answer").because


def test_who_is_named_is_heard_first() -> None:
    """Of two who say the same, the one whom the question names comes first."""
    found = (
        said("a", "I have a dog at home.", speaker="Bo Ek"),
        said("b", "I have a dog at home.", speaker="Ada Lund"),
    )

    assert order(ranked("Which pet does Ada have, a dog?", found)) == ["b", "a"]
    assert order(ranked("Which pet, a dog?", found, people=("Ada Lund",))) == ["b", "a"]


def test_the_days_asked_for_come_first() -> None:
    """What was said then, or about then, comes before the same at another time."""
    then = datetime(2030, 7, 9, tzinfo=UTC)
    found = (
        said("now", "We went sailing."),
        said("then", "We went sailing.", at=then),
        said("about", "We went sailing in July 2030.", at=NOW - timedelta(days=60)),
    )
    ranking = ranked("Who went sailing in July 2030?", found)

    assert set(order(ranking)[:2]) == {"then", "about"}
    assert "days" in ranking.hits[0].because
    assert order(ranked("Who went sailing last July?", found))[-1] == "now"


def test_a_question_for_a_time_prefers_what_names_one() -> None:
    """When it is asked when, a turn that says when comes before one that does not."""
    found = (said("a", "We sold the boat."), said("b", "We sold the boat last week."))

    assert order(ranked("When was the boat sold?", found))[0] == "b"
    assert "tells when" in ranked("When was the boat sold?", found).hits[0].because


def test_meaning_finds_what_no_word_finds() -> None:
    """With vectors, a question finds an answer that shares no word with it."""
    texts = {"a": "My puppy has been vaccinated.", "b": "The invoice was paid in full."}
    found = [embedded(said(name, text), text) for name, text in texts.items()]
    question = "Which animal got its injection?"

    assert order(ranked(question, found, **meaning(question))) == ["a", "b"]


def test_other_scripts_are_ranked_by_their_own_words() -> None:
    """A question in Japanese or German finds the text in its language, with vectors or without."""
    texts = {
        "de": "Die Rechnungen für den Garten sind bezahlt.",
        "ja": "五月の請求書は支払い済みです。",
        "en": "The weather was fine.",
    }
    plain = [said(name, text) for name, text in texts.items()]
    full = [embedded(one, texts[one.id]) for one in plain]
    for question, wanted in (("Welche Rechnung ist bezahlt?", "de"), ("請求書は?", "ja")):
        assert order(ranked(question, plain))[0] == wanted
        assert order(ranked(question, full, **meaning(question)))[0] == wanted


def test_the_order_of_candidates_does_not_matter() -> None:
    """Stores hand over in any order; the ranking is the same, ties by id."""
    texts = ("The boat is red.", "The boat is red.", "A red car.", "")
    found = [said(str(at), text, thread="t", position=at) for at, text in enumerate(texts)]
    rankings = [ranked("Which boat is red?", some) for some in permutations(found)]

    assert all(one == rankings[0] for one in rankings)


def test_a_score_is_the_sum_of_its_reasons() -> None:
    """What is told as the reason is what was added, the largest first."""
    found = (said("a", "The boat is red."), said("b", "The sky is blue."))
    for hit in ranked("Which boat?", found).hits:
        values = list(hit.because.values())
        assert hit.because.keys() <= REASONS.keys()
        assert sum(values) == pytest.approx(hit.score)
        assert values == sorted(values, reverse=True)


def test_nothing_is_said_rather_than_something_else() -> None:
    """What no candidate comes near to is not answered; what one holds is."""
    texts = [
        "My puppy has been vaccinated.",
        "The red boat lies in the harbour of Lund.",
        "We paid the invoice in full.",
    ]
    found = [embedded(said(str(at), text), text) for at, text in enumerate(texts)]
    known, unknown = "Where does the red boat lie?", "What did the dentist say about Kim's teeth?"

    assert ranked(known, found, **meaning(known)).is_answered
    assert not ranked(unknown, found, **meaning(unknown)).is_answered
    assert ranked("anything", ()) == Ranking()


@pytest.mark.parametrize("text", ["", "?!", "🙂", "the of and", "x" * 5_000])
def test_no_question_breaks_it(text: str) -> None:
    """A question without words ranks all the same, and is not answered."""
    found = [embedded(said("a", "One."), "One."), said("b", "🙂"), said("c", "")]
    ranking = ranked(text, found, **meaning(text))

    assert sorted(order(ranking)) == ["a", "b", "c"]
    assert all(np.isfinite(one.score) for one in ranking.hits)


def test_small_words_keep_no_vectors() -> None:
    """Token vectors of small words and marks are left out; those of names stay."""
    text = "Ada: it is, of course, the boat!"
    made = MODEL.embed([text], Role.DOCUMENT, with_tokens=True)
    kept = kept_tokens(text, made.tokens[0], made.spans[0])

    assert len(kept) == 3  # Ada, course, boat
    assert kept.dtype == np.int8
