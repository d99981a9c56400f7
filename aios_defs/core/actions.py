"""Owns the life of an action: its states, the arrows between them, and who may fire each.

The table is the one definition: the ledger's fold refuses every event that no arrow allows, and the
diagram in docs/reference/actions.md is generated from it. Source: DESIGN §6.
"""

from dataclasses import dataclass
from enum import StrEnum

from aios_defs.core.errors import TransitionRefused


class ActionState(StrEnum):
    """Where an action is. `failed_retryable` is `failed` for people; nothing happened outside."""

    PROPOSED = "proposed"
    DENIED = "denied"
    DRAFTED = "drafted"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    AUTHORISED = "authorised"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SCHEDULED = "scheduled"
    COMMITTING = "committing"
    COMMITTED = "committed"
    FAILED_RETRYABLE = "failed_retryable"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    PARKED = "parked"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    COMPENSATING = "compensating"
    COMPENSATED = "compensated"
    COMPENSATION_FAILED = "compensation_failed"


S = ActionState

BEFORE_COMMITTING = (
    S.PROPOSED,
    S.DRAFTED,
    S.AWAITING_APPROVAL,
    S.APPROVED,
    S.AUTHORISED,
    S.SCHEDULED,
)
"""Nothing has reached the outside and nothing is on its way."""

READY = (S.APPROVED, S.AUTHORISED, S.SCHEDULED)
"""A worker may claim these, when due."""

STOPPABLE = (*BEFORE_COMMITTING, S.FAILED_RETRYABLE)
"""What the world or the operator can still stop for sure."""

MAYBE_OUTSIDE = (S.COMMITTING, S.UNCERTAIN, S.PARKED)
"""On the wire, or perhaps outside: what takes its place waits until it is settled."""

UNSETTLED = (*STOPPABLE, *MAYBE_OUTSIDE)
"""Something may still come of these."""

OVER = (
    S.DENIED,
    S.REJECTED,
    S.EXPIRED,
    S.COMMITTED,
    S.FAILED,
    S.CANCELLED,
    S.SUPERSEDED,
    S.COMPENSATED,
    S.COMPENSATION_FAILED,
)
"""Nothing more happens by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """One event that moves an action from any of `sources` to `target`, fired by one of `by`.

    `by` names roles: `operator` (a person), `facade` (policy), `worker` (holds the lease), `sweep`
    (the clean-up). A source of None is the beginning.
    """

    event: str
    sources: tuple[ActionState | None, ...]
    target: ActionState
    by: tuple[str, ...]


_F, _O, _W, _S = "facade", "operator", "worker", "sweep"

ARROWS: tuple[Arrow, ...] = (
    Arrow(
        event="action.proposed",
        sources=(None, S.DRAFTED),
        target=S.PROPOSED,
        by=(_F, _O),
    ),
    Arrow(event="action.denied", sources=STOPPABLE, target=S.DENIED, by=(_F, _W, _O)),
    Arrow(
        event="action.drafted",
        sources=(S.PROPOSED, S.APPROVED, S.AUTHORISED, S.SCHEDULED, S.FAILED_RETRYABLE),
        target=S.DRAFTED,
        by=(_F, _W, _O),
    ),
    Arrow(event="action.authorised", sources=(S.PROPOSED,), target=S.AUTHORISED, by=(_F, _O)),
    Arrow(
        event="approval.requested",
        sources=(S.PROPOSED, S.APPROVED, S.AUTHORISED, S.SCHEDULED, S.FAILED_RETRYABLE),
        target=S.AWAITING_APPROVAL,
        by=(_F, _W, _O),
    ),
    Arrow(event="approval.granted", sources=(S.AWAITING_APPROVAL,), target=S.APPROVED, by=(_O,)),
    Arrow(event="approval.rejected", sources=(S.AWAITING_APPROVAL,), target=S.REJECTED, by=(_O,)),
    Arrow(
        event="approval.expired",
        sources=(S.AWAITING_APPROVAL, S.APPROVED, S.AUTHORISED, S.SCHEDULED),
        target=S.EXPIRED,
        by=(_S, _W),
    ),
    Arrow(
        event="action.scheduled",
        sources=(S.APPROVED, S.AUTHORISED, S.SCHEDULED),
        target=S.SCHEDULED,
        by=(_F, _O, _S),
    ),
    Arrow(
        event="action.started",
        sources=(*READY, S.FAILED_RETRYABLE),
        target=S.COMMITTING,
        by=(_W,),
    ),
    Arrow(
        event="action.committed",
        sources=(S.COMMITTING, S.UNCERTAIN, S.PARKED),
        target=S.COMMITTED,
        by=(_W, _S, _O),
    ),
    Arrow(
        event="action.failed.retryable",
        sources=(S.COMMITTING, S.UNCERTAIN, S.PARKED),
        target=S.FAILED_RETRYABLE,
        by=(_W, _S, _O),
    ),
    Arrow(
        event="action.failed",
        sources=(S.COMMITTING, S.UNCERTAIN),
        target=S.FAILED,
        by=(_W, _S),
    ),
    Arrow(event="action.uncertain", sources=(S.COMMITTING,), target=S.UNCERTAIN, by=(_W, _S)),
    Arrow(event="action.doubted", sources=UNSETTLED, target=S.UNCERTAIN, by=(_O,)),
    Arrow(event="action.parked", sources=(S.UNCERTAIN,), target=S.PARKED, by=(_S, _O)),
    Arrow(
        event="action.cancelled",
        sources=(*STOPPABLE, S.PARKED, S.FAILED),
        target=S.CANCELLED,
        by=(_O, _F, _S),
    ),
    Arrow(
        event="action.superseded",
        sources=STOPPABLE,
        target=S.SUPERSEDED,
        by=(_F, _O),
    ),
    Arrow(
        event="action.compensating",
        sources=(S.COMMITTED, S.COMPENSATION_FAILED),
        target=S.COMPENSATING,
        by=(_O,),
    ),
    Arrow(
        event="action.compensated",
        sources=(S.COMPENSATING,),
        target=S.COMPENSATED,
        by=(_O, _W),
    ),
    Arrow(
        event="action.compensation_failed",
        sources=(S.COMPENSATING,),
        target=S.COMPENSATION_FAILED,
        by=(_O, _W, _S),
    ),
)

_BY_EVENT = {arrow.event: arrow for arrow in ARROWS}


def next_state(state: ActionState | None, event: str, actor: str, action_id: str) -> ActionState:
    """Return the state that an event leads to.

    `event` is the type without its version (`action.failed.retryable` for the retryable one);
    `actor` starts with its role, `role` or `role:detail`.

    Raises:
        TransitionRefused: no arrow of that event leaves this state, or the role may not fire it.

    """
    arrow = _BY_EVENT[event]
    role = actor.partition(":")[0]
    if state not in arrow.sources or role not in arrow.by:
        raise TransitionRefused(
            f"Action {action_id} is {state or 'not there yet'}: {event} by {role} is not possible.",
            remedy=f"Look at it with: aios trace {action_id}",
            action_id=action_id,
            state=str(state) if state else None,
            event=event,
        )
    return arrow.target
