"""Owns the measure of compounding: how far what one workflow learns serves the others.

Folded from the log when it is asked for, so it is exact and depends on the ledger alone. It holds
ids, names of workflows and counts: no text of anybody.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.sealed import BlobRef
from aios_defs.services.compounding_fold import COUNTERS, TYPES, Answer, Tally, Uses
from aios_defs.services.fact_times import position_at
from aios_defs.services.fact_words import fact_name
from aios_defs.services.kernel import Kernel

MONTH = timedelta(days=30)
LONGEST = timedelta(days=400)
_DAILY = timedelta(days=31)
"""Up to this length the series is by day, beyond it by week."""
_FACTS_SHOWN = 50


def fold_compounding(kernel: Kernel, view: View, *, after: int = 0) -> Tally:
    """Count what the log holds after a position, up to now."""
    zone = ZoneInfo(kernel.business.operator.time_zone)
    tally = Tally(names=_RowNames(view), zone=zone)
    for event in view.events(after=after, types=TYPES):
        tally.add(event)
    return tally


def compounding(kernel: Kernel, since: timedelta = MONTH) -> JsonObject:
    """Return the measure of some time up to now: the shape of `aios memory report --json`.

    `totals` has every counter and the shares; a share is None when there is nothing to be a share
    of. `series` has one entry a `step` (day, or week from Monday), oldest first, empty ones too.
    `by_workflow` has the same by workflow; `facts` are those most stated by answers, then those in
    most packs, 50 at most, each `id`, `name`, `workflow` (in which it was learnt, or None),
    `packs`, `cited`, `workflows` (how many used it).

    Raises:
        UsageInvalid: the time is none, or longer than 400 days.

    """
    if not timedelta(0) < since <= LONGEST:
        raise UsageInvalid(
            f"There is no report of the last {since}.",
            remedy="Give a time of at most 400d, such as 30d.",
        )
    zone, now = ZoneInfo(kernel.business.operator.time_zone), kernel.clock.now()
    first, last = ((now - back).astimezone(zone).date() for back in (since, timedelta(0)))
    steps = _Steps(first=first, last=last, is_daily=since <= _DAILY)
    with kernel.ledger.view() as view:
        before = datetime.combine(steps.began, time.min, zone) - timedelta(microseconds=1)
        tally = fold_compounding(kernel, view, after=position_at(view, before))
        return {
            "since": steps.began.isoformat(),
            "until": last.isoformat(),
            "step": "day" if steps.is_daily else "week",
            "position": view.head().position,
            **_counted(tally, steps),
            "facts": _facts(kernel, view, tally),
        }


def _counted(tally: Tally, steps: "_Steps") -> JsonObject:
    whole = Counter[str]()
    by_step: dict[date, Counter[str]] = {at: Counter() for at in steps.every()}
    by_workflow: dict[str, Counter[str]] = {}
    for (day, workflow), counts in sorted(tally.days.items()):
        whole.update(counts)
        by_step.setdefault(steps.begin(day), Counter()).update(counts)
        by_workflow.setdefault(workflow, Counter()).update(counts)
    return {
        "totals": {**told(whole), **reuse(tally.facts.values())},
        "series": [{"at": at.isoformat(), **told(by_step[at])} for at in sorted(by_step)],
        "by_workflow": [{"name": one, **told(found)} for one, found in by_workflow.items()],
    }


def told(counts: Counter[str]) -> JsonObject:
    """Return every counter, and the shares that they make."""
    return {
        **{name: counts[name] for name in COUNTERS},
        "share_other": share(counts["items_other"], counts["items"]),
        "share_citing": share(counts["answers_citing"], counts["answers"]),
    }


def reuse(uses: Iterable[Uses]) -> JsonObject:
    """Return how often facts were used: how many at all, and how often each on average."""
    found = list(uses)
    packed = [one.packs for one in found if one.packs]
    cited = [one.cited for one in found if one.cited]
    return {
        "facts_packed": len(packed),
        "facts_cited": len(cited),
        "facts_shared": sum(len(one.workflows) > 1 for one in found),
        "packs_per_fact": share(sum(packed), len(packed)),
        "answers_per_fact": share(sum(cited), len(cited)),
    }


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole to four places; None when there is no whole."""
    return round(part / whole, 4) if whole else None


def most_used(tally: Tally) -> list[tuple[str, Uses]]:
    """Return facts by how many answers state them, then by how many packs held them, then by id."""
    return sorted(tally.facts.items(), key=lambda one: (-one[1].cited, -one[1].packs, one[0]))


def _facts(kernel: Kernel, view: View, tally: Tally) -> list[JsonValue]:
    shown: list[JsonValue] = []
    for fact_id, uses in most_used(tally)[:_FACTS_SHOWN]:
        row = view.get(FactRow, fact_id)
        shown.append(
            {
                "id": fact_id,
                "name": fact_name(kernel, row) if row else "",
                "workflow": tally.names.origin(f"fact:{fact_id}") or None,
                "packs": uses.packs,
                "cited": uses.cited,
                "workflows": len(uses.workflows),
            }
        )
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """Days, or weeks, from a first day to a last one."""

    first: date
    last: date
    is_daily: bool

    @property
    def began(self) -> date:
        """The first day of the first step."""
        return self.begin(self.first)

    def begin(self, day: date) -> date:
        """Return the first day of the step that a day lies in."""
        return day if self.is_daily else day - timedelta(days=day.weekday())

    def every(self) -> Iterator[date]:
        """Yield the first day of each step."""
        at = self.began
        while at <= self.last:
            yield at
            at += timedelta(days=1 if self.is_daily else 7)


@dataclass(frozen=True, slots=True)
class _RowNames:
    """The names of things as the rows have them, each read once."""

    view: View
    workflows: dict[str, str] = field(default_factory=dict[str, str])
    origins: dict[str, str] = field(default_factory=dict[str, str])
    listings: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def task(self, task_id: str) -> str:
        """Return the workflow of a task."""
        if task_id not in self.workflows:
            row = self.view.get(TaskRow, task_id)
            self.workflows[task_id] = row.workflow if row else ""
        return self.workflows[task_id]

    def action(self, action_id: str) -> Answer:
        """Return what an action answered with."""
        row = self.view.get(ActionRow, action_id)
        return Answer(row.workflow, row.cited_facts) if row else Answer("", ())

    def house(self, listing: BlobRef) -> Sequence[str]:
        """Return the names of the house's items in a pack; they hold no text."""
        if listing.digest not in self.listings:
            listed = json.loads(self.view.blob(listing))
            self.listings[listing.digest] = tuple(str(one["name"]) for one in listed)
        return self.listings[listing.digest]

    def origin(self, item: str) -> str:
        """Return the workflow in which a pack item was learnt."""
        if item not in self.origins:
            self.origins[item] = self._origin(*item.partition(":")[::2])
        return self.origins[item]

    def _origin(self, kind: str, thing: str) -> str:
        read = {
            "fact": self._of_fact,
            "action": self._of_action,
            "answer": self._of_question,
            "message": self._of_message,
            "memory": self.origin,
            "turn": self._of_turn,
            "commitment": self._of_commitment,
            "task": self.task,
        }.get(kind)
        return read(thing) if read else ""

    def _of_fact(self, fact_id: str) -> str:
        fact = self.view.get(FactRow, fact_id)
        return self._learnt(fact) if fact else ""

    def _of_action(self, action_id: str) -> str:
        return self.action(action_id).workflow

    def _of_question(self, question_id: str) -> str:
        question = self.view.get(QuestionRow, question_id)
        return self.task(question.task_id) if question else ""

    def _of_message(self, message_id: str) -> str:
        message = self.view.get(MessageRow, message_id)
        return self.task(message.task_id) if message and message.task_id else ""

    def _of_turn(self, interaction_id: str) -> str:
        turn = self.view.get(InteractionRow, interaction_id)
        if turn is None:
            return ""
        if turn.message_id is not None:
            return self._of_message(turn.message_id)
        return self._of_action(turn.action_id) if turn.action_id else ""

    def _of_commitment(self, commitment_id: str) -> str:
        commitment = self.view.get(CommitmentRow, commitment_id)
        return self._of_action(commitment.action_id) if commitment else ""

    def _learnt(self, fact: FactRow) -> str:
        """Return the workflow whose message, question or agent a fact comes from."""
        if fact.task_id is not None:
            return self.task(fact.task_id)
        source = self.view.event(fact.source_event) if fact.source_event else None
        for kind in ("message", "question", "action"):
            thing = source.data.get(f"{kind}_id") if source else None
            if isinstance(thing, str):
                return self._origin("answer" if kind == "question" else kind, thing)
        return ""
