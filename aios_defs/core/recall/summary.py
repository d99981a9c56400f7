"""Owns the extractive summary: the sentences of a conversation that say most, as they were said.

Deterministic, and without a model. A sentence weighs more the more of what else was said it holds,
and when it names a day or a sum of money. Quoted text, signatures and small words do not count.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import log, sqrt

from aios_defs.core.folding import own_words
from aios_defs.core.recall.dates import mentions
from aios_defs.core.recall.words import words

EXTRACTIVE = "extractive"
"""What made such a summary, where another has the name of its model."""
SENTENCES = 3
"""How many sentences a summary has; what has no more needs none."""
_LETTERS = 300
_MOST = 400
"""How many sentences are weighed; a longer conversation is taken by its first ones."""
_SHORT = 4
_DAY, _MONEY = 1.0, 1.0
_SUM = re.compile(r"[€$£¥]\s?\d|\d\s?[€$£¥]|\d\s?(?:EUR|USD|GBP|CHF|JPY)\b", re.ASCII)
_END = re.compile(r"(?<=[.!?\u3002\uff01\uff1f\u061f\u0964])\s+|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One turn: who said it, when, and what."""

    speaker: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    turn: int
    speaker: str
    at: datetime
    text: str


def summarised(turns: Sequence[Spoken], language: str = "en") -> str | None:
    """Return what was said in short, a line for each who speaks, in the order it was said.

    None where it was short already. `language` (ISO 639-1) is the operator's.
    """
    found = list(_sentences(turns))[:_MOST]
    if len(found) <= SENTENCES:
        return None
    weights = _weights(found, language)
    best = sorted(range(len(found)), key=lambda one: (-weights[one], one))[:SENTENCES]
    chosen = [found[one] for one in sorted(best)]
    lines = [
        (speaker, " ".join(one.text[:_LETTERS] for one in some))
        for (_, speaker), some in groupby(chosen, key=lambda one: (one.turn, one.speaker))
    ]
    return "\n".join(f"{speaker}: {text}" if speaker else text for speaker, text in lines)


def _sentences(turns: Sequence[Spoken]) -> Iterator[_Sentence]:
    for number, turn in enumerate(turns):
        for text in _END.split(own_words(turn.text)):
            if text.strip():
                yield _Sentence(
                    turn=number, speaker=turn.speaker, at=turn.at, text=" ".join(text.split())
                )


def _weights(found: Sequence[_Sentence], language: str) -> list[float]:
    known = [
        sorted({one.term for one in words(sentence.text, language) if not one.is_small})
        for sentence in found
    ]
    counts = Counter(term for some in known for term in some)
    return [
        _weight([counts[term] for term in some], sentence)
        for some, sentence in zip(known, found, strict=True)
    ]


def _weight(counts: Sequence[int], sentence: _Sentence) -> float:
    told = sum(log(1 + count) for count in counts) / sqrt(len(counts) + _SHORT)
    signs = _DAY * bool(mentions(sentence.text, sentence.at))
    return round(told + signs + _MONEY * bool(_SUM.search(sentence.text)), 6)
