"""Owns lowering a label (G4): the operator's word that one exact content may go further.

It holds for that fact or message and for nothing that says something else. What derives from it
afterwards takes the new level; what was decided before replays as it was. Trust is not touched.
"""

from collections.abc import Iterable, Sequence

from aios_defs.core.actions import ActionState
from aios_defs.core.decision import PackItem
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UnknownId, UsageInvalid
from aios_defs.core.events.labels import LabelledKind, LabelLowered, LabelRestored
from aios_defs.core.labels import Label, Level, known_level, stricter_level
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.labels import LabelRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.facts import supersede_citing
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory_items import closed_again
from aios_defs.services.stopping import redo_task

_LOOK = "Look at it with: aios memory label {}"


def label_view(kernel: Kernel, target: str) -> JsonObject:
    """Return the label of a fact or message, and what the operator did to it.

    Shape: `id`, `kind` (fact, message), `level`, `former` (the level it was given first), `trust`,
    `audience` (profiles), `is_lowered`, `may_be` (the levels it could be lowered to), `left` (the
    actions that carried it, or may have, since it was lowered: `action_id`, `operation`).

    Raises:
        UnknownId: there is no such fact, and no such message that is remembered.

    """
    with kernel.ledger.view() as view:
        kind, label = _labelled(view, target)
        row = view.get(LabelRow, target)
        former = known_level(row.former) if row else label.level
        return {
            "id": target,
            "kind": kind,
            "level": label.level.value,
            "former": former.value,
            "trust": label.trust.value,
            "audience": list[JsonValue](label.audience),
            "is_lowered": row is not None and row.is_lowered,
            "may_be": [one.value for one in _wider(label.level)],
            "left": [_left(one) for one in _carriers(view, kind, target, row)],
        }


def lower(kernel: Kernel, target: str, level: str) -> JsonObject:
    """Let exactly this fact or message go as far as a level; returns it, as `label_view`.

    What waits and may carry it is decided anew.

    Raises:
        UnknownId: there is no such fact or message.
        UsageInvalid: the level is none that is wider than the one it has.
        KeyErased: there is nothing left that could go anywhere.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        kind, label = _labelled(tx, target)
        if level not in _wider(label.level):
            wider = ", ".join(_wider(label.level)) or "none: it may go anywhere already"
            raise UsageInvalid(
                f"{level!r} is no level wider than {label.level}.", remedy=f"Give one of: {wider}."
            )
        lowered = LabelLowered(
            id=target,
            kind=kind,
            content_hash=content_hash(kernel, tx, target),
            former=label.level,
            level=Level(level),
        )
        _append(tx, lowered)
        _decide_anew(tx, kind, target)
    return label_view(kernel, target)


def restore(kernel: Kernel, target: str) -> JsonObject:
    """Take the word back: the level is again the one it was given first; as `label_view`.

    What waits is decided anew, and nothing that holds the content passes as the lowered one did.

    Raises:
        UnknownId: there is no such fact or message.
        TransitionRefused: its level is not lowered.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        kind, _ = _labelled(tx, target)
        row = tx.get(LabelRow, target)
        if row is None or not row.is_lowered:
            raise TransitionRefused("Its level is not lowered.", remedy=_LOOK.format(target))
        _append(tx, LabelRestored(id=target, kind=kind))
        _decide_anew(tx, kind, target)
    return label_view(kernel, target)


def content_hash(kernel: Kernel, view: View, target: str) -> str:
    """Return the keyed hash of what a fact says, or of the bytes of a message; raises KeyErased."""
    fact = view.get(FactRow, target)
    if fact is not None:
        return kernel.vault.digest("label", "fact", target, kernel.vault.open(fact.value).encode())
    message = view.get(MessageRow, target)
    if message is None:
        raise _unknown(target)
    view.blob(message.raw)  # erased content is no content
    return message.content_hash


def former_label(view: View, fact: FactRow) -> Label:
    """Return the label of a fact without what was lowered: that held for its own words only."""
    row = view.get(LabelRow, fact.id)
    level = known_level(row.former) if row else fact.label.level
    return fact.label.model_copy(update={"level": level})


def with_standing_labels(view: View, items: Sequence[PackItem]) -> Sequence[PackItem]:
    """Return pack items no wider than they stand now: a word that was taken back holds no more."""
    rows = view.select(LabelRow, is_lowered=False)
    if not rows:
        return items
    taken_back = {f"{row.kind}:{row.id}": known_level(row.level) for row in rows}
    taken_back |= {f"memory:{one}": level for one, level in closed_again(view).items()}
    return [_no_wider(one, taken_back.get(one.name, Level.PUBLIC)) for one in items]


def _no_wider(item: PackItem, level: Level) -> PackItem:
    label = item.label.model_copy(update={"level": stricter_level(item.label.level, level)})
    return item.model_copy(update={"label": label})


def _labelled(view: View, target: str) -> tuple[LabelledKind, Label]:
    fact = view.get(FactRow, target)
    if fact is not None:
        return "fact", fact.label
    turns = view.select(InteractionRow, message_id=target)
    if not turns:
        raise _unknown(target)
    label = turns[0].label
    for one in turns[1:]:
        label = label.join(one.label)
    return "message", label


def _unknown(target: str) -> UnknownId:
    return UnknownId(
        f"There is no fact or message {target!r} that is remembered.",
        remedy="See: aios memory search",
        id=target,
    )


def _wider(level: Level) -> list[Level]:
    every = list(Level)
    return every[every.index(level) + 1 :]


def _decide_anew(tx: Transaction, kind: LabelledKind, target: str) -> None:
    if kind == "fact":
        supersede_citing(tx, target)
        return
    message = tx.get(MessageRow, target)
    task = tx.get(TaskRow, message.task_id) if message and message.task_id else None
    if task is not None and task.state is TaskState.WAITING:
        redo_task(tx, task, "label_changed")


def _carriers(
    view: View, kind: LabelledKind, target: str, row: LabelRow | None
) -> Iterable[ActionRow]:
    """Yield the actions that left and cite the fact, or answer the message, if it was lowered."""
    if row is None:
        return
    if kind == "fact":
        committed = view.select(ActionRow, state=ActionState.COMMITTED)
        yield from (one for one in committed if target in one.cited_facts)
        return
    message = view.get(MessageRow, target)
    if message is not None and message.task_id:
        yield from view.select(ActionRow, task_id=message.task_id, state=ActionState.COMMITTED)


def _left(action: ActionRow) -> JsonObject:
    return {"action_id": action.id, "operation": action.operation}


def _append(tx: Transaction, data: LabelLowered | LabelRestored) -> None:
    tx.append(Draft(stream=f"label-{data.id}", data=data, correlation_id=data.id))
