"""Owns the card of a fact: one to confirm, or several that disagree, side by side."""

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.card_acts import DO_NOT, KEEP_FORMER, REMEMBER, TAKE_NEWER, Act, offered
from aios_defs.services.cards import fact_text, readable
from aios_defs.services.fact_conflicts import sides
from aios_defs.services.fact_lines import fact_line, source_of_fact
from aios_defs.services.fact_words import SOMEBODY, THE_HOUSE, to_confirm, to_decide, topic_of
from aios_defs.services.facts import Key, current_fact
from aios_defs.services.kernel import Kernel
from aios_defs.services.preview import task_messages


def fact(kernel: Kernel, view: View, row: FactRow) -> JsonObject:
    """Return a fact to confirm beside the one that it would take the place of.

    A disputed one has its `sides` instead: every fact that it disagrees with and itself, oldest
    first, each a `fact_line` with its `source`.
    """
    about = view.get(ProfileRow, row.subject_id) if row.subject_id else None
    whose = (readable(kernel, about.name) or SOMEBODY) if about else THE_HOUSE
    is_disputed = row.state == "disputed"
    return {
        "id": row.id,
        "kind": "fact",
        "state": row.state,
        "is_waiting": row.state in ("proposed", "disputed"),
        "title": to_decide(kernel, row, whose) if is_disputed else to_confirm(kernel, row, whose),
        "whose": whose,
        "person_id": row.subject_id,
        "topic": topic_of(kernel, row),
        "predicate": row.predicate,
        "value": fact_text(kernel, row),
        "former": None if is_disputed else _former(kernel, view, row),
        "sides": _sides(kernel, view, row) if is_disputed else [],
        "trust": str(row.label.trust),
        "level": str(row.label.level),
        "confidence": row.confidence,
        "task_id": row.task_id,
        "messages": _told_in(kernel, view, row),
        "acts": offered(_acts(row), row.id),
    }


def _acts(row: FactRow) -> tuple[Act, ...]:
    if row.state == "disputed":
        return (TAKE_NEWER, KEEP_FORMER)
    return (REMEMBER, DO_NOT) if row.state == "proposed" else ()


def _former(kernel: Kernel, view: View, row: FactRow) -> JsonValue:
    current = current_fact(kernel, view, Key.of(row))
    return known_line(kernel, current) if current and current.id != row.id else None


def known_line(kernel: Kernel, row: FactRow) -> JsonObject:
    """Return a fact as cards name one beside what they are about."""
    return {
        "fact_id": row.id,
        "topic": topic_of(kernel, row),
        "predicate": row.predicate,
        "value": fact_text(kernel, row),
    }


def _sides(kernel: Kernel, view: View, row: FactRow) -> list[JsonValue]:
    return [
        {**fact_line(kernel, one), "source": source_of_fact(kernel, view, one)}
        for one in sides(view, row)
    ]


def _told_in(kernel: Kernel, view: View, row: FactRow) -> list[JsonValue]:
    about = view.get(TaskRow, row.task_id) if row.task_id else None
    return task_messages(kernel, view, about) if about else []
