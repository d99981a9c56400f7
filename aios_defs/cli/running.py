"""Owns running workflows in this process, and waiting for the undo windows that end soon."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TypedDict

from aios_defs.cli.output import remark
from aios_defs.core.actions import ActionState
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.sweep import commit_due
from aios_defs.settings.nearest import suggestion
from resources.home import Home


class RunShown(TypedDict):
    """One run for programs.

    `run_id` is Dagster's, `counts` by `<asset>.<outcome>`, `failed` what did not work.
    """

    workflow: str
    run_id: str
    counts: dict[str, int]
    failed: list[str]


def check_workflow(kernel: Kernel, name: str) -> None:
    """Raise UsageInvalid unless catalog.yaml has a workflow of that name."""
    known = [one.name for one in kernel.business.workflows]
    if name not in known:
        raise UsageInvalid(
            f"There is no workflow {name!r}{suggestion(name, known)}.",
            remedy=f"Known are: {', '.join(known) or 'none'} (business/catalog.yaml).",
        )


def run_once(home: Home, workflow: str) -> RunShown:
    """Run a workflow's Dagster job in this process and wait for its end."""
    from aios_defs.definitions import run_workflow

    report = run_workflow(home, workflow)
    return {
        "workflow": workflow,
        "run_id": report.run_id,
        "counts": dict(report.counts),
        "failed": list(report.failed),
    }


def wait_for_windows(kernel: Kernel, span: timedelta) -> dict[str, int]:
    """Wait for the undo windows that end within a span and commit what is due; counts by state."""
    end = kernel.clock.now() + span
    done: Counter[str] = Counter()
    tried: set[str] = set()
    while True:
        with kernel.ledger.view() as view:
            rows = view.select(ActionRow, state=ActionState.SCHEDULED)
        due = [one for one in rows if one.id not in tried and one.due_at and one.due_at <= end]
        if not due:
            return dict(done)
        first = min(one.due_at for one in due if one.due_at)
        _sleep_until(kernel, first)
        tried.update(one.id for one in due if one.due_at and one.due_at <= kernel.clock.now())
        done.update(commit_due(kernel))


def _sleep_until(kernel: Kernel, moment: datetime) -> None:
    left = (moment - kernel.clock.now()).total_seconds()
    if left > 0:
        remark(f"Waiting {left:.0f} s for an undo window to end.")
    while left > 0:
        kernel.clock.sleep(left)
        left = (moment - kernel.clock.now()).total_seconds()
