"""Owns what a verdict looks like to people: each row that it names, with what it is about."""

from collections.abc import Callable, Sequence

from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory_items import TURN, fact_of
from aios_defs.services.quality.telling import is_late, remedy_of
from aios_defs.services.quality.verdict import Artifact, Unmet, Verdict

About = tuple[str, str]
"""What to open for a row: the kind of a thing and its id."""


def verdict_view(kernel: Kernel, verdict: Verdict) -> JsonObject:
    """Return the last verdict on an artifact, with the rows that it names.

    A row is `{"id", "kind", "about"}`: its own id, and the message, action, person, fact or task
    that it is about.
    """
    with kernel.ledger.view() as view:
        unmet, drifted = (
            [_unmet(view, verdict.artifact, one) for one in some]
            for some in (verdict.unmet, verdict.drifted)
        )
    return {
        "artifact": verdict.artifact,
        "at": rfc3339(verdict.at),
        "position": verdict.position,
        "served": verdict.served,
        "rows": verdict.rows,
        "is_sound": verdict.is_sound,
        "is_kept_back": verdict.is_kept_back,
        "is_late": is_late(kernel, verdict.served),
        "unmet": list[JsonValue](unmet),
        "drifted": list[JsonValue](drifted),
        "remedy": None if verdict.is_sound else remedy_of(verdict),
    }


def verdict_views(kernel: Kernel, verdicts: Sequence[Verdict]) -> list[JsonObject]:
    """Return the verdicts on all artifacts."""
    return [verdict_view(kernel, one) for one in verdicts]


def _unmet(view: View, artifact: Artifact, one: Unmet) -> JsonObject:
    rows: list[JsonValue] = []
    for row_id in one.ids:
        kind, about = _ABOUT[artifact](view, row_id)
        rows.append({"id": row_id, "kind": kind, "about": about})
    return {"words": one.words, "count": one.count, "rows": rows}


def _interaction(view: View, row_id: str) -> About:
    row = view.get(InteractionRow, row_id)
    if row is None:
        return "event", row_id
    if row.message_id:
        return "message", row.message_id
    return ("action", row.action_id) if row.action_id else ("profile", row.profile_id)


def _item(view: View, row_id: str) -> About:
    fact_id = fact_of(row_id)
    return ("fact", fact_id) if fact_id else _interaction(view, row_id.removeprefix(f"{TURN}:"))


def _is(kind: str) -> Callable[[View, str], About]:
    return lambda _, row_id: (kind, row_id)


_ABOUT: dict[Artifact, Callable[[View, str], About]] = {
    "profiles": _is("profile"),
    "interactions": _interaction,
    "facts": _is("fact"),
    "cold_memory": _item,
    "messages": _is("message"),
    "tickets": _is("task"),
    "replies": _is("action"),
    "outcomes": _is("message"),
}
