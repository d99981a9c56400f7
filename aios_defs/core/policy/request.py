"""Owns what policy is asked: the task, the proposed action, and all that the task has read."""

from enum import StrEnum
from typing import Literal

from aios_defs.core.connector import Operation
from aios_defs.core.labels import Level, Trust
from aios_defs.core.model import JsonObject, Model


class Effect(StrEnum):
    """What policy says of an action; the stricter wins, in this order."""

    DENY = "deny"
    DRAFT = "draft"
    ASK = "ask"
    ALLOW_AFTER = "allow_after"
    ALLOW = "allow"


class Observed(Model):
    """One text that the task has read: who said it, how far it may travel, whom it is about.

    What is not `is_vouching` makes no sink known, whoever said it: its words were chosen elsewhere.
    """

    source: str
    trust: Trust
    level: Level
    subject: str | None = None
    text: str
    is_vouching: bool = True


class TaskView(Model):
    """What policy may know of the task; all of it from our own records, never from an agent.

    `intent` is the operator's text; `operations` those in scope; `participants` addresses the task
    may write to; `sensitive` names what was recognised in the messages by the shipped lexicon
    (`refund`, `legal`, `angry`, `bank_details`, `money_request`, `data_request`) or at the boundary
    (`forged_sender`, `own_address`: our own address as the sender of what we did not send,
    `lookalike`: a sender who looks like someone known; `confidential`: its sender asks for it;
    `encryption`, `unread_content`, `missing_text`, `invitation`: what no agent may answer).
    `before_restore` says that the mail came before the home was restored, so that the old machine
    may have answered it.
    """

    workflow: str
    intent: str = ""
    operations: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    before_restore: bool = False


class ConnectorView(Model):
    """What policy may know of the connector: may it write, and what may it carry."""

    standing: Literal["certified", "trusted", "none"] = "certified"
    clearance: Level = Level.SHAREABLE


class RecentAnswers(Model):
    """How many automatic answers, which no person approved, went out in the last 24 hours.

    `in_thread` in the task's thread, `to_recipient` over all threads to whoever got most.
    """

    in_thread: int = 0
    to_recipient: int = 0


class PolicyRequest(Model):
    """One question to policy: may this task do this, having read that?

    `operation` is None when no connector declares `operation_name`: every argument is then a
    possible sink. `subject_of` maps a recipient's address to the profile it belongs to.
    `unverified_claims` are statements in the arguments that no cited fact carries; `stated` the
    sources that the content says it states, however short they are. `trusted` are the sinks, as
    kind and normal form, and `trusted_sources` the observed sources that the operator trusts by a
    word on exactly them.
    """

    task: TaskView
    operation_name: str
    operation: Operation | None = None
    arguments: JsonObject
    observed: tuple[Observed, ...] = ()
    connector: ConnectorView = ConnectorView()
    subject_of: dict[str, str] = {}
    unverified_claims: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    recent: RecentAnswers = RecentAnswers()
    trusted: frozenset[tuple[str, str]] = frozenset()
    trusted_sources: frozenset[str] = frozenset()


class Risk(Model):
    """How risky an action is, 0 (none) to 100, with the parts that add up to it."""

    score: int
    parts: tuple[str, ...] = ()


class Verdict(Model):
    """What policy says, with the rule that decided and the full snapshot of facts it saw.

    `rule` is the id of the operator's rule, or `builtin:<name>`, or `default` when none names the
    operation. `asking` names every rule and built-in that asks or is stricter: a preview shows them
    all, and an approval holds only for those. `undo_seconds` is the window of `allow_after` (None:
    the workflow's default).
    """

    effect: Effect
    rule: str
    reasons: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    risk: Risk
    undo_seconds: int | None = None
    snapshot: JsonObject = {}
