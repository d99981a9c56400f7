"""Owns deciding: the agent of a task gets its pack, and what it answers becomes events.

The agent runs outside any lock. What it answers counts only if the task is still as it was when the
pack was built; else the answer is dropped and the task decided anew.
"""

from dataclasses import dataclass
from itertools import takewhile

from aios_defs.core.actions import MAYBE_OUTSIDE
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.decision import Agent, ContextPack, Decision, FactProposal, Question
from aios_defs.core.errors import (
    AgentFailed,
    AiosError,
    HomeLocked,
    LedgerConflict,
    StorageFailed,
)
from aios_defs.core.events.tasks import (
    DecisionMade,
    QuestionAsked,
    TaskCancelled,
    TaskClaimed,
    TaskFailed,
)
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TASK_ARROWS, TaskState
from aios_defs.services.address_book import LOOKALIKE, warned
from aios_defs.services.context import build_pack, task_signs
from aios_defs.services.deriving import is_recalled, label_of
from aios_defs.services.drafts import of_task
from aios_defs.services.edges import deciding
from aios_defs.services.fact_learning import propose as propose_fact
from aios_defs.services.facts import NewFact, is_standing
from aios_defs.services.kernel import Kernel
from aios_defs.services.leases import claim
from aios_defs.services.own_address import OWN_ADDRESS, explained
from aios_defs.services.packs import keep_pack, subject_ref
from aios_defs.services.pause import is_paused
from aios_defs.services.propose import Author, propose
from aios_defs.services.restored import holds_back
from aios_defs.services.shelf import StoredHouse

MAX_CLAIMS = 5
"""How often a task may be claimed without an end, as when it kills its worker, before it fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer of an agent, on its way into the ledger."""

    task: TaskRow
    pack: ContextPack
    decision: Decision
    agent: Agent
    decision_id: str


def decidable_tasks(kernel: Kernel, workflow: str) -> list[str]:
    """Return the ids of a workflow's tasks that wait for a decision, oldest first.

    A task whose former action may have reached the outside is settled first, and a paused workflow
    waits.
    """
    with kernel.ledger.view() as view:
        if is_paused(view, f"workflow:{workflow}") or holds_back(kernel, view, workflow):
            return []
        tasks = view.select(
            TaskRow,
            workflow=workflow,
            state=(TaskState.OPEN, TaskState.CLAIMED),
            order="created_at",
        )
        return [
            task.id
            for task in tasks
            if not view.count(ActionRow, task_id=task.id, state=MAYBE_OUTSIDE)
        ]


def decide_task(kernel: Kernel, task_id: str, *, run_id: str | None = None) -> str | None:
    """Decide one task; returns the decision's outcome, or None when there was nothing to do.

    `run_id` is the Dagster run of a batch, recorded in `task.claimed`; without it the first attempt
    goes under the task's own run id and needs no claim, because only one answer can be recorded for
    one state of the task. An agent that breaks its contract fails its task only.
    """
    task = _claim(kernel, task_id, run_id)
    if task is None:
        return None
    if task.state is TaskState.FAILED:
        return "failed"
    kernel.points.reached("decide.claimed")
    try:
        return deciding(lambda: _decide(kernel, task), task_id)
    except LedgerConflict:
        return None
    except (HomeLocked, StorageFailed):
        raise  # nothing is wrong with the task: it is decided at the next run
    except AiosError as error:
        _fail(kernel, task, error)
    return "failed"


def _claim(kernel: Kernel, task_id: str, run_id: str | None) -> TaskRow | None:
    with kernel.ledger.view() as view:
        task = view.get(TaskRow, task_id)
        if task is None or holds_back(kernel, view, task.workflow):
            return None
    if run_id is None and task.state is TaskState.OPEN and not task.attempt:
        return task
    with kernel.ledger.transaction(actor="worker", run_id=run_id) as tx:
        task = tx.get(TaskRow, task_id)
        if task is None or task.state not in (TaskState.OPEN, TaskState.CLAIMED):
            return None
        if claim(kernel, tx, f"task:{task_id}") is None:
            return None
        tx.append(of_task(task, _attempt(kernel, tx, task, run_id)))
        return tx.get(TaskRow, task_id)


def _attempt(
    kernel: Kernel, tx: Transaction, task: TaskRow, run_id: str | None
) -> TaskClaimed | TaskFailed:
    """Return the next claim of a task, or its failure when too many were never ended."""
    if _abandoned_claims(tx, task) < MAX_CLAIMS:
        run_id = run_id or kernel.ids.new()
        return TaskClaimed(task_id=task.id, run_id=run_id, attempt=task.attempt + 1)
    return TaskFailed(
        task_id=task.id,
        error="never_ended",
        remedy=f"{MAX_CLAIMS} workers began it and never came to its end: see aios doctor, then "
        f"aios retry {task.id}, or: aios skip {task.id}",
    )


def _abandoned_claims(view: View, task: TaskRow) -> int:
    """Return how many claims of a task in a row led to nothing that was recorded."""
    if task.state is not TaskState.CLAIMED or task.attempt < MAX_CLAIMS:
        return 0
    names = [one.type.rpartition(".")[0] for one in view.events(stream=f"task-{task.id}")]
    moves = [name for name in reversed(names) if name in TASK_ARROWS]
    return sum(1 for _ in takewhile(lambda name: name == "task.claimed", moves))


def _decide(kernel: Kernel, task: TaskRow) -> str:
    agent = _agent(kernel, task)
    with kernel.ledger.view() as view:
        pack = build_pack(kernel, view, task, agent.name, destination=agent.destination)
    decision = _ask_agent(agent, pack)
    kernel.points.reached("decide.answered")
    answered = Answered(
        task=task, pack=pack, decision=decision, agent=agent, decision_id=kernel.ids.new()
    )
    with kernel.ledger.transaction(actor=f"agent:{agent.name}", run_id=task.run_id) as tx:
        house = _record(kernel, tx, answered)
    kernel.shelf.remember(house)
    kernel.points.reached("decide.recorded")
    return decision.outcome


def _agent(kernel: Kernel, task: TaskRow) -> Agent:
    workflow = kernel.business.workflow(task.workflow)
    agent = kernel.agents.get(workflow.agent) if workflow else None
    if agent is None:
        raise AgentFailed(
            f"Workflow {task.workflow!r} has no agent that this AIOS knows.",
            remedy="Correct `agent` in business/catalog.yaml, then: aios retry " + task.id,
            task_id=task.id,
        )
    return agent


def _ask_agent(agent: Agent, pack: ContextPack) -> Decision:
    try:
        return agent.decide(pack)
    except AiosError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge to an agent: it fails its task only
        raise AgentFailed(
            f"Agent {agent.name} broke on task {pack.task_id} ({type(error).__name__}).",
            remedy=f"Answer by hand, or try again: aios retry {pack.task_id}",
            task_id=pack.task_id,
        ) from None


def _record(kernel: Kernel, tx: Transaction, answered: Answered) -> StoredHouse:
    task = tx.get(TaskRow, answered.task.id)
    if task is None or task.version != answered.task.version or _states_old(kernel, tx, answered):
        raise LedgerConflict(
            f"Task {answered.task.id} changed while its agent was thinking.",
            remedy="It will be decided again with what is new.",
        )
    pack_id, house = keep_pack(kernel, tx, task, answered.pack)
    tx.append(of_task(task, _made(tx, answered, pack_id)))
    _follow(kernel, tx, task, answered)
    return house


def _states_old(kernel: Kernel, tx: Transaction, answered: Answered) -> bool:
    """Return whether a proposal states a fact of its pack that has changed since."""
    packed = {one.name for one in answered.pack.items}
    claims = [claim for one in answered.decision.proposals for claim in one.claims]
    rows = [tx.get(FactRow, one.fact_id) for one in claims if f"fact:{one.fact_id}" in packed]
    return any(row is not None and not is_standing(kernel, tx, row) for row in rows)


def _made(tx: Transaction, answered: Answered, pack_id: str) -> DecisionMade:
    decision = answered.decision
    ref = subject_ref(tx, answered.task.profile_id)
    return DecisionMade(
        decision_id=answered.decision_id,
        task_id=answered.task.id,
        pack_id=pack_id,
        agent=answered.agent.name,
        agent_version=answered.agent.version,
        outcome=decision.outcome,
        category=decision.category,
        answer=tx.put_blob(ref, canonical_bytes(decision.model_dump(mode="json"))),
    )


def _follow(kernel: Kernel, tx: Transaction, task: TaskRow, answered: Answered) -> None:
    decision = answered.decision
    for fact in decision.facts:
        _propose_fact(kernel, tx, answered, fact)
    if decision.outcome == "propose":
        _propose_all(kernel, tx, task, answered)
    elif decision.outcome == "no_reply":
        tx.append(of_task(task, TaskCancelled(task_id=task.id, reason="no_reply_needed")))
    else:
        _ask_operator(kernel, tx, task, answered)


def _propose_all(kernel: Kernel, tx: Transaction, task: TaskRow, answered: Answered) -> None:
    author = Author(kind="agent", decision_id=answered.decision_id, items=answered.pack.items)
    former = tx.select(ActionRow, task_id=task.id, order="slot")
    replaces = former[-1] if former and former[-1].state != "committed" else None
    for proposal in answered.decision.proposals:
        current = tx.get(TaskRow, task.id)
        assert current is not None  # noqa: S101 - tasks are never deleted
        propose(kernel, tx, current, proposal, author=author, replaces=replaces)
        replaces = None


def _ask_operator(kernel: Kernel, tx: Transaction, task: TaskRow, answered: Answered) -> None:
    decision = answered.decision
    question = decision.question or Question(
        text=f"This one is yours to answer ({decision.category or 'not recognised'})."
    )
    signs = task_signs(tx, task)
    if OWN_ADDRESS in signs:
        question = explained(question, answered.pack)
    if LOOKALIKE in signs:
        question = warned(kernel, tx, question, answered.pack)
    ref = subject_ref(tx, task.profile_id)
    asked = QuestionAsked(
        question_id=kernel.ids.new(),
        task_id=task.id,
        text=kernel.vault.seal(ref, question.text),
        predicate=question.predicate,
        topic=question.topic,
    )
    tx.append(of_task(task, asked))


def _propose_fact(
    kernel: Kernel, tx: Transaction, answered: Answered, proposal: FactProposal
) -> None:
    """Propose what an agent wants remembered; what came from recall teaches nothing again."""
    source = next((one for one in answered.pack.items if one.name == proposal.source), None)
    if is_recalled(answered.pack.items, source, proposal.value):
        return
    fact = NewFact(
        topic=None,
        predicate=proposal.predicate,
        value=proposal.value,
        label=label_of(answered.pack.items, source, proposal.value),
        source_event=source.source if source else None,
        span=proposal.span,
        subject_id=answered.task.profile_id,
        confidence=proposal.confidence,
        author=f"agent:{answered.agent.name}",
    )
    propose_fact(kernel, tx, fact, task_id=answered.task.id)


def _fail(kernel: Kernel, task: TaskRow, error: AiosError) -> None:
    with kernel.ledger.transaction(actor="worker", run_id=task.run_id) as tx:
        current = tx.get(TaskRow, task.id)
        if current is not None and current.state in (TaskState.OPEN, TaskState.CLAIMED):
            failed = TaskFailed(task_id=task.id, error=error.code, remedy=error.remedy)
            tx.append(of_task(current, failed))
