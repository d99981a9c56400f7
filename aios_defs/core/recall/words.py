"""Owns how text becomes terms: words folded and stemmed by their language, CJK as pairs of letters.

A stored text and a question about it must come to the same terms, so a text whose language its
small words do not tell is taken to be in the operator's. Stems are those of Snowball
(https://snowballstem.org); a language without a stemmer keeps its words as they are.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from aios_defs.core.recall.small_words import EVERY_SMALL_WORD, SMALL_WORDS

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that put no space between words: Thai, Lao, Burmese, Khmer, kana, Han."""
_SPACED = r"[\w\u0900-\u0dff]"
"""A letter of a word; in the scripts of India vowels are marks, which `\\w` leaves out."""
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:(?![_{_UNSPACED}]){_SPACED})+(?:['\u2019][^\W\d_]+)*")
_STRAIGHT = str.maketrans({"\u2019": "'"})
_RUN = re.compile(rf"[{_UNSPACED}]")
_STEMMERS = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
    "pt": "portuguese", "nl": "dutch", "sv": "swedish", "da": "danish", "no": "norwegian",
    "fi": "finnish", "ru": "russian", "hu": "hungarian", "ro": "romanian", "tr": "turkish",
    "el": "greek", "ar": "arabic", "ca": "catalan",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One term of a text and where it stands: its first letter, and that after its last.

    `is_small` says that it is one of the words that a language needs and a search does not.
    """

    term: str
    first: int
    end: int
    is_small: bool


def terms(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the terms of a text in their order; `language` (ISO 639-1) is the operator's."""
    return tuple(one.term for one in words(text, language))


def words(text: str, language: str = "en") -> list[Word]:
    """Return the terms of a text with their places, in their order."""
    found = [(match.start(), match.end(), _folded(match.group())) for match in _WORD.finditer(text)]
    code = _language(found, language)
    small = SMALL_WORDS.get(code, frozenset[str]())
    made: list[Word] = []
    for first, end, word in found:
        if _RUN.match(word):
            made += _pairs(word, first)
        else:
            is_small = word in small
            made.append(Word(term=_stem(word, code), first=first, end=end, is_small=is_small))
    return made


def pieces(text: str) -> list[str]:
    """Return the words of a text, folded (NFKC, case); a run of an unspaced script is one."""
    return [_folded(one) for one in _WORD.findall(text)]


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().translate(_STRAIGHT)


def _pairs(run: str, first: int) -> list[Word]:
    return [
        Word(term=run[at : at + 2], first=first + at, end=first + at + 2, is_small=False)
        for at in range(max(1, len(run) - 1))
    ]


def _language(found: Sequence[tuple[int, int, str]], otherwise: str) -> str:
    """Return the language whose small words stand in the text most often; of equal ones the given.

    One small word of another language does not outvote `otherwise`, two do.
    """
    votes = Counter({otherwise: 1})
    for _, _, word in found:
        if word in EVERY_SMALL_WORD:
            votes.update(code for code, small in SMALL_WORDS.items() if word in small)
    return max(votes, key=lambda code: (votes[code], code == otherwise, code))


@lru_cache(maxsize=100_000)
def _stem(word: str, code: str) -> str:
    stemmer = _stemmer(code)
    plain = word.removesuffix("'s")
    return plain if stemmer is None else str(stemmer.stemWord(plain))


@lru_cache(maxsize=32)
def _stemmer(code: str) -> Any | None:  # noqa: ANN401 - PyStemmer has no types
    if code not in _STEMMERS:
        return None
    stemming: Any = import_module("Stemmer")
    return stemming.Stemmer(_STEMMERS[code])
