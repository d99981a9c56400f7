"""Owns what is made of an item once, when it is stored, so that recall need not make it again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aios_defs.core.embedding import Spans
from aios_defs.core.recall.dates import mentions
from aios_defs.core.recall.item import Days
from aios_defs.core.recall.words import terms, words

if TYPE_CHECKING:  # numpy takes 0.1 CPU seconds, which `aios --help` has no use for
    from numpy import float32, int8
    from numpy.typing import NDArray

FULL = 127
"""What a number of 1 in a token's vector is stored as."""
_QUESTION_MARK = re.compile("[?\uff1f\u061f\u037e]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What a store keeps beside a text: its `terms`, and the days it speaks of.

    A store that searches words searches these terms, split at white space and otherwise as they
    are: then its first choice is in the words of the ranking.
    """

    terms: Sequence[str]
    mentions: Sequence[Days]


def analyse(text: str, at: datetime, language: str = "en") -> Analysis:
    """Return what recall needs of a text; "yesterday" is counted from `at`, when it was said."""
    return Analysis(terms=terms(text, language), mentions=mentions(text, at))


def asks(text: str) -> bool:
    """Return whether a text holds a question."""
    return _QUESTION_MARK.search(text) is not None


def embedded_text(text: str, speaker: str = "") -> str:
    """Return what is embedded of an item: the text, with who said it.

    Nothing of its neighbours: an erased item leaves no trace in another's vector, and a vector has
    the label of its own text. What was said around it is looked at when a question is asked.
    """
    return f"{speaker}: {text}" if speaker else text


def kept_tokens(text: str, tokens: "NDArray[float32]", spans: Spans) -> "NDArray[int8]":
    """Return the token vectors worth keeping of an embedded text, as whole numbers of `FULL`.

    Those of small words and of marks are left out, which halves them. `text` is what was embedded.
    Shape (kept, token_dimensions); a text of nothing else keeps no row.
    """
    import numpy as np

    weighty = bytearray(len(text))
    for word in words(text):
        if not word.is_small:
            weighty[word.first : word.end] = b"\x01" * (word.end - word.first)
    kept = [row for row, (first, end) in enumerate(spans) if any(weighty[first:end])]
    return np.rint(tokens[kept] * FULL).astype(np.int8)
