"""Owns the oracle of facts: a naive replay of the log, written without the rows and their code."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject

_NEVER = datetime.min.replace(tzinfo=UTC)


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(str(value)) if value else None


@dataclass(slots=True)
class Replay:
    """What the log says up to a position: facts in dicts, pairs that disagree, who is whom."""

    facts: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    pairs: set[frozenset[str]] = field(default_factory=set[frozenset[str]])
    into: dict[str, str] = field(default_factory=dict[str, str])

    def hear(self, event: Envelope) -> None:
        """Take in one event."""
        data = event.data
        match event.type:
            case "fact.asserted.v1":
                said = cast("JsonObject", data["fact"])
                self.facts[str(said["fact_id"])] = {**said, "at": event.position, "until": None}
            case "fact.superseded.v1" | "fact.retracted.v1":
                self._end(str(data["fact_id"]), data.get("until"), is_over="retr" in event.type)
            case "fact.disputed.v1":
                self.pairs.add(frozenset((str(data["fact_id"]), str(data["other_id"]))))
            case "fact.settled.v1":
                self.pairs.discard(frozenset((str(data["fact_id"]), str(data["other_id"]))))
            case "profile.merged.v1":
                self.into[str(data["other_id"])] = str(data["profile_id"])
            case "profile.split.v1":
                self.into.pop(str(data["other_id"]), None)
            case _:
                pass

    def _end(self, fact_id: str, until: object, *, is_over: bool) -> None:
        if fact_id not in self.facts:
            return
        if until:
            self.facts[fact_id]["until"] = until
        else:
            del self.facts[fact_id]
        if is_over or not until:
            self.pairs = {pair for pair in self.pairs if fact_id not in pair}

    def root(self, profile: str) -> str:
        """Return who somebody is."""
        while profile in self.into:
            profile = self.into[profile]
        return profile

    def as_of(self, subject: str | None, valid_at: datetime, single: Iterable[str]) -> set[str]:
        """Return the ids of the facts that stand."""
        keys: dict[tuple[Any, str], list[dict[str, Any]]] = {}
        mine: set[str] = set()
        for one in self.facts.values():
            whose = one["subject_id"]
            if (subject is None) != (whose is None):
                continue
            if subject is None or self.root(whose) == self.root(subject):
                mine.add(one["fact_id"])
                keys.setdefault((one["topic"], one["predicate"]), []).append(one)
        disputed = {one for pair in self.pairs if pair <= mine for one in pair}
        standing: set[str] = set()
        for (_, predicate), some in keys.items():
            there = [one for one in some if _holds(one, valid_at)]
            if predicate in single and there:
                there = [max(there, key=_rank)]
            standing |= {one["fact_id"] for one in there}
        return standing - disputed


def _rank(one: dict[str, Any]) -> tuple[datetime, int]:
    return (_moment(one["valid_from"]) or _NEVER, one["at"])


def _holds(one: dict[str, Any], valid_at: datetime) -> bool:
    start = _moment(one["valid_from"])
    ends = [_moment(end) for end in (one["valid_to"], one["until"]) if end]
    return (start is None or start <= valid_at) and all(end and valid_at < end for end in ends)


def replay(events: Iterable[Envelope], upto: int) -> Replay:
    """Return what the log says up to a position."""
    told = Replay()
    for event in events:
        if event.position <= upto:
            told.hear(event)
    return told
