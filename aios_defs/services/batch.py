"""Owns the steps of a batch: take in, decide, commit. One bad item never fails the others.

What goes wrong is counted by its code and told as a card or by the state of its task; only a ledger
that can't be written ends a batch.
"""

from collections import Counter
from dataclasses import dataclass, field

from aios_defs.core.errors import (
    AgentFailed,
    AiosError,
    ConfigurationInvalid,
    HomeLocked,
    LedgerBroken,
    StorageFailed,
)
from aios_defs.services.decide import decidable_tasks, decide_task
from aios_defs.services.edges import outside
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import end_notices, open_notices, raise_notice
from aios_defs.services.receive import Intake, take_in
from aios_defs.services.seed import apply_business
from aios_defs.services.sweep import clean_up, commit_due

_ENDS_ALL = (HomeLocked, LedgerBroken, StorageFailed)


@dataclass(slots=True, kw_only=True)
class Batch:
    """What one step did: counts by outcome, and what failed as `<what> <id>: <code>`."""

    counts: Counter[str] = field(default_factory=Counter[str])
    failed: list[str] = field(default_factory=list[str])


def workflow_names(kernel: Kernel, workflow: str) -> tuple[str, ...]:
    """Return that workflow, or all of them for an empty name.

    Raises:
        ConfigurationInvalid: the catalog has no such workflow.

    """
    names = tuple(one.name for one in kernel.business.workflows)
    if workflow and workflow not in names:
        raise ConfigurationInvalid(
            f"There is no workflow {workflow!r}.",
            remedy=f"Use one of: {', '.join(names)}; they stand in business/catalog.yaml.",
            workflow=workflow,
        )
    return (workflow,) if workflow else names


def take_in_all(kernel: Kernel, workflow: str) -> Batch:
    """Bring the business files into the ledger, then take in from each connector of the workflow.

    A connector that can't be read raises a card.
    """
    apply_business(kernel)
    batch = Batch()
    wanted = workflow_names(kernel, workflow)
    sources = (one.connector for one in kernel.business.workflows if one.name in wanted)
    for name in dict.fromkeys(sources):
        try:
            intake = outside(lambda name=name: take_in(kernel, name))
        except AiosError as error:
            _unreadable(kernel, batch, name, error)
        else:
            _count(batch, intake)
            end_notices(kernel, "connector", f"connector:{name}")
    return batch


def decide_all(kernel: Kernel, workflow: str, *, run_id: str) -> Batch:
    """Decide every task of the workflow that waits for it, under this Dagster run."""
    batch = Batch()
    for name in workflow_names(kernel, workflow):
        for task_id in decidable_tasks(kernel, name):
            try:
                outcome = decide_task(kernel, task_id, run_id=run_id)
            except AiosError as error:
                _note(batch, f"task {task_id}", error)
            else:
                batch.counts[outcome or "unchanged"] += 1
                if outcome == "failed":
                    batch.failed.append(f"task {task_id}: {AgentFailed.code}")
    return batch


def commit_all(kernel: Kernel, *, run_id: str | None = None) -> Batch:
    """Settle what time and crashes left behind, then commit what may start now.

    Without `run_id` each commit goes under the run that the ledger gave its action.
    """
    batch = Batch()
    for step in (lambda: clean_up(kernel), lambda: commit_due(kernel, run_id=run_id)):
        try:
            batch.counts += outside(step)
        except AiosError as error:
            _note(batch, "sweep", error)
    return batch


def _count(batch: Batch, intake: Intake) -> None:
    batch.counts += intake.counts


def _unreadable(kernel: Kernel, batch: Batch, name: str, error: AiosError) -> None:
    """Raise the card, in the place of one that gives another reason."""
    _note(batch, f"connector {name}", error)
    about = f"connector:{name}"
    summary = f"Connector {name} can't be read, so nothing new comes in."
    remedy = f"{error.message} {error.remedy} The first look that succeeds ends this card."
    with kernel.ledger.view() as view:
        is_other = any(one.remedy != remedy for one in open_notices(view, "connector", about))
    if is_other:
        end_notices(kernel, "connector", about)
    raise_notice(kernel, "connector", about, summary, remedy)


def _note(batch: Batch, what: str, error: AiosError) -> None:
    if isinstance(error, _ENDS_ALL):
        raise error
    batch.counts["failed"] += 1
    batch.failed.append(f"{what}: {error.code}")
