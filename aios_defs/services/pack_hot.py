"""Owns hot memory as items of a context pack: turns, open promises, open tasks."""

from collections.abc import Sequence

from aios_defs.core.decision import PackItem
from aios_defs.core.model import rfc3339
from aios_defs.services.hot_memory import HotMemory
from aios_defs.services.messages import Turn


def turn_items(hot: HotMemory, turns: Sequence[Turn]) -> list[PackItem]:
    """Return turns as items, in their order; `cut` in the data of one whose end found no room."""
    return [_turn_item(one, is_cut=one.name in hot.cut) for one in turns]


def _turn_item(turn: Turn, *, is_cut: bool) -> PackItem:
    return PackItem(
        name=turn.name,
        kind="message",
        source=turn.event_id,
        subject=turn.profile_id,
        label=turn.label,
        text=turn.text,
        data={
            "message_id": turn.message_id,
            "from": turn.sender,
            "from_name": turn.sender_name,
            "subject": turn.subject,
            "direction": turn.direction,
            "at": rfc3339(turn.at),
            "references": list(turn.references),
            **({"cut": True} if is_cut else {}),
        },
    )


def commitment_items(hot: HotMemory) -> list[PackItem]:
    """Return the open promises as items, in the order they were made."""
    return [
        PackItem(
            name=f"commitment:{one.row.id}",
            kind="commitment",
            source=one.row.event_id,
            subject=one.row.profile_id,
            label=one.row.label,
            text=one.text,
            data={
                "due": rfc3339(one.row.due) if one.row.due else None,
                "made_at": rfc3339(one.row.made_at),
                "action_id": one.row.action_id,
            },
        )
        for one in hot.promised
    ]


def task_items(hot: HotMemory) -> list[PackItem]:
    """Return the other open tasks as items, in the order they began."""
    return [
        PackItem(
            name=f"task:{one.id}",
            kind="task",
            source=one.event_id,
            subject=one.profile_id,
            label=one.label,
            text=one.text,
            data={
                "workflow": one.workflow,
                "state": one.state,
                "deadline": rfc3339(one.deadline),
            },
        )
        for one in hot.tasks
    ]
