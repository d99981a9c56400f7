"""Owns the story of any id: its steps, its events in words, its runs, why it was asked."""

from collections.abc import Sequence

from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import UnknownId
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.row import Row
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.services.cards import operation_title
from aios_defs.services.event_lines import lines
from aios_defs.services.kernel import Kernel
from aios_defs.services.rule_words import explain_rules, said_besides
from aios_defs.services.story.steps import steps_of
from aios_defs.services.trace import trace

_KINDS: tuple[tuple[str, type[Row]], ...] = (
    ("task", TaskRow),
    ("action", ActionRow),
    ("question", QuestionRow),
    ("decision", DecisionRow),
    ("message", MessageRow),
    ("fact", FactRow),
    ("profile", ProfileRow),
)
_PAST = ("superseded", "cancelled", "expired")
"""States of actions that came to nothing: why they were asked is told last."""
_LEAST = 6
"""How many characters of an id's end name it, as for the command line."""


def tell_story(kernel: Kernel, given: str) -> JsonObject:
    """Return the story of an action, task, message, question, decision, fact, profile, run, event.

    Shape: `id`, `kind`, `task_id`, `workflow`, `steps` (as `steps_of`), `events` (as `lines`),
    `runs` (of Dagster), `why` (of each action that is or was asked about: `action_id`, `operation`,
    `effect`, `state`, `reasons`, `rules` as `explain_rule`). The end of an id is enough.

    Raises:
        UnknownId: nothing, or more than one thing, has that id.

    """
    with kernel.ledger.view() as view:
        kind, target = whole_id(view, given.strip())
        story = trace(kernel, target)
        task = _task(view, story.events)
        return {
            "id": target,
            "kind": kind,
            "task_id": task.id if task else None,
            "workflow": task.workflow if task else None,
            "steps": list[JsonValue](steps_of(kernel, view, story.events)),
            "events": list[JsonValue](lines(kernel, view, story.events)),
            "runs": list[JsonValue](story.runs),
            "why": _why(kernel, view, story.events),
        }


def whole_id(view: View, given: str) -> tuple[str, str]:
    """Return the kind and the whole id of what an id, or its end, means.

    What no row has is taken as it is: a run, an event, a stream's name.
    """
    for kind, rows in _KINDS:
        if view.get(rows, given) is not None:
            return kind, given
    if len(given) < _LEAST:
        return "other", given
    found = [
        (kind, one)
        for kind, rows in _KINDS
        for one in view.column(rows, "id")
        if one.endswith(given)
    ]
    if len(found) > 1:
        raise UnknownId(
            f"{given!r} is the end of {len(found)} ids.", remedy="Give more of it.", id=given
        )
    return found[0] if found else ("other", given)


def _task(view: View, events: Sequence[Envelope]) -> TaskRow | None:
    created = (one for one in events if one.type.startswith("task.created"))
    first = next(created, None)
    return view.get(TaskRow, first.correlation_id) if first else None


def _why(kernel: Kernel, view: View, events: Sequence[Envelope]) -> list[JsonValue]:
    told: dict[str, JsonObject] = {}
    for event in events:
        action_id = event.data.get("action_id")
        row = view.get(ActionRow, action_id) if isinstance(action_id, str) else None
        if row is not None and row.id not in told:
            told[row.id] = _why_one(kernel, view, row)
    later = [one for one in told.values() if one["state"] in _PAST]
    return [*(one for one in told.values() if one not in later), *later]


def _why_one(kernel: Kernel, view: View, row: ActionRow) -> JsonObject:
    proposed = list(view.events(stream=f"action-{row.id}", types=("action.proposed.v1",)))
    verdict = proposed[-1].data.get("verdict") if proposed else None
    said = verdict if isinstance(verdict, dict) else {}
    approval = view.get(ApprovalRow, row.approval_id) if row.approval_id else None
    about: JsonObject = {
        "operation": row.operation,
        "connector": row.connector,
        "state": str(row.state),
    }
    rules = explain_rules(kernel, approval.rules if approval else (row.rule,), about)
    return {
        "action_id": row.id,
        "operation": row.operation,
        "operation_title": operation_title(kernel, row.operation),
        "effect": said.get("effect"),
        "state": str(row.state),
        "reasons": list[JsonValue](row.reasons),
        "besides": said_besides(row.reasons, rules),
        "rules": rules,
    }
