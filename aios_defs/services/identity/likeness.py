"""Owns how alike two profiles are: a score from 0 to 1 with the words that say why.

Pure, and never certain: who shares an address, phone or handle is one by that alone, all else is
for the operator to decide. A name counts most; what else is known raises or lowers it. The weights
were chosen on `benchmarks/identity.py`, which prints precision and recall at the bar. Typing
mistakes are edits of one word, a swap of neighbours counting as one (optimal string alignment), by
rapidfuzz: likeness of beginnings would make one of all who are called -mann or -ski.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from aios_defs.services.address_book import MAIL_HOSTS
from aios_defs.services.identity.forms import name_words, spelled
from aios_defs.services.identity.name_lists import LONG_FORM

BAR = 0.75
"""From here on two profiles are proposed as one."""
_ROLE_NAMES = (
    "info office hello hallo mail contact kontakt contacto support sales ventas admin team billing"
    " service post buro noreply"
)
_ROLES = frozenset(_ROLE_NAMES.split())
_SAME_WORD, _NICKNAME, _INITIAL = 1.0, 0.95, 0.85
_MISTYPED = {0: 1.0, 1: 0.9, 2: 0.8}
"""How alike two words are by the edits between them."""
_ONE_EDIT, _TWO_EDITS = 5, 11
"""From how many letters on so many edits may be a mistake of typing."""
_DIGIT = re.compile(r"\d")
"""Numbers tell apart who is called alike: `Unit 12` is no mistyped `Unit 13`."""
_LEAST_LOCAL = 4
_COMMON = 3
"""A full name that more profiles than this have says less."""


@dataclass(frozen=True)
class Known:
    """What is known of one profile, opened: who it is, in words."""

    id: str
    kind: str
    name: str
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    company: str = ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The bare words of its name; none when the name is only its address."""
        return () if "@" in self.name else tuple(bare(one) for one in name_words(self.name))

    @cached_property
    def form(self) -> str:
        """Its name in normal form."""
        return " ".join(sorted(self.words))

    @cached_property
    def locals(self) -> frozenset[str]:
        """What stands before the `@` of its addresses, in letters: no role, no single word."""
        names = (one.partition("@")[0].partition("+")[0] for one in self.addresses)
        plain = {bare("".join(filter(str.isalpha, spelled(one)))) for one in names}
        telling = frozenset(one for one in plain if len(one) >= _LEAST_LOCAL)
        return telling - _ROLES - frozenset(self.words)

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Its domains that are nobody else's: none of a mail provider."""
        named = {one.rpartition("@")[2] for one in (*self.addresses, *self.domains)}
        return frozenset(named - MAIL_HOSTS)

    @cached_property
    def as_locals(self) -> frozenset[str]:
        """How people write its name before an `@`."""
        if len(self.words) < 2:  # noqa: PLR2004 - a first and a last name
            return frozenset()
        first, last = self.words[0], self.words[-1]
        return frozenset((first + last, last + first, first[0] + last, first + last[0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two profiles are, and why; `words` are made of ours, without personal text."""

    score: float
    words: tuple[str, ...]


def likeness(one: Known, other: Known, common: Callable[[str], int] = lambda _: 1) -> Likeness:
    """Return how alike two profiles are; `common` tells how many profiles have a name's form."""
    if one.kind != other.kind:
        return Likeness(score=0.0, words=())
    found = list(_reasons(one, other, common))
    score = min(0.99, max(0.0, sum(weight for weight, _ in found)))
    return Likeness(score=round(score, 3), words=tuple(text for _, text in found if text))


def _reasons(one: Known, other: Known, common: Callable[[str], int]) -> Iterator[tuple[float, str]]:
    alike = names_alike(one.words, other.words, is_company=one.kind == "company")
    yield 0.82 * alike, _name_words(one, other, alike)
    if alike and max(common(one.form), common(other.form)) > _COMMON:
        yield -0.12, "the name is common here"
    yield from _by_address(one, other, alike)
    yield from _by_place(one, other)


def _name_words(one: Known, other: Known, alike: float) -> str:
    if one.words and one.form == other.form:
        return "the same name"
    return "names that differ little" if alike else ""


def _by_address(one: Known, other: Known, alike: float) -> Iterator[tuple[float, str]]:
    if one.locals & other.locals:
        yield (0.15 if alike else 0.62), "the same words before the @"
    elif one.locals & other.as_locals or other.locals & one.as_locals:
        yield (0.1 if alike else 0.55), "an address made of the other's name"


def _by_place(one: Known, other: Known) -> Iterator[tuple[float, str]]:
    if one.hosts & other.hosts:
        yield 0.14, "the same domain"
    elif one.company and one.company == other.company:
        yield 0.1, "the same company"
    elif one.hosts and other.hosts:
        yield -0.05, ""


def names_alike(one: Sequence[str], other: Sequence[str], *, is_company: bool = False) -> float:
    """Return how alike two names are: 1 for the same words, 0 for what can't be one.

    Each word is matched once. One whole word at least has to be the same or nearly so, and of two
    names of one word each nothing follows.
    """
    few, many = sorted((list(one), list(other)), key=len)
    if not few or (len(many) == 1 and not is_company):
        return 0.0
    found = [_take(word, many) for word in few]
    if min(found) == 0.0 or max(found) < _MISTYPED[2]:
        return 0.0
    is_single = len(few) == 1 and not is_company
    left_out = len(many)
    matched = sum(found) / len(found)
    return 0.0 if is_single else matched * (1 - 0.06 * left_out)


def _take(word: str, others: list[str]) -> float:
    """Match a word with the most alike of others, which is then taken."""
    if not others:
        return 0.0
    best = max(others, key=lambda each: _alike(word, each))
    score = _alike(word, best)
    others.remove(best)
    return score


def _alike(one: str, other: str) -> float:
    from rapidfuzz.distance import OSA  # who only reads cards compares nothing

    if one == other:
        return _SAME_WORD if len(one) > 1 else _INITIAL
    if long_form(one) == long_form(other):
        return _NICKNAME
    if _DIGIT.search(one) or _DIGIT.search(other):
        return 0.0
    if 1 in (len(one), len(other)):
        return _INITIAL if one[0] == other[0] else 0.0
    shorter, edits = min(len(one), len(other)), OSA.distance(one, other)
    allowed = (shorter >= _ONE_EDIT) + (shorter >= _TWO_EDITS)
    return _MISTYPED[edits] if edits <= allowed else 0.0


def bare(word: str) -> str:
    """Return a folded word as it is without its umlauts, whichever way they were written."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


_BARE_LONG_FORM = {bare(one): bare(other) for one, other in LONG_FORM.items()}


def long_form(word: str) -> str:
    """Return what a bare short form stands for; another word itself."""
    return _BARE_LONG_FORM.get(word, word)
