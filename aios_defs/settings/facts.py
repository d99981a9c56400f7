"""Owns reading facts.yaml: topics, and the durable facts of each in a short form.

```yaml
- topic: Garden bench
  aliases: [bench]
  facts:
    price: 340.00 EUR                    # an amount and its ISO 4217 currency is money
    lead_time: three weeks               # all else is text
    trade_price: {value: 280.00 EUR, level: shareable, from: 2026-01-01, to: 2027-01-01}
```
A date without a time is its first instant in the operator's time zone.
"""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from aios_defs.core.business import DurableFact, Topic
from aios_defs.core.folding import fold_text
from aios_defs.core.labels import Level
from aios_defs.core.model import Instant, JsonObject, JsonValue, Model
from aios_defs.core.money import CURRENCIES, parse_money
from aios_defs.core.predicates import find_predicate
from aios_defs.settings.documents import Document, Location, Mistake, read_document, validated

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PREDICATE = re.compile(r"[a-z][a-z0-9_]{0,60}")
_LOOKS_LIKE_MONEY = re.compile(r"\s*[A-Z]{3}\s*[\d.,]+\s*|\s*[\d.,]+\s*[A-Z]{3}\s*")


class _TopicEntry(Model):
    """One entry of the file."""

    topic: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    facts: dict[str, JsonValue] = {}


class _LongFact(Model):
    """A fact with its level and validity."""

    value: str
    level: Level = Level.PUBLIC
    valid_from: Instant | None = Field(default=None, alias="from")
    valid_to: Instant | None = Field(default=None, alias="to")

    @field_validator("value", mode="before")
    @classmethod
    def _scalar(cls, value: object) -> object:
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | float) else value


def read_facts(
    path: Path, time_zone: str, mistakes: list[Mistake]
) -> tuple[tuple[Topic, ...], tuple[DurableFact, ...]]:
    """Return the topics and their facts; adds what is wrong to `mistakes`."""
    document = read_document(path)
    entries = _entries(document)
    _check_names(document, entries)
    facts: list[DurableFact] = []
    for index, entry in enumerate(entries):
        for predicate, value in entry.facts.items():
            fact = _fact(entry.topic, predicate, value, document=document, at=index, zone=time_zone)
            facts += [fact] if fact else []
    mistakes += document.mistakes
    topics = tuple(Topic(name=entry.topic, aliases=entry.aliases) for entry in entries)
    return topics, tuple(facts)


def _entries(document: Document) -> list[_TopicEntry]:
    if document.value is None:
        return []
    if not isinstance(document.value, list):
        document.wrong((), "must be a list of topics, each beginning with `- topic:`")
        return []
    parsed = [
        validated(_TopicEntry, value, document, index) for index, value in enumerate(document.value)
    ]
    return [one for one in parsed if one] if not document.mistakes else []


def _check_names(document: Document, entries: list[_TopicEntry]) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        for name in (entry.topic, *entry.aliases):
            if fold_text(name) in seen:
                document.wrong((index,), f"the name `{name}` stands for a topic already")
            seen.add(fold_text(name))


def _fact(
    topic: str, predicate: str, given: JsonValue, *, document: Document, at: int, zone: str
) -> DurableFact | None:
    where: Location = (at, "facts", predicate)
    if not _PREDICATE.fullmatch(predicate):
        document.wrong(where, f"`{predicate}`: a fact's name is lower-case words joined by `_`")
        return None
    raw = given if isinstance(given, dict) else {"value": given}
    dated = {key: _with_zone(value, key, zone) for key, value in raw.items()}
    long = validated(_LongFact, dated, document, *where)
    value = _fact_value(long.value, where, document) if long else None
    if long is None or value is None:
        return None
    return DurableFact(
        topic=topic,
        predicate=predicate,
        value=value,
        level=long.level,
        valid_from=long.valid_from,
        valid_to=long.valid_to,
    )


def _fact_value(text: str, where: Location, document: Document) -> JsonObject | None:
    money = parse_money(text)
    if money:
        return {"amount_minor": money[0], "currency": money[1]}
    if not text.strip():
        document.wrong(where, "says nothing")
        return None
    if _is_failed_amount(text, str(where[-1])):
        document.wrong(
            where, f"`{text}` is no amount in a currency of ISO 4217; write it as 1234.50 EUR"
        )
        return None
    return {"text": text.strip()}


def _is_failed_amount(text: str, predicate: str) -> bool:
    """Return whether a text that is no money was meant to be: of a currency, or of a price."""
    is_alike = _LOOKS_LIKE_MONEY.fullmatch(text) is not None
    has_currency = re.sub(r"[^A-Z]", "", text) in CURRENCIES
    return is_alike and (has_currency or find_predicate({}, predicate).type == "money")


def _with_zone(value: JsonValue, key: str, zone: str) -> JsonValue:
    if key not in {"from", "to"} or not isinstance(value, str) or not _DATE.fullmatch(value):
        return value
    try:
        return datetime.fromisoformat(value).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except (ValueError, KeyError, OSError):
        return value
