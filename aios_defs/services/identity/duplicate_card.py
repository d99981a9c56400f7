"""Owns the card that asks whether two profiles are one: in the list, in full, and its two answers.

It shows both side by side with the evidence; it never offers more than to make them one, which can
be taken back, or to keep them apart, which is remembered.
"""

from collections.abc import Sequence

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.profiles import DuplicateRow, IdentityRow
from aios_defs.services.card_acts import Act, offered
from aios_defs.services.cards import card, readable
from aios_defs.services.identity.whole import members, root_of
from aios_defs.services.kernel import Kernel

MERGE = Act(name="approve", label="They are one", command="aios approve {id}")
APART = Act(name="reject", label="Keep them apart", command="aios reject {id}")


def duplicate_cards(kernel: Kernel, view: View, rows: Sequence[DuplicateRow]) -> list[JsonObject]:
    """Return the cards of profiles that may be the same."""
    return [
        card(
            row.id,
            "duplicate",
            _title(kernel, view, row),
            state=row.state,
            remedy=f"aios approve {row.id} makes them one, aios reject {row.id} keeps them apart",
        )
        for row in rows
    ]


def duplicate(kernel: Kernel, view: View, row: DuplicateRow) -> JsonObject:
    """Return two profiles that may be the same, side by side, with the evidence.

    `pair` are the two, each as `side` gives it; `score` is in hundredths.
    """
    is_open = row.state == "open"
    return {
        "id": row.id,
        "kind": "duplicate",
        "state": row.state,
        "is_waiting": is_open,
        "title": _title(kernel, view, row),
        "pair": [side(kernel, view, one) for one in (row.profile_id, row.other_id)],
        "evidence": readable(kernel, row.evidence) if row.evidence else "",
        "score": round(row.score * 100),
        "messages": [],
        "acts": offered((MERGE, APART) if is_open else (), row.id),
    }


def side(kernel: Kernel, view: View, profile_id: str) -> JsonObject:
    """Return one of the two.

    Shape: `id` (of the profile itself), `name`, `kind`, `stage`, `is_endorsed`, `identities` (texts
    of all that are one with it), `turns` (how many).
    """
    root = root_of(view, profile_id)
    assert root is not None  # noqa: S101 - profiles are never deleted
    whose = members(view, root.id)
    identities = view.select(IdentityRow, profile_id=whose)
    return {
        "id": profile_id,
        "name": readable(kernel, root.name),
        "kind": root.kind,
        "stage": root.stage,
        "is_endorsed": root.is_endorsed,
        "identities": list[JsonValue](readable(kernel, one.value) for one in identities),
        "turns": view.count(InteractionRow, profile_id=whose),
    }


def _title(kernel: Kernel, view: View, row: DuplicateRow) -> str:
    found = [root_of(view, one) for one in (row.profile_id, row.other_id)]
    names = [readable(kernel, one.name) if one else "?" for one in found]
    return f"{names[0]} and {names[1]} may be the same"
