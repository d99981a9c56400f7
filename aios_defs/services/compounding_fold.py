"""Owns how events become the measure of compounding: what one workflow learnt that serves others.

Pure over the names of things. What a name says of a thing never changes after it (a task's
workflow, the message that a fact was learnt from), so the same events always count the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.actions import ActionCommitted
from aios_defs.core.events.registry import parse_event
from aios_defs.core.events.tasks import ContextPacked
from aios_defs.core.sealed import BlobRef

TYPES = (ContextPacked.type, ActionCommitted.type)
COUNTERS = (
    "packs",
    "items",
    "items_own",
    "items_other",
    "answers",
    "answers_citing",
    "answers_citing_other",
)
NOT_MEMORY = ("operator", "rules", "template", "signs", "profile")
"""The first words of the names of pack items that nobody learnt: settings, and who writes."""


class Day(NamedTuple):
    """What is counted apart: a day of the operator's, and a workflow."""

    day: date
    workflow: str


class Answer(NamedTuple):
    """A committed action: its workflow, and the ids of the facts that it states."""

    workflow: str
    cited: tuple[str, ...]


class Names(Protocol):
    """What the log says for good about a thing."""

    def task(self, task_id: str) -> str:
        """Return the workflow of a task; empty when it is unknown."""
        ...

    def action(self, action_id: str) -> Answer:
        """Return what an action answered with; of an unknown one an empty answer."""
        ...

    def house(self, listing: BlobRef) -> Sequence[str]:
        """Return the names of the house's items in a pack."""
        ...

    def origin(self, item: str) -> str:
        """Return the workflow in which a pack item was learnt; empty: it is the operator's word."""
        ...


@dataclass(slots=True)
class Uses:
    """How often one fact was used: in how many packs, stated by how many answers, where."""

    packs: int = 0
    cited: int = 0
    workflows: set[str] = field(default_factory=set[str])


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts that some events led to, by day and workflow, and the uses of each fact by its id."""

    names: Names
    zone: ZoneInfo
    days: dict[Day, Counter[str]] = field(default_factory=lambda: defaultdict(Counter[str]))
    facts: dict[str, Uses] = field(default_factory=lambda: defaultdict(Uses))

    def add(self, event: Envelope) -> None:
        """Fold one event."""
        data = parse_event(event.type, event.data)
        if isinstance(data, ContextPacked):
            names = (*self.names.house(data.house), *(one.name for one in data.items))
            self._packed(event.time, self.names.task(data.task_id), names)
        elif isinstance(data, ActionCommitted):
            self._answered(event.time, self.names.action(data.action_id))

    def _packed(self, at: datetime, workflow: str, names: Iterable[str]) -> None:
        counts = self._of(at, workflow)
        counts["packs"] += 1
        for name in names:
            kind, _, thing = name.partition(":")
            if kind in NOT_MEMORY:
                continue
            counts["items"] += 1
            origin = self.names.origin(name)
            if origin:
                counts["items_own" if origin == workflow else "items_other"] += 1
            if kind == "fact":
                self.facts[thing].packs += 1
                self.facts[thing].workflows.add(workflow)

    def _answered(self, at: datetime, answer: Answer) -> None:
        counts = self._of(at, answer.workflow)
        origins = [self.names.origin(f"fact:{one}") for one in answer.cited]
        counts["answers"] += 1
        counts["answers_citing"] += bool(answer.cited)
        counts["answers_citing_other"] += any(one not in ("", answer.workflow) for one in origins)
        for one in answer.cited:
            self.facts[one].cited += 1
            self.facts[one].workflows.add(answer.workflow)

    def _of(self, at: datetime, workflow: str) -> Counter[str]:
        return self.days[Day(at.astimezone(self.zone).date(), workflow)]
