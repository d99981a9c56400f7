"""Owns filling a template: names and durable facts in, text with its claims out.

A template knows placeholders only, no expressions:
`{{ customer.name }}`, `{{ operator.signature }}`, `{{ topic }}`, `{{ answer }}`,
`{{ fact:price }}` (of each topic recognised in the message) and `{{ fact:price:Topic name }}`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from aios_defs.core.decision import Claim
from aios_defs.core.folding import fold, fold_text
from aios_defs.core.model import JsonObject, JsonValue, Model
from aios_defs.core.money import format_money

PLAIN_PLACEHOLDERS = (
    "answer",
    "customer.first_name",
    "customer.name",
    "operator.business",
    "operator.name",
    "operator.signature",
    "topic",
)

_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_STEM_LENGTH = 4


class Placeholder(Model):
    """One `{{ … }}` of a template; `line` counts from 1. `topic` is None when recognised."""

    text: str
    line: int
    kind: Literal["plain", "fact", "unknown"]
    predicate: str = ""
    topic: str | None = None


class KnownFact(Model):
    """One durable fact as a template sees it; `value` is money or text (core.business)."""

    id: str
    topic: str
    predicate: str
    value: JsonObject


class Mention(Model):
    """A topic recognised in a text, with the character offsets of the first mention."""

    topic: str
    span: tuple[int, int]


class Missing(Model):
    """A fact that a template needs and nobody has stated; `topic` None: none was recognised."""

    predicate: str
    topic: str | None


class Filling(Model):
    """What fills a template: plain values by placeholder, facts, and the topics recognised.

    `answers` are the operator's words by (predicate, topic), for facts that are not in the list.
    """

    plain: dict[str, str] = {}
    facts: tuple[KnownFact, ...] = ()
    topics: tuple[str, ...] = ()
    answers: dict[tuple[str, str], str] = {}
    language: str = "en"


class Rendered(Model):
    """A filled template; as long as `missing` holds anything, `text` must not be sent."""

    text: str
    claims: tuple[Claim, ...] = ()
    missing: tuple[Missing, ...] = ()


def placeholders(template: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of a template in order, unknown ones included."""
    return tuple(
        _placeholder(found[1], template.count("\n", 0, found.start()) + 1)
        for found in _PLACEHOLDER.finditer(template)
    )


def render(template: str, filling: Filling) -> Rendered:
    """Fill a template; a plain value that is absent or empty leaves no stray space behind.

    Filled values are never looked at again, so a value can't smuggle in a placeholder.
    """
    pieces: list[str] = []
    claims: dict[Claim, None] = {}
    missing: dict[Missing, None] = {}
    end = 0
    for found in _PLACEHOLDER.finditer(template):
        pieces.append(template[end : found.start()])
        end = found.end()
        filled = _fill(_placeholder(found[1], 0), filling)
        if not filled.text and found.start() and template[found.start() - 1] == " ":
            pieces[-1] = pieces[-1].rstrip(" ") if _closes(template, end) else pieces[-1]
        pieces.append(filled.text)
        claims.update(dict.fromkeys(filled.claims))
        missing.update(dict.fromkeys(filled.missing))
    text = "".join([*pieces, template[end:]])
    return Rendered(text=text, claims=tuple(claims), missing=tuple(missing))


def mentions(text: str, topics: Iterable[tuple[str, Iterable[str]]]) -> tuple[Mention, ...]:
    """Return the topics that a text names, each once, in order of appearance.

    `topics` are (name, aliases). Case, accents and a short ending (a plural) make no difference; of
    overlapping mentions the longest counts.
    """
    folded = fold(text)
    hits: list[tuple[int, int, str]] = []
    for name, aliases in topics:
        for alias in (name, *aliases):
            pattern = _alias_pattern(alias)
            hits += [(*found.span(), name) for found in pattern.finditer(folded.text)]
    found_topics: dict[str, Mention] = {}
    for start, end, name in _longest(hits):
        span = (folded.offsets[start], folded.offsets[end - 1] + 1)
        found_topics.setdefault(name, Mention(topic=name, span=span))
    return tuple(found_topics.values())


def value_text(value: JsonObject, language: str) -> str:
    """Write a fact's value for a reader: money, a quantity, a date, text; empty when none is."""
    amount, currency = value.get("amount_minor"), value.get("currency")
    if isinstance(amount, int) and isinstance(currency, str):
        return format_money(amount, currency, language)
    if "quantity" in value:
        return f"{value['quantity']} {value.get('unit', '')}".strip()
    return _text(value.get("date")) or _text(value.get("text"))


def _text(value: JsonValue) -> str:
    return value.strip() if isinstance(value, str) else ""


def _placeholder(text: str, line: int) -> Placeholder:
    if text in PLAIN_PLACEHOLDERS:
        return Placeholder(text=text, line=line, kind="plain")
    mark, _, rest = text.partition(":")
    predicate, _, topic = rest.partition(":")
    if mark.strip() != "fact" or not predicate.strip():
        return Placeholder(text=text, line=line, kind="unknown")
    return Placeholder(
        text=text,
        line=line,
        kind="fact",
        predicate=predicate.strip(),
        topic=topic.strip() or None,
    )


def _closes(template: str, end: int) -> bool:
    return template[end : end + 1] in {"", ",", "!", ".", ";", "\n", "\r"}


def _fill(place: Placeholder, filling: Filling) -> Rendered:
    if place.kind == "fact":
        return _fill_fact(place, filling)
    if place.kind == "unknown":
        return Rendered(text="", missing=(Missing(predicate=place.text, topic=None),))
    if place.text == "topic":
        return Rendered(text=", ".join(filling.topics))
    return Rendered(text=filling.plain.get(place.text, ""))


def _fill_fact(place: Placeholder, filling: Filling) -> Rendered:
    topics = (place.topic,) if place.topic else filling.topics
    if not topics:
        return Rendered(text="", missing=(Missing(predicate=place.predicate, topic=None),))
    parts: list[str] = []
    claims: list[Claim] = []
    missing: list[Missing] = []
    for topic in topics:
        fact = _find(place.predicate, topic, filling)
        answer = filling.answers.get((place.predicate, topic), "")
        text = value_text(fact.value, filling.language) if fact else answer
        if not text:
            missing.append(Missing(predicate=place.predicate, topic=topic))
            continue
        if fact:
            claims.append(Claim(text=text, fact_id=fact.id))
        parts.append(text if len(topics) == 1 else f"{topic}: {text}")
    return Rendered(text="; ".join(parts), claims=tuple(claims), missing=tuple(missing))


def _find(predicate: str, topic: str, filling: Filling) -> KnownFact | None:
    wanted = fold_text(topic)
    return next(
        (
            fact
            for fact in filling.facts
            if fact.predicate == predicate and fold_text(fact.topic) == wanted
        ),
        None,
    )


@lru_cache(maxsize=4096)
def _alias_pattern(alias: str) -> re.Pattern[str]:
    words = re.findall(r"\w+", fold_text(alias))
    if not words:
        return re.compile(r"(?!)")
    ending = r"\w{0,2}" if len(words[-1]) >= _STEM_LENGTH else "s?"
    phrase = r"[\W_]{1,3}".join(words)
    return re.compile(rf"(?<!\w){phrase}{ending}(?!\w)")


def _longest(hits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for start, end, name in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0], hit[2])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, name))
    return sorted(kept)
