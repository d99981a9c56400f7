"""Owns one person as the operator looks at them: who, what was said, what is open and known."""

from collections import Counter
from collections.abc import Sequence

from aios_defs.core.errors import UnknownId
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.rows.tasks import DecisionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.cards import readable
from aios_defs.services.commitment_view import commitment_rows, commitment_view
from aios_defs.services.erasure.forget import erasure_of
from aios_defs.services.fact_lines import fact_line, source_of_fact
from aios_defs.services.identity.merging import merges_of
from aios_defs.services.identity.whole import members, root_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id

TURNS = 40
_TASKS_COUNTED = 200
_OVER = (TaskState.COMPLETED, TaskState.CANCELLED)
_BASES = {
    "operator": "you created or imported it",
    "written_to": "you wrote to it",
    "inbound": "it wrote to you; no participant by itself",
}


def person_view(kernel: Kernel, profile_id: str, *, before: int | None = None) -> JsonObject:
    """Return a person.

    Of a merged profile it is the one that stands for it. Shape: `id`, `name`, `kind`, `stage`,
    `status`, `company` (`id`, `name` or None), `language`, `is_endorsed`, `origin`, `merges` (see
    services.identity.merging), `known_since`, `identities` (`kind`, `value`, `basis`, `words`,
    `is_participant`), `threads` (latest first, each with its `turns`), `older` (the `before` of
    earlier turns, or None), `tasks` (open ones), `facts`
    (those that stand first), `commitments` (see `commitment_view`, the open first), `decided`
    (counts), `cost_minor` (of models; None when unknown), `erased_by` (the event by which it was
    forgotten, or None).

    Raises:
        UnknownId: there is nobody of that id.

    """
    with kernel.ledger.view() as view:
        profile = root_of(view, profile_id)
        if profile is None:
            raise UnknownId(
                f"There is nobody {profile_id!r}.", remedy="See: /people", id=profile_id
            )
        created = view.event(profile.event_id)
        whose = members(view, profile.id)
        tasks = view.select(TaskRow, profile_id=whose, order="-created_at")
        return {
            "id": profile.id,
            "name": readable(kernel, profile.name),
            "kind": profile.kind,
            "stage": profile.stage,
            "status": profile.status,
            "company": _company(kernel, view, profile),
            "language": profile.language,
            "is_endorsed": profile.is_endorsed,
            "origin": profile.origin,
            "merges": list[JsonValue](merges_of(kernel, view, profile.id)),
            "known_since": rfc3339(created.time) if created else None,
            "identities": _identities(kernel, view, whose),
            **_threads(kernel, view, whose, before),
            "tasks": [_task(kernel, view, one) for one in tasks if one.state not in _OVER],
            "facts": _facts(kernel, view, whose),
            "commitments": [
                commitment_view(kernel, view, row) for row in commitment_rows(view, profile.id)
            ],
            **_decided(view, tasks[:_TASKS_COUNTED]),
            "erased_by": erasure_of(view, profile.id),
        }


def _company(kernel: Kernel, view: View, profile: ProfileRow) -> JsonValue:
    company = root_of(view, profile.company_id) if profile.company_id else None
    return {"id": company.id, "name": readable(kernel, company.name)} if company else None


def _identities(kernel: Kernel, view: View, whose: tuple[str, ...]) -> list[JsonValue]:
    rows = view.select(IdentityRow, profile_id=whose)
    return [
        {
            "kind": row.kind,
            "value": readable(kernel, row.value),
            "basis": row.basis,
            "words": _BASES.get(row.basis, row.basis),
            "is_participant": row.kind == "address" and row.basis != "inbound",
        }
        for row in rows
    ]


def _threads(kernel: Kernel, view: View, whose: tuple[str, ...], before: int | None) -> JsonObject:
    where = {} if before is None else {"position__lt": before}
    rows = view.select(InteractionRow, profile_id=whose, order="-position", limit=TURNS, **where)
    messages = by_id(view, MessageRow, (row.message_id for row in rows))
    actions = by_id(view, ActionRow, (row.action_id for row in rows))
    threads: dict[str, list[JsonValue]] = {}
    for row in rows:
        message, action = messages.get(row.message_id or ""), actions.get(row.action_id or "")
        sealed = message.heading if message else action.summary if action else None
        turn: JsonObject = {
            "direction": row.direction,
            "at": rfc3339(row.at),
            "message_id": row.message_id,
            "action_id": row.action_id,
            "task_id": action.task_id if action else message.task_id if message else None,
            "text": readable(kernel, sealed) if sealed else None,
            "state": message.state if message else None,
        }
        threads.setdefault(row.thread_id, []).append(turn)
    shown: list[JsonValue] = [{"id": one, "turns": turns} for one, turns in threads.items()]
    return {"threads": shown, "older": rows[-1].position if len(rows) == TURNS else None}


def _task(kernel: Kernel, view: View, task: TaskRow) -> JsonObject:
    message = view.get(MessageRow, task.message_ids[-1])
    heading = readable(kernel, message.heading) if message and message.heading else None
    return {
        "id": task.id,
        "workflow": task.workflow,
        "state": str(task.state),
        "deadline": rfc3339(task.deadline),
        "text": heading,
    }


def person_facts(kernel: Kernel, profile_id: str) -> list[JsonValue]:
    """Return the facts of a person as `person_view` does."""
    with kernel.ledger.view() as view:
        return _facts(kernel, view, members(view, profile_id))


def _facts(kernel: Kernel, view: View, whose: tuple[str, ...]) -> list[JsonValue]:
    rows = view.select(FactRow, subject_id=whose, order="-position")
    rows.sort(key=lambda row: row.state not in ("asserted", "proposed", "disputed"))
    return [{**fact_line(kernel, row), "source": source_of_fact(kernel, view, row)} for row in rows]


def _decided(view: View, tasks: Sequence[TaskRow]) -> JsonObject:
    ids = tuple(task.id for task in tasks)
    outcomes = Counter[str]()
    states = Counter[str]()
    if ids:
        found = view.tally(DecisionRow, "outcome", task_id=ids, is_superseded=False)
        outcomes.update({one: count for (one,), count in found.items()})
        actions = view.tally(ActionRow, "state", task_id=ids)
        states.update({str(one): count for (one,), count in actions.items()})
    return {
        "decided": {"decisions": dict(outcomes), "actions": dict(states), "tasks": len(ids)},
        "cost_minor": _cost(view, ids),
    }


def _cost(view: View, task_ids: Sequence[str]) -> int | None:
    """Return what language models cost for these tasks; None as soon as one price is unknown."""
    total = 0
    for task_id in task_ids:
        for event in view.events(types=("model.called.v1",), correlation_id=task_id):
            cost = event.data.get("cost_minor")
            if not isinstance(cost, int):
                return None
            total += cost
    return total
