"""Owns replay: a decision is made again from its checkpoint, without model or network (G6)."""

from dataclasses import dataclass
from typing import Literal

from aios_defs.core.decision import Agent, ContextPack, Decision
from aios_defs.core.errors import AiosError, ChangedInput, KeyErased, KeyMissing, UnknownId
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import DecisionRow, PackRow, TaskRow
from aios_defs.services.kernel import Kernel, get_json
from aios_defs.services.packs import load_pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a replay found; `first_difference` is None when identical.

    Shapes of `first_difference`: diverged `{"at", "recorded", "replayed"}`, unavailable
    `{"reason", "event"}`, code_changed `{"recorded", "current"}`.
    """

    id: str
    outcome: Literal["identical", "diverged", "unavailable", "code_changed"]
    first_difference: JsonObject | None = None

    def to_json(self) -> JsonObject:
        """Return the shape of `aios replay --json`."""
        return {
            "id": self.id,
            "outcome": self.outcome,
            "first_difference": self.first_difference,
        }


def replay(kernel: Kernel, target: str) -> Replay:
    """Replay a decision, named by its own id or that of its action or task (the latest).

    Raises:
        UnknownId: there is no decision of that id.

    """
    with kernel.ledger.view() as view:
        row = _find_decision(view, target)
        try:
            pack, recorded = _checkpoint(kernel, view, row)
        except (KeyErased, KeyMissing, UnknownId) as error:
            return _unavailable(row.id, error)
        except ChangedInput as changed:
            difference: JsonObject = {
                "at": changed.fields["name"],
                "reason": "the stored input was changed",
            }
            return Replay(id=row.id, outcome="diverged", first_difference=difference)
    return _compare(kernel, row, pack, recorded)


def _find_decision(view: View, target: str) -> DecisionRow:
    action = view.get(ActionRow, target)
    named = action.decision_id if action else target
    row = view.get(DecisionRow, named) if named else None
    if row is None:
        task = view.get(TaskRow, target)
        row = view.get(DecisionRow, task.decision_id) if task and task.decision_id else None
    if row is None:
        raise UnknownId(
            f"There is no decision {target!r}.",
            remedy="Take the id of an action or task from: aios inbox, or aios ledger tail",
            id=target,
        )
    return row


def _checkpoint(kernel: Kernel, view: View, row: DecisionRow) -> tuple[ContextPack, JsonObject]:
    packed = view.get(PackRow, row.pack_id)
    if packed is None:
        raise UnknownId(f"There is no pack {row.pack_id}.", remedy="Run: aios ledger verify")
    return load_pack(kernel, view, packed), get_json(view, row.answer)


def _unavailable(decision_id: str, error: AiosError) -> Replay:
    event = error.fields.get("event_id")
    return Replay(
        id=decision_id,
        outcome="unavailable",
        first_difference={"reason": error.code, "event": event},
    )


def _compare(kernel: Kernel, row: DecisionRow, pack: ContextPack, recorded: JsonObject) -> Replay:
    agent = kernel.agents.get(row.agent)
    version = agent.version if agent else None
    if agent is None or version != row.agent_version:
        return Replay(
            id=row.id,
            outcome="code_changed",
            first_difference={"recorded": row.agent_version, "current": version},
        )
    return _decide_again(agent, row.id, pack, recorded)


def _decide_again(
    agent: Agent, decision_id: str, pack: ContextPack, recorded: JsonObject
) -> Replay:
    again: Decision = agent.decide(pack)
    difference = first_difference(recorded, again.model_dump(mode="json"))
    return Replay(
        id=decision_id,
        outcome="diverged" if difference else "identical",
        first_difference=difference,
    )


def first_difference(recorded: JsonValue, replayed: JsonValue, at: str = "") -> JsonObject | None:
    """Return the first place where two JSON values differ, in reading order, or None."""
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        for key in sorted({*recorded, *replayed}):
            path = f"{at}.{key}" if at else key
            found = first_difference(recorded.get(key), replayed.get(key), path)
            if found:
                return found
        return None
    if isinstance(recorded, list) and isinstance(replayed, list) and len(recorded) == len(replayed):
        for index, (one, other) in enumerate(zip(recorded, replayed, strict=True)):
            found = first_difference(one, other, f"{at}[{index}]")
            if found:
                return found
        return None
    if recorded == replayed:
        return None
    return {"at": at, "recorded": recorded, "replayed": replayed}
