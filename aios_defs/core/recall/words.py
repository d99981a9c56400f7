"""Owns how text becomes terms: words folded and stemmed by their language, CJK as pairs of letters.

A stored text and a question about it must come to the same terms, so a text whose language its
small words do not tell is taken to be in the operator's. Stems are those of Snowball
(https://snowballstem.org); a language without a stemmer keeps its words as they are.
"""

import re
import unicodedata
from functools import lru_cache
from importlib import import_module
from typing import Any

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that put no space between words: Thai, Lao, Burmese, Khmer, kana, Han."""
_PIECE = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:'[^\W\d_{_UNSPACED}]+)*")
_STRAIGHT = str.maketrans({"\u2019": "'"})
_RUN = re.compile(rf"[{_UNSPACED}]")
_SMALL_WORDS = {
    "en": "the a is was and of to in that it you i for on with did do what when how who my we are",
    "de": "der die das und ist nicht ich sie wir ein eine zu mit auf für von den dem wann wie wer",
    "fr": "le la les et est je nous vous un une des que qui pour dans avec sur pas quand du au ce",
    "es": "el la los las y es yo nosotros un una que por para con en de no cuándo cuando del se su",
    "it": "il lo la gli e è io noi un una che per con di non quando del della si nel sono ho ha",
    "pt": "o a os as e é eu nós um uma que por para com em de não quando do da se no na foi são",
    "nl": "de het een en is niet ik wij we dat voor met op van wanneer hoe wie zijn was heb te er",
    "sv": "och är inte jag vi en ett det som för med på av när hur vem har till den var att om",
    "da": "og er ikke jeg vi en et det som for med på af hvornår hvordan hvem har til den var at",
}
_STEMMERS = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
    "pt": "portuguese", "nl": "dutch", "sv": "swedish", "da": "danish", "no": "norwegian",
    "fi": "finnish", "ru": "russian", "hu": "hungarian", "ro": "romanian", "tr": "turkish",
    "el": "greek", "ar": "arabic", "ca": "catalan",
}  # fmt: skip
_BY_WORD: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, words in _SMALL_WORDS.items() if word in words.split())
    for words in _SMALL_WORDS.values()
    for word in words.split()
}


def terms(text: str, language: str = "en") -> tuple[str, ...]:
    """Return the terms of a text in their order; `language` (ISO 639-1) is the operator's."""
    words = pieces(text)
    code = _language(words, language)
    found: list[str] = []
    for word in words:
        if _RUN.match(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        else:
            found.append(_stem(word, code))
    return tuple(found)


def pieces(text: str) -> list[str]:
    """Return the words of a text, folded (NFKC, case); a run of an unspaced script is one."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_STRAIGHT)
    return _PIECE.findall(folded)


def _language(words: list[str], language: str) -> str:
    """Return the language whose small words stand in the text most often; ties are the given."""
    votes: dict[str, int] = {language: 1}
    for word in words:
        for code in _BY_WORD.get(word, ()):
            votes[code] = votes.get(code, 0) + 1
    return max(votes, key=lambda code: (votes[code], code == language, code))


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
