"""Owns the rows of work: intents, tasks, questions, packs, decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.events.tasks import PackedItem
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, Sealed
from aios_defs.core.tasks import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRow(Row):
    """The intent in force for a workflow."""

    TABLE: ClassVar[str] = "intents"
    workflow: str
    intent_id: str
    text: str
    operations: tuple[str, ...]
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow(Row):
    """A unit of work. `version` is the sequence of its stream; `slots` how many are used."""

    TABLE: ClassVar[str] = "tasks"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("thread_id", "state"),
        ("profile_id", "state"),
        ("state",),
    )
    id: str
    workflow: str
    kind: str
    tolerance: str
    state: TaskState
    profile_id: str
    thread_id: str
    message_ids: tuple[str, ...]
    deadline: datetime
    run_id: str
    attempt: int
    slots: int
    decision_id: str | None
    reason: str | None
    remedy: str | None
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow(Row):
    """A question to the operator. `state`: open, answered, withdrawn."""

    TABLE: ClassVar[str] = "questions"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("task_id",), ("state",))
    id: str
    task_id: str
    text: Sealed
    predicate: str | None
    topic: str | None
    state: str
    answer: Sealed | None
    fact_id: str | None
    event_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow(Row):
    """A context pack: its blobs."""

    TABLE: ClassVar[str] = "packs"
    id: str
    task_id: str
    agent: str
    header: BlobRef
    house: BlobRef
    items: tuple[PackedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow(Row):
    """An agent's answer."""

    TABLE: ClassVar[str] = "decisions"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("task_id",),)
    id: str
    task_id: str
    pack_id: str
    agent: str
    agent_version: str
    outcome: str
    category: str | None
    answer: BlobRef
    is_superseded: bool
    event_id: str
    position: int
