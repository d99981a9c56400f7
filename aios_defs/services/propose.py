"""Owns proposals: an action gets its place, its key, its hash and policy's verdict in one act."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import ValidationError

from aios_defs.core.actions import MAYBE_OUTSIDE
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.decision import PackItem, Proposal
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import AgentFailed, TransitionRefused
from aios_defs.core.events.actions import (
    ActionAuthorised,
    ActionDenied,
    ActionDrafted,
    ActionProposed,
    ActionScheduled,
    ApprovalRequested,
    VerdictRecord,
)
from aios_defs.core.model import JsonObject
from aios_defs.core.policy.request import Effect, Verdict
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.sealed import SubjectRef
from aios_defs.services.drafts import of_action
from aios_defs.services.judge import Matter, judge
from aios_defs.services.kernel import Kernel, put_json
from aios_defs.services.packs import subject_ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who proposes: an agent by its decision, or the operator by an edit of one."""

    kind: Literal["agent", "operator"]
    decision_id: str | None
    items: tuple[PackItem, ...]


def propose(
    kernel: Kernel,
    tx: Transaction,
    task: TaskRow,
    proposal: Proposal,
    *,
    author: Author,
    replaces: ActionRow | None = None,
) -> ActionRow:
    """Append a proposal with its verdict and what follows from it; returns the action.

    Raises:
        AgentFailed: the connector or operation is not the task's, or the arguments do not validate.
        TransitionRefused: the action it would replace may have reached the outside.

    """
    arguments = checked_arguments(kernel, proposal)
    _refuse_replacing_started(replaces)
    matter = Matter(
        task=task,
        connector=proposal.connector,
        operation=proposal.operation,
        arguments=arguments,
        items=author.items,
        cited=tuple(claim.fact_id for claim in proposal.claims),
        is_operators=author.kind == "operator",
    )
    verdict = judge(kernel, tx, matter)
    ref = subject_ref(tx, task.profile_id)
    data = _proposed(kernel, tx, matter, verdict, ref=ref).model_copy(
        update={
            "decision_id": author.decision_id,
            "author": author.kind,
            "replaces": replaces.id if replaces else None,
        }
    )
    role = "operator" if author.kind == "operator" else "facade"
    append_to_action(tx, data, task, actor=role)
    follow_verdict(kernel, tx, must_action(tx, data.action_id), verdict, actor=role)
    return must_action(tx, data.action_id)


def checked_arguments(kernel: Kernel, proposal: Proposal) -> JsonObject:
    """Return a proposal's arguments in the one form the connector defines.

    Raises:
        AgentFailed: unknown connector or operation, or arguments that do not validate; the message
            names the wrong fields and never their values.

    """
    connector = kernel.connectors.get(proposal.connector)
    operation = connector.describe().operation(proposal.operation) if connector else None
    if connector is None or operation is None:
        raise AgentFailed(
            f"There is no {proposal.operation!r} of a connector {proposal.connector!r} to propose.",
            remedy="Check the workflow's connector and operations in catalog.yaml.",
        )
    try:
        model = connector.arguments_model(proposal.operation).model_validate(proposal.arguments)
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, one["loc"])) for one in error.errors()}))
        raise AgentFailed(
            f"The proposed {proposal.operation} has unusable arguments: {fields}.",
            remedy="Correct the template or answer by hand.",
        ) from None
    arguments: JsonObject = model.model_dump(mode="json")
    return arguments


def _refuse_replacing_started(replaces: ActionRow | None) -> None:
    if replaces is not None and replaces.state in MAYBE_OUTSIDE:
        raise TransitionRefused(
            f"Action {replaces.id} is {replaces.state}: it may have reached the outside.",
            remedy=f"Settle it first: aios resolve {replaces.id}",
            action_id=replaces.id,
        )


def _proposed(
    kernel: Kernel, tx: Transaction, matter: Matter, verdict: Verdict, *, ref: SubjectRef
) -> ActionProposed:
    task = matter.task
    description = kernel.connector(matter.connector).describe()
    account_hash = kernel.address_hash(description.account)
    slot = task.slots
    operation = description.operation(matter.operation)
    title = operation.title if operation and operation.title else matter.operation
    summary = summarise(title, matter.arguments)
    return ActionProposed(
        action_id=kernel.ids.new(),
        task_id=task.id,
        decision_id=None,
        workflow=task.workflow,
        connector=matter.connector,
        account=account_hash,
        operation=matter.operation,
        slot=slot,
        key=kernel.vault.digest("action", account_hash, task.id, matter.operation, str(slot)),
        content_hash=kernel.content_hash(
            matter.connector, account_hash, matter.operation, matter.arguments
        ),
        arguments=kernel.vault.seal(ref, canonical_bytes(matter.arguments).decode()),
        summary=kernel.vault.seal(ref, summary),
        cited_facts=tuple(matter.cited),
        verdict=record_verdict(kernel, tx, verdict, task, ref=ref),
    )


def summarise(title: str, arguments: JsonObject) -> str:
    """Return one line that says what an action would do, from its typed arguments only.

    `title` is that of its operation, such as `Send a mail`.
    """
    to = arguments.get("to")
    whom = ", ".join(map(str, to)) if isinstance(to, list) else str(to or "")
    subject = arguments.get("subject")
    return title + (f" to {whom}" if whom else "") + (f": {subject}" if subject else "")


def record_verdict(
    kernel: Kernel, tx: Transaction, verdict: Verdict, task: TaskRow, *, ref: SubjectRef
) -> VerdictRecord:
    """Return the verdict as an event keeps it: the facts it saw as a sealed blob."""
    return VerdictRecord(
        effect=verdict.effect,
        rule=verdict.rule,
        reasons=verdict.reasons,
        risk=verdict.risk.score,
        risk_parts=verdict.risk.parts,
        undo_seconds=undo_seconds(kernel, verdict, task.workflow),
        snapshot=put_json(tx, ref, verdict.snapshot),
    )


def undo_seconds(kernel: Kernel, verdict: Verdict, workflow: str) -> int:
    """Return the undo window in seconds: the rule's own, else the workflow's; none for `allow`."""
    if verdict.effect is Effect.ALLOW:
        return 0
    if verdict.undo_seconds is not None:
        return verdict.undo_seconds
    entry = kernel.business.workflow(workflow)
    return entry.undo_seconds if entry else 10


def follow_verdict(
    kernel: Kernel,
    tx: Transaction,
    action: ActionRow,
    verdict: Verdict,
    *,
    actor: str,
    reason: str = "proposed",
) -> None:
    """Append the event that a verdict leads to, from a proposed or a no longer allowed action."""
    effect = verdict.effect
    if effect is Effect.DENY:
        said = ActionDenied(action_id=action.id, rule=verdict.rule, reasons=verdict.reasons)
        tx.append(of_action(action, said, actor=actor))
    elif effect is Effect.DRAFT:
        said = ActionDrafted(action_id=action.id, rule=verdict.rule, reasons=verdict.reasons)
        tx.append(of_action(action, said, actor=actor))
    elif effect is Effect.ASK:
        ask(kernel, tx, action, verdict, actor=actor, reason=reason)
    else:
        _authorise(kernel, tx, action, verdict, actor=actor)


def ask(
    kernel: Kernel,
    tx: Transaction,
    action: ActionRow,
    verdict: Verdict,
    *,
    actor: str,
    reason: str,
) -> None:
    """Ask the operator about exactly this content; any approval before it is void."""
    workflow = kernel.business.workflow(action.workflow)
    hours = workflow.approval_hours if workflow else 72
    requested = ApprovalRequested(
        action_id=action.id,
        approval_id=kernel.ids.new(),
        content_hash=action.content_hash,
        rules=verdict.asking or (verdict.rule,),
        expires_at=tx.now + timedelta(hours=hours),
        reason=reason,
    )
    tx.append(of_action(action, requested, actor=actor))


def _authorise(
    kernel: Kernel, tx: Transaction, action: ActionRow, verdict: Verdict, *, actor: str
) -> None:
    window = undo_seconds(kernel, verdict, action.workflow)
    authorised = ActionAuthorised(action_id=action.id, rule=verdict.rule, undo_seconds=window)
    tx.append(of_action(action, authorised, actor=actor))
    if window:
        schedule(kernel, tx, action, seconds=window, actor=actor)


def schedule(
    kernel: Kernel,
    tx: Transaction,
    action: ActionRow,
    *,
    seconds: int,
    actor: str,
    restarted: bool = False,
) -> None:
    """Open an undo window of that many seconds, and allocate the commit's run id."""
    scheduled = ActionScheduled(
        action_id=action.id,
        due_at=tx.now + timedelta(seconds=seconds),
        run_id=kernel.ids.new(),
        restarted=restarted,
    )
    tx.append(of_action(action, scheduled, actor=actor))


def must_action(tx: Transaction, action_id: str) -> ActionRow:
    """Return the row of an action that is known to exist."""
    row = tx.get(ActionRow, action_id)
    assert row is not None  # noqa: S101 - the caller has just appended or read it
    return row


def append_to_action(tx: Transaction, data: ActionProposed, task: TaskRow, *, actor: str) -> None:
    """Append a proposal to its action's stream."""
    tx.append(
        Draft(
            stream=f"action-{data.action_id}",
            data=data,
            correlation_id=task.id,
            subject=task.profile_id,
            actor=actor,
        )
    )
