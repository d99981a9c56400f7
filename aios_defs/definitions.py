"""Owns the Dagster definitions, and running a workflow in this process as a run of Dagster.

Loading them opens no home: `dg check defs` works on a clean checkout.
"""

from collections import Counter
from dataclasses import dataclass

from dagster import DagsterEventType, DagsterInstance, Definitions, in_process_executor

from assets.jobs import (
    WORKFLOW_RUN,
    cold_memory_fill,
    daily_digest,
    memory_refresh,
    scoped_ops,
    weekly_analysis,
    workflow_run,
)
from assets.memory.checks import MEMORY_CHECKS
from assets.memory.cold import cold_memory
from assets.memory.tables import MEMORY_ASSETS
from assets.metadata import read_counts
from assets.reports.compounding import compounding
from assets.reports.digests import digests
from assets.reports.metrics import metrics
from assets.reports.mirror import commit_mirror, mirror_runs
from assets.reports.weekly import weekly_ticket_analysis
from assets.workflows.checks import WORKFLOW_CHECKS
from assets.workflows.loop import WORKFLOW_ASSETS
from resources.artifact_io import artifact_io
from resources.console_address import console_origin
from resources.dagster_home import HomeResource, lend
from resources.dagster_instance import open_instance
from resources.dagster_runs import (
    TAG_WORKER,
    TAG_WORKFLOW,
    RunOrder,
    RunResult,
    close_dead_runs,
    remember_head,
    run_here,
)
from resources.home import Home
from sensors.absences import absences
from sensors.cold_schedule import hourly_cold_memory
from sensors.digest_schedule import digest_of_the_day
from sensors.mail_probe import mail_probe
from sensors.memory_schedule import hourly_memory
from sensors.run_failures import run_failures
from sensors.run_mirror import run_mirror
from sensors.weekly_schedule import mondays

REPORT_ASSETS = [metrics, compounding, weekly_ticket_analysis, digests]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one run of a workflow did.

    `counts` is by `<asset>.<outcome>`, such as `messages.ignored`, `tickets.propose` or
    `replies.committed`; `failed` names what did not work, each as `<what>: <error code>`.
    """

    run_id: str
    counts: dict[str, int]
    failed: tuple[str, ...]


def build(home: HomeResource) -> Definitions:
    """Return the definitions that work on a home."""
    return Definitions(
        assets=[*WORKFLOW_ASSETS, *MEMORY_ASSETS, cold_memory, *REPORT_ASSETS],
        asset_checks=[*MEMORY_CHECKS, *WORKFLOW_CHECKS],
        jobs=[
            workflow_run,
            memory_refresh,
            cold_memory_fill,
            weekly_analysis,
            daily_digest,
            commit_mirror,
        ],
        sensors=[mail_probe, run_mirror, run_failures, absences],
        schedules=[hourly_memory, hourly_cold_memory, mondays, digest_of_the_day],
        resources={"home": home, "artifacts": artifact_io},
        executor=in_process_executor,
    )


defs = build(HomeResource())


def run_workflow(home: Home, workflow: str) -> RunReport:
    """Run a workflow of an open home in this process: take in, decide, commit, report.

    Runs of killed processes are closed first, and what happened outside Dagster is mirrored.

    Raises:
        StorageFailed: Dagster's storage does not work.
        KeyboardInterrupt: the operator stopped it; the run is closed.

    """
    with open_instance(home.path) as instance:
        close_dead_runs(instance, home.kernel.workers.is_gone)
        mirror_runs(home.kernel, instance, origin=console_origin(home.path))
        order = RunOrder(
            job=build(lend(home)).resolve_job_def(WORKFLOW_RUN),
            tags={TAG_WORKFLOW: workflow, TAG_WORKER: home.kernel.workers.me},
            ops=scoped_ops(workflow),
        )
        result = run_here(instance, order)
        if result.is_interrupted:
            raise KeyboardInterrupt
        with home.kernel.ledger.view() as view:
            head = view.head()
        remember_head(instance, result.run_id, head.position, head.hash)
        return _report(instance, result)


def _report(instance: DagsterInstance, result: RunResult) -> RunReport:
    counts, failed = Counter[str](), list(result.failed)
    for entry in instance.all_logs(result.run_id, of_type=DagsterEventType.ASSET_MATERIALIZATION):
        if entry.asset_materialization is not None:
            told, troubles = read_counts(entry.asset_materialization)
            counts.update(told)
            failed += troubles
    return RunReport(run_id=result.run_id, counts=dict(counts), failed=tuple(failed))
