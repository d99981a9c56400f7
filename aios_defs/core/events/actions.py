"""Owns the events of actions, approvals and rollbacks."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant, JsonObject
from aios_defs.core.policy.request import Effect
from aios_defs.core.sealed import BlobRef, Sealed


class VerdictRecord(EventData):
    """What policy said; `snapshot` is the sealed blob of all facts it saw."""

    effect: Effect
    rule: str
    reasons: tuple[str, ...] = ()
    risk: int = 0
    risk_parts: tuple[str, ...] = ()
    undo_seconds: int | None = None
    snapshot: BlobRef | None = None


@event("action.proposed.v1")
class ActionProposed(EventData):
    """A side effect was proposed, or one that was only drafted is evaluated again.

    `key` is the idempotency key over (account, task, operation, slot); `content_hash` the keyed
    hash of exactly what would be executed. `replaces` names the action whose place it takes.
    """

    action_id: str
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
    cited_facts: tuple[str, ...] = ()
    author: Literal["agent", "operator"] = "agent"
    replaces: str | None = None
    verdict: VerdictRecord


@event("action.denied.v1")
class ActionDenied(EventData):
    """Policy denies the action, now or at the commit."""

    action_id: str
    rule: str
    reasons: tuple[str, ...] = ()


@event("action.drafted.v1")
class ActionDrafted(EventData):
    """The action is kept as a draft: its connector may not write (yet, or any more)."""

    action_id: str
    rule: str
    reasons: tuple[str, ...] = ()


@event("action.authorised.v1")
class ActionAuthorised(EventData):
    """A rule allows the action without a person."""

    action_id: str
    rule: str
    undo_seconds: int


@event("approval.requested.v1")
class ApprovalRequested(EventData):
    """The operator is asked; `rules` are those the preview shows. Voids any approval before it."""

    action_id: str
    approval_id: str
    content_hash: str
    rules: tuple[str, ...]
    expires_at: Instant
    reason: str = "proposed"


@event("approval.granted.v1")
class ApprovalGranted(EventData):
    """The operator approved exactly this content, once, until it expires."""

    action_id: str
    approval_id: str
    content_hash: str
    expires_at: Instant


@event("approval.rejected.v1")
class ApprovalRejected(EventData):
    """The operator said no, and why."""

    action_id: str
    approval_id: str
    reason: Sealed | None = None


@event("approval.expired.v1")
class ApprovalExpired(EventData):
    """Nobody answered in time, or an approval was not used in time."""

    action_id: str
    approval_id: str | None = None


@event("action.scheduled.v1")
class ActionScheduled(EventData):
    """The action will be committed when its undo window ends; `run_id` is the commit's run.

    `restarted` marks the one new window after a downtime.
    """

    action_id: str
    due_at: Instant
    run_id: str
    restarted: bool = False


@event("action.started.v1")
class ActionStarted(EventData):
    """The intent, written ahead of the wire: a worker holds the lease under this fencing token.

    `place` is the keyed hash of where the connector's effects go: only there can this one be
    looked up.
    """

    action_id: str
    token: int
    lease_until: Instant
    run_id: str
    content_hash: str
    rule: str
    approval_id: str | None = None
    place: str = ""


@event("action.committed.v1")
class ActionCommitted(EventData):
    """The effect exists outside, read back; `found` says that reconciliation found it."""

    action_id: str
    token: int
    outside_ref: str
    detail: JsonObject = {}
    found: bool = False


@event("action.failed.v1")
class ActionFailed(EventData):
    """The effect did not happen, for sure."""

    action_id: str
    token: int
    error: str
    remedy: str
    retryable: bool


@event("action.uncertain.v1")
class ActionUncertain(EventData):
    """The effect may have happened: the lease ran out, or the answer was lost."""

    action_id: str
    token: int
    reason: str


@event("action.doubted.v1")
class ActionDoubted(EventData):
    """The home was restored: the effect may have happened after the backup. Voids any approval."""

    action_id: str
    reason: str


@event("action.parked.v1")
class ActionParked(EventData):
    """The connector can't tell whether the effect happened: the operator must look."""

    action_id: str
    reason: str


@event("action.cancelled.v1")
class ActionCancelled(EventData):
    """The action will not be carried out.

    `reason`: skipped, rejected, not_sent, answered_elsewhere, no_reply_needed, erased.
    """

    action_id: str
    reason: str


@event("action.superseded.v1")
class ActionSuperseded(EventData):
    """Another action takes its place, or the world moved; `by` names the successor if any.

    `reason`: edited, customer_wrote_again, fact_changed, label_changed, answered, retry, overtaken,
    account_changed, rules_changed.
    """

    action_id: str
    reason: str
    by: str | None = None


@event("action.compensating.v1")
class ActionCompensating(EventData):
    """A committed effect is being undone."""

    action_id: str
    token: int


@event("action.compensated.v1")
class ActionCompensated(EventData):
    """The effect was undone."""

    action_id: str
    token: int
    outside_ref: str


@event("action.compensation_failed.v1")
class ActionCompensationFailed(EventData):
    """The effect could not be undone."""

    action_id: str
    token: int
    error: str
    remedy: str


@event("rollback.completed.v1")
class RollbackCompleted(EventData):
    """A rollback ended; which effects were undone and which could not be."""

    target: str
    compensated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
