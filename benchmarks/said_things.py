"""Owns a generated business of which much is said: by whom, when, and what is really true.

German, English and Spanish; names that are nearly the same (plan A, plan B); changes that arrive
out of order, corrections, repetitions, contradictions. What is true stands beside each key by how
it was made, without any of the product's code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from resources.testing.fixed_clock import START

DAY = timedelta(days=1)
NOW = START + 400 * DAY
"""When it is asked what holds; everything was said before."""
_WORDS = {
    "en": ("plan", "garden bench", "workshop", "price of", "asked for", "open from", "to"),
    "de": ("Tarif", "Gartenbank", "Werkstatt", "Preis von", "fragte nach", "offen von", "bis"),
    "es": ("plan", "banco de jardín", "taller", "precio de", "preguntó por", "abierto de", "a"),
}
_SINGLE = ("opening_hours", "lead_time", "contact", "delivery_address", "colour")
_FIRST = ("Ana", "Anna", "Anne", "Hanna", "Jörg", "Jorge", "José", "Josef")
_LAST = ("Silva", "Silver", "Sylva", "Müller", "Mueller", "Möller", "García", "Garcia")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One statement. `author`: operator, or another source. `act`: say, correct (the former)."""

    key: int
    text: str
    author: str
    valid_from: datetime | None = None
    act: str = "say"


@dataclass(slots=True, kw_only=True)
class Truth:
    """A key, what is said of it in order, and what has to be answered.

    `now` are the values that hold at NOW, `open` whether it has to wait for the operator, `past`
    what held at some moments. `kind` is how it was made; nothing may retire what is `steady`.
    """

    key: int
    kind: str
    person: str | None
    topic: str | None
    predicate: str
    sayings: list[Saying] = field(default_factory=list[Saying])
    now: frozenset[str] = frozenset()
    is_open: bool = False
    past: list[tuple[datetime, str]] = field(default_factory=list[tuple[datetime, str]])


def truths(keys: int, seed: int) -> list[Truth]:
    """Return that many keys, the same for the same seed."""
    chance = Random(seed)  # noqa: S311 - the same every time, and no secret
    return [_truth(number, chance) for number in range(keys)]


def in_order(found: list[Truth], seed: int) -> Iterator[Saying]:
    """Yield all sayings mixed, those of one key in their order."""
    chance = Random(seed + 1)  # noqa: S311 - the same every time, and no secret
    left = [list(reversed(one.sayings)) for one in found]
    turns = [index for index, some in enumerate(left) for _ in some]
    chance.shuffle(turns)
    for index in turns:
        yield left[index].pop()


def _truth(number: int, chance: Random) -> Truth:
    language = chance.choice(sorted(_WORDS))
    thing = chance.choice(_WORDS[language][:3])
    is_person = chance.random() < 1 / 3
    letter = "ABCDEFGH"[number % 8]
    kind, make = chance.choice(_KINDS)
    predicate = "note" if kind == "text" else chance.choice(_SINGLE)
    predicate = "price" if kind == "protected" else predicate
    truth = Truth(
        key=number,
        kind=kind,
        person=f"{chance.choice(_FIRST)} {chance.choice(_LAST)}" if is_person else None,
        topic=None if is_person else f"{thing} {letter} {number // 8}",
        predicate=predicate,
    )
    make(truth, chance, language)
    return truth


def _values(chance: Random, language: str, count: int) -> list[str]:
    """Return values that differ by a little, as those of a business do."""
    opens, to = _WORDS[language][5:]
    start = chance.randint(1, 50)
    return [f"{opens} {start + one} {to} {start + one + 8}" for one in range(count)]


def _say(truth: Truth, text: str, author: str, **more: object) -> None:
    saying = Saying(key=truth.key, text=text, author=author, **more)  # type: ignore[arg-type]  # the fields of Saying
    truth.sayings.append(saying)


def _steady(truth: Truth, chance: Random, language: str) -> None:
    (value,) = _values(chance, language, 1)
    _say(truth, value, chance.choice(("operator", "shop", "calendar")))
    for _ in range(chance.randint(0, 3)):
        _say(truth, value.upper() if chance.random() < 1 / 2 else value, "shop")
    truth.now = frozenset((value,))


def _dated(truth: Truth, chance: Random, language: str) -> None:
    """Give values from days on, which arrive in any order; some are still to come."""
    author = chance.choice(("operator", "shop"))
    values = _values(chance, language, chance.randint(2, 5))
    days = sorted(chance.sample(range(-300, 500), len(values)))
    pairs = [(START + one * DAY, value) for one, value in zip(days, values, strict=True)]
    truth.past = [(begin + timedelta(hours=1), value) for begin, value in pairs]
    for begin, value in chance.sample(pairs, len(pairs)):
        _say(truth, value, author, valid_from=begin)
    begun = [value for begin, value in pairs if begin <= NOW]
    truth.now = frozenset(begun[-1:])


def _undated(truth: Truth, chance: Random, language: str) -> None:
    values = _values(chance, language, chance.randint(2, 4))
    for value in values:
        _say(truth, value, "operator")
    truth.now = frozenset(values[-1:])


def _corrected(truth: Truth, chance: Random, language: str) -> None:
    first, second = _values(chance, language, 2)
    _say(truth, first, chance.choice(("operator", "shop")))
    _say(truth, second, "operator", act="correct")
    truth.now = frozenset((second,))
    truth.past = [(START - DAY, second)]


def _contradicted(truth: Truth, chance: Random, language: str) -> None:
    for value, author in zip(
        _values(chance, language, 3), ("shop", "calendar", "cards"), strict=True
    ):
        if author != "cards" or chance.random() < 1 / 3:
            _say(truth, value, author)
    truth.is_open = True


def _doubted(truth: Truth, chance: Random, language: str) -> None:
    first, second = _values(chance, language, 2)
    _say(truth, first, "operator")
    _say(truth, second, "shop")
    truth.now, truth.is_open = frozenset((first,)), True


def _protected(truth: Truth, chance: Random, _: str) -> None:
    _say(truth, f"{chance.randint(1, 900)}.00 EUR", "shop")
    truth.is_open = True


def _text(truth: Truth, chance: Random, language: str) -> None:
    """Give notes that are nearly the same, all of which stand."""
    about, asked = _WORDS[language][3:5]
    notes = [f"{asked} {about} plan {letter}" for letter in chance.sample("ABCDEFGH", 4)]
    for note in notes:
        _say(truth, note, chance.choice(("operator", "shop", "calendar")))
    truth.now = frozenset(notes)


_KINDS = (
    ("steady", _steady),
    ("steady", _steady),
    ("dated", _dated),
    ("dated", _dated),
    ("undated", _undated),
    ("corrected", _corrected),
    ("contradicted", _contradicted),
    ("doubted", _doubted),
    ("protected", _protected),
    ("text", _text),
)
