"""Owns the signs that a message is nothing to answer automatically.

Names: `refund`, `legal`, `angry`, `bank_details`, `money_request`, `data_request`, and
`prompt_injection` (a text that addresses a machine). The words come from a lexicon; numbers that
prove themselves (IBAN, payment card), wallets and shouting are recognised by their shape. It
favours recall: a sign costs the operator a look, a missed one an answer that should not have gone.
"""

import itertools
import re
from functools import cached_property, lru_cache
from typing import NamedTuple

from pydantic import field_validator

from aios_defs.core.account_numbers import has_card_number, has_iban, has_wallet
from aios_defs.core.folding import LEET, LOOKALIKES, fold_text, visible
from aios_defs.core.model import Model

SIGNS = (
    "refund",
    "legal",
    "angry",
    "bank_details",
    "money_request",
    "data_request",
    "prompt_injection",
)

_GAP = ".."
_INDEXED = 4
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_TERM = re.compile(r"(?:\*?\w{2,}\*?|\w|\.\.)(?: (?:\*?\w{2,}\*?|\w|\.\.))*")
_TOKEN = re.compile(r"\w+")
# Possessive, and no sign stands for both letter and gap: hostile text can make nothing go back.
_BROKEN_WORD = re.compile(r"(?<!\w)(?:\w++(?:[-.*'\u2019]\w++)++|(?=\w+_\w)\w++)")
_SPELT_OUT = re.compile(r"(?<!\w)(?:[^\W_][\s.*_-]{1,3}){3,}[^\W_](?!\w)")
_DISGUISED = re.compile(r"[\w@$!|]{4,}")
_MACHINE_MARKS = re.compile(
    r"<\|?(?:im_start|im_end|system|assistant|endoftext)\|?>|\[/?INST\]|<<SYS>>"
    r"|^\s*(?:###\s*)?(?:system|assistant)\s*(?:prompt|message|instruction)?s?\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_SHOUTED_LETTERS = 25
_SHOUTED_SHARE = 0.6
_SHORT = 2
_WORDS_IN_A_ROW = 4
_MARKS = re.compile(r"[?!\uff01\uff1f]{2,}")
_MANY_MARKS = 3


class Lexicon(Model):
    """Sensitive words: sign, then language, then terms.

    A term is words in a row; `refund*` continues, `*klage` is the end of a compound, `..` stands
    for up to five words in between. Case and accents make no difference.
    """

    signs: dict[str, dict[str, tuple[str, ...]]] = {}

    @field_validator("signs")
    @classmethod
    def _known(
        cls, signs: dict[str, dict[str, tuple[str, ...]]]
    ) -> dict[str, dict[str, tuple[str, ...]]]:
        wrong = [name for name in signs if name not in SIGNS]
        wrong += [
            term
            for languages in signs.values()
            for terms in languages.values()
            for term in terms
            if not _TERM.fullmatch(fold_text(term))
        ]
        if wrong:
            raise ValueError(f"no sign, or no term: {', '.join(wrong)}")
        return signs

    @cached_property
    def index(self) -> dict[str, tuple["_Term", ...]]:
        """The terms by the first letters of their first word; "" for the ends of compounds."""
        found: dict[str, list[_Term]] = {}
        for sign, languages in self.signs.items():
            for written in itertools.chain.from_iterable(languages.values()):
                for spelt in _spellings(written):
                    term = _term(sign, spelt)
                    found.setdefault(_index_key(spelt), []).append(term)
        return {key: tuple(terms) for key, terms in found.items()}


class _Term(NamedTuple):
    """A term to look for: the literal it can't match without, and the whole if that says more."""

    sign: str
    literal: str
    whole: str


def sensitive_signs(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the signs found in a text, in the order of `SIGNS`; empty for an ordinary message."""
    words = searchable(text)
    found = {
        term.sign
        for key in _index_keys(words)
        for term in lexicon.index.get(key, ())
        if term.literal in words and (not term.whole or _pattern(term.whole).search(words))
    }
    seen = visible(text)
    if has_iban(seen) or has_card_number(seen):
        found.add("bank_details")
    if has_wallet(seen):
        found.add("money_request")
    if _MACHINE_MARKS.search(seen):
        found.add("prompt_injection")
    if _is_shouted(seen):
        found.add("angry")
    return tuple(sign for sign in SIGNS if sign in found)


def searchable(text: str) -> str:
    """Return the folded words, one space around each; then once more with disguises taken off.

    Undone are letters spelt out, words broken by marks, digits and look-alikes among letters.
    """
    folded = fold_text(text)
    plain = " ".join(_TOKEN.findall(folded))
    bare = " ".join(_TOKEN.findall(_undisguised(folded)))
    return f" {plain} | {bare} " if bare != plain else f" {plain} "


def _undisguised(folded: str) -> str:
    joined = _SPELT_OUT.sub(_joined, folded)
    joined = _BROKEN_WORD.sub(_joined, joined)
    return _DISGUISED.sub(_revealed, joined)


def _joined(found: re.Match[str]) -> str:
    return re.sub(r"[\W_]+", "", found[0])


def _revealed(found: re.Match[str]) -> str:
    """Undo digits and look-alikes in a word that has Latin letters too."""
    word = found[0]
    if word.isascii() and word.isalpha():
        return word
    latin = word.translate(LOOKALIKES)
    mixed = any("a" <= one <= "z" for one in word)
    return (latin if latin.isascii() else word).translate(LEET) if mixed else word


def _spellings(term: str) -> set[str]:
    return {fold_text(term), fold_text(term.lower().translate(_DIGRAPHS))}


def _index_key(term: str) -> str:
    return term.partition(" ")[0].removesuffix("*")[:_INDEXED] if term[0] != "*" else ""


def _index_keys(words: str) -> set[str]:
    keys = {word[:length] for word in set(words.split()) for length in range(1, _INDEXED + 1)}
    return keys | {""}


def _term(sign: str, term: str) -> _Term:
    inner = term.removeprefix("*").removesuffix("*")
    if "*" not in inner and _GAP not in inner:
        before = "" if term.startswith("*") else " "
        after = "" if term.endswith("*") else " "
        return _Term(sign, f"{before}{inner}{after}", "")
    longest = max((word.strip("*") for word in term.split() if word != _GAP), key=len)
    return _Term(sign, longest, term)


@lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    parts = [
        r"(?: \w+){0,5}?" if word == _GAP else " " + word.replace("*", r"\w*")
        for word in term.split()
    ]
    return re.compile("".join(parts) + "(?= )")


def _is_shouted(text: str) -> bool:
    words = [one for one in _TOKEN.findall(text) if len(one) > _SHORT and one.isalpha()]
    row = 0
    for word in words:
        row = row + 1 if word.isupper() else 0
        if row == _WORDS_IN_A_ROW:
            return True
    capitals = sum(len(word) for word in words if word.isupper())
    letters = sum(map(len, words))
    if letters >= _SHOUTED_LETTERS and capitals > _SHOUTED_SHARE * letters:
        return True
    marks: list[str] = _MARKS.findall(text)
    return len(marks) >= _MANY_MARKS or any(len(one) >= _MANY_MARKS for one in marks)
