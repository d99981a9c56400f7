"""Owns the events of policy, autonomy, budgets, connectors and the operator's overrides."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.model import Instant


@event("policy.changed.v1")
class PolicyChanged(EventData):
    """Another policy file is in force; `text` is the operator's own, `is_safe_mode` why none is."""

    digest: str
    text: str
    is_safe_mode: bool = False
    mistakes: tuple[str, ...] = ()


@event("autonomy.granted.v1")
class AutonomyGranted(EventData):
    """The operator let an operation of a workflow run without asking, until it expires."""

    workflow: str
    operation: str
    group: str
    expires_at: Instant


@event("autonomy.revoked.v1")
class AutonomyRevoked(EventData):
    """An earned autonomy ended."""

    workflow: str
    operation: str
    group: str
    reason: str


@event("budget.reserved.v1")
class BudgetReserved(EventData):
    """An amount was set aside before it is spent, in minor units."""

    budget: str
    action_id: str
    amount_minor: int
    currency: str


@event("budget.settled.v1")
class BudgetSettled(EventData):
    """A reservation became what was really spent."""

    budget: str
    action_id: str
    amount_minor: int
    currency: str


@event("budget.exhausted.v1")
class BudgetExhausted(EventData):
    """A budget is used up; what needed it waits."""

    budget: str
    action_id: str


@event("connector.trusted.v1")
class ConnectorTrusted(EventData):
    """The operator lets a connector write until then, without a certificate."""

    connector: str
    account: str
    expires_at: Instant


@event("connector.certified.v1")
class ConnectorCertified(EventData):
    """A certification suite passed; bound to code, contract, server and harness."""

    connector: str
    account: str
    operation: str
    fingerprint: str
    expires_at: Instant


@event("connector.suspended.v1")
class ConnectorSuspended(EventData):
    """A connector may not write any more; it reads on."""

    connector: str
    account: str
    reason: str


@event("schema.drifted.v1")
class SchemaDrifted(EventData):
    """What an outside system sends or takes is not what the contract says."""

    connector: str
    operation: str
    field: str
    change: str


@event("override.paused.v1")
class OverridePaused(EventData):
    """A scope stopped: all, workflow:<name>, agent:<name> or connector:<name>, by the operator.

    credential:<connector> stops by itself when a login is refused.
    """

    scope: str
    reason: str = ""


@event("override.resumed.v1")
class OverrideResumed(EventData):
    """A scope goes on; by itself only when a refused login works again."""

    scope: str


NoticeKind = Literal[
    "restarted_window",
    "approval_expired",
    "policy",
    "connector",
    "mirror",
    "count",
    "lane",
    "cadence",
    "silence",
    "deadline",
    "commitment",
    "trust",
    "flood",
    "run_failure",
    "telling",
    "copy",
    "erasure",
    "quality",
    "restore",
    "import",
]


@event("notice.raised.v1")
class NoticeRaised(EventData):
    """Something for the operator to know; `about` names what it concerns, `remedy` what to do."""

    notice_id: str
    kind: NoticeKind
    about: str
    summary: str
    remedy: str


@event("notice.dismissed.v1")
class NoticeDismissed(EventData):
    """The operator has seen a notice, or what it was about is over."""

    notice_id: str
