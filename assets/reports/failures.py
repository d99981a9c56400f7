"""Owns telling of Dagster runs that failed: a card until a later run of the same kind succeeds.

It looks at the newest finished run of each kind instead of following each failure, so that nothing
is missed while it does not look, and nothing is told twice.
"""

from collections.abc import Iterator

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from aios_defs.core.rows.house import NoticeRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import end_notices, raise_notice
from resources.dagster_runs import TAG_WORKFLOW, failed_steps

ASSET_JOB = "__ASSET_JOB"
"""The job of what is materialised in Dagster's pages without a job of its own."""
LOOKED_AT = 20
_FINISHED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE]
_WILL_RETRY = "dagster/will_retry"


def tell_failures(kernel: Kernel, instance: DagsterInstance, jobs: tuple[str, ...]) -> int:
    """Raise and end the cards of runs that failed; returns how many kinds of run stand failed.

    Idempotent: a run is told once, whether or not the operator dismissed its card.
    """
    failed = 0
    for job in jobs:
        for about, run in _newest(instance, job):
            if run.status is DagsterRunStatus.SUCCESS:
                end_notices(kernel, "run_failure", about)
                continue
            failed += 1
            if not _is_told(kernel, about, run.run_id):
                _tell(kernel, instance, about, run)
    return failed


def _newest(instance: DagsterInstance, job: str) -> Iterator[tuple[str, DagsterRun]]:
    """Yield the newest finished run of each kind: job, workflow, selected assets."""
    seen = set[str]()
    for run in instance.get_runs(RunsFilter(job_name=job, statuses=_FINISHED), limit=LOOKED_AT):
        about = _kind(run)
        if about not in seen and run.tags.get(_WILL_RETRY) != "true":
            seen.add(about)
            yield about, run


def _kind(run: DagsterRun) -> str:
    assets = sorted(one.to_user_string() for one in run.asset_selection or ())
    parts = [run.job_name, run.tags.get(TAG_WORKFLOW, ""), ",".join(assets)]
    return ":".join(("run", *(one for one in parts if one)))


def _is_told(kernel: Kernel, about: str, run_id: str) -> bool:
    with kernel.ledger.view() as view:
        return any(run_id in row.summary for row in view.select(NoticeRow, about=about))


def _tell(kernel: Kernel, instance: DagsterInstance, about: str, run: DagsterRun) -> None:
    steps = "; ".join(failed_steps(instance, run.run_id)) or "no step began"
    end_notices(kernel, "run_failure", about)
    raise_notice(
        kernel,
        "run_failure",
        about,
        f"Run {run.run_id} of {about.removeprefix('run:')} failed in Dagster ({steps}).",
        f"Look at it in Dagster, at /runs/{run.run_id}, and see: aios doctor. The next run of the "
        "kind that succeeds ends this card.",
    )
