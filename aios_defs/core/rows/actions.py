"""Owns the rows of actions and approvals."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow(Row):
    """A proposed side effect and where it is. `rule` and `risk` are those of the last verdict.

    `due_at` is when its undo window ends; once it failed for now, when it is tried again by itself,
    None if only the operator may.
    """

    TABLE: ClassVar[str] = "actions"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("task_id",),
        ("state", "workflow", "operation", "rule", "id", "risk"),  # what waits: counted, paged
    )
    UNIQUE: ClassVar[tuple[tuple[str, ...], ...]] = (("key",),)
    id: str
    task_id: str
    decision_id: str | None
    workflow: str
    connector: str
    account: str
    operation: str
    slot: int
    key: str
    content_hash: str
    arguments: Sealed
    summary: Sealed
    cited_facts: tuple[str, ...]
    author: str
    state: ActionState
    rule: str
    reasons: tuple[str, ...]
    risk: int
    undo_seconds: int
    approval_id: str | None
    due_at: datetime | None
    restarted: bool
    run_id: str | None
    token: int
    attempts: int
    lease_until: datetime | None
    worker: str | None
    place: str
    outside_ref: str | None
    detail: str | None
    error: str | None
    remedy: str | None
    replaced_by: str | None
    event_id: str
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRow(Row):
    """One question to the operator about one content.

    `state`: requested, granted, used, rejected, expired, void.
    """

    TABLE: ClassVar[str] = "approvals"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("action_id",), ("state", "expires_at"))
    id: str
    action_id: str
    content_hash: str
    rules: tuple[str, ...]
    state: str
    expires_at: datetime
    reason: str
