"""Owns what an answer of the operator's would teach, shown before it is given: what, and to whom.

The agent that asks chose the topic and the predicate, and may have read hostile mail. So by itself
an answer goes no further than what the house tells already; the operator may say another level.
"""

from dataclasses import dataclass
from typing import Any

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.labels import Destination, Level, stricter_level
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.core.predicates import Predicate
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.visible import one_line
from aios_defs.services.fact_card import known_line
from aios_defs.services.facts import Key, current_fact
from aios_defs.services.kernel import Kernel

NOT_KEPT = "none"
"""Said in place of a level: the answer is for this once, and is not remembered."""
READERS = {
    NOT_KEPT: "nobody: it is for this once",
    Level.LOCAL.value: "this machine only: a mail that carries it is stopped, this reply too",
    Level.SHAREABLE.value: "whom a task may write to; for anybody else you are asked first",
    Level.PUBLIC.value: "anybody",
}
"""Who may read what is remembered, by level, from nobody to anybody."""
_LONGEST_TOPIC = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """The fact of the house that an answer would become; without a `level` it is not kept."""

    topic: str | None
    predicate: str
    level: Level | None


def would_keep(kernel: Kernel, view: View, row: QuestionRow) -> Keeping | None:
    """Return what an answer becomes if the operator says no level; None: nothing can be kept.

    Public is what the house tells in public already, and a price, of a topic that it has. All else
    gets the strictest level at which the waiting task may state it, and none where that would be
    wider than its predicate is (bank details, a password).
    """
    if row.predicate is None or not _is_plain(row.predicate, row.topic):
        return None
    own = kernel.business.predicate(row.predicate).level
    there = Destination(name="reply", clearance=_clearance(kernel, view, row))
    narrow = stricter_level(Level.SHAREABLE, own, there.clearance)
    level: Level | None = narrow if there.admits(narrow) else None
    if own is not Level.LOCAL and _is_told(kernel, view, row.predicate, row.topic):
        level = Level.PUBLIC
    return Keeping(topic=row.topic, predicate=row.predicate, level=level)


def keeping_view(kernel: Kernel, view: View, row: QuestionRow) -> JsonObject | None:
    """Return what an answer would teach, as cards show it; None: nothing.

    Shape: `topic` (None: the house itself), `predicate`, `level` (the one that holds when none is
    said; `none`: not remembered), `readers` (who may read it, by level), `replaces` (None, or the
    fact in whose place it would stand).
    """
    keeping = would_keep(kernel, view, row)
    if keeping is None:
        return None
    key = Key(subject_id=None, topic=keeping.topic, predicate=keeping.predicate)
    is_single = kernel.business.predicate(keeping.predicate).cardinality == "single"
    former = current_fact(kernel, view, key) if is_single else None
    return {
        "topic": keeping.topic,
        "predicate": keeping.predicate,
        "level": keeping.level.value if keeping.level else NOT_KEPT,
        "readers": dict(READERS),
        "replaces": known_line(kernel, former) if former else None,
    }


def named_level(name: str) -> Level:
    """Return the level of that name; raises UsageInvalid for a name that is none."""
    try:
        return Level(name)
    except ValueError:
        raise UsageInvalid(
            f"{name!r} is no level.", remedy="Give local, shareable or public."
        ) from None


def is_price(predicate: str) -> bool:
    """Return whether a predicate is a price, or one of a kind (`trade_price`)."""
    return "price" in predicate.split("_")


def _is_plain(predicate: str, topic: str | None) -> bool:
    """Return whether both names are what they look like: nothing hidden, no sentence."""
    try:
        Predicate(name=predicate)
    except ValueError:
        return False
    return topic is None or (topic == one_line(topic) and 0 < len(topic) <= _LONGEST_TOPIC)


def _clearance(kernel: Kernel, view: View, row: QuestionRow) -> Level:
    """Return the strictest text that may leave by the connector which the task answers with."""
    task = view.get(TaskRow, row.task_id)
    workflow = kernel.business.workflow(task.workflow) if task else None
    connector = kernel.connectors.get(workflow.connector) if workflow else None
    return connector.describe().clearance if connector else Level.SHAREABLE


def _is_told(kernel: Kernel, view: View, predicate: str, topic: str | None) -> bool:
    if topic is None:
        return False
    is_known = any(one.name == topic for one in kernel.business.topics)
    if not is_known and not _has_public(view, {"topic": topic}):
        return False
    return is_price(predicate) or _has_public(view, {"predicate": predicate})


def _has_public(view: View, about: dict[str, Any]) -> bool:
    """Return whether the house says something like that in public, on its own word."""
    rows = view.select(FactRow, subject_id=None, state="asserted", **about)
    return any(one.label.level is Level.PUBLIC and not one.label.is_tainted for one in rows)
