"""Owns the probe of the mailboxes: it looks, and asks for a run when something is new or due."""

from datetime import timedelta

from dagster import (
    DagsterInstance,
    DefaultSensorStatus,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from aios_defs.core.errors import HomeMissing
from aios_defs.services.kernel import Kernel
from aios_defs.services.probe import reasons_to_run
from assets.jobs import WORKFLOW_RUN, scoped_ops, workflow_run
from resources.clock import SystemClock
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_runs import TAG_WORKFLOW, failed_since, is_running

SECONDS = 30
AFTER_FAILURE = timedelta(minutes=10)
"""How long the probe waits after a run that failed; `aios run` does not wait."""


@sensor(
    job=workflow_run,
    minimum_interval_seconds=SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Asks for a run of each workflow whose store holds something new, or that is due.",
)
def mail_probe(context: SensorEvaluationContext, home: HomeResource) -> SensorResult | SkipReason:
    """Look, take nothing in, and request at most one run for each workflow."""
    with edge("mail_probe"):
        try:
            kernel = home.opened().kernel
        except HomeMissing as error:
            return SkipReason(f"{error.code}: {error.remedy}")
        requests = wanted_runs(context.instance, kernel)
        return SensorResult(run_requests=requests) if requests else SkipReason("Nothing new.")


def wanted_runs(instance: DagsterInstance, kernel: Kernel) -> list[RunRequest]:
    """Return a request for each workflow with something to do.

    Not while a run of it is under way, nor soon after one failed: what is broken for good must not
    start a run every half minute.
    """
    lately = SystemClock().now() - AFTER_FAILURE
    return [
        _request(workflow.name, reasons)
        for workflow in kernel.business.workflows
        if not is_running(instance, WORKFLOW_RUN, workflow.name)
        and not failed_since(instance, WORKFLOW_RUN, workflow.name, lately)
        for reasons in [reasons_to_run(kernel, workflow.name)]
        if reasons
    ]


def _request(workflow: str, reasons: tuple[str, ...]) -> RunRequest:
    return RunRequest(
        run_config={"ops": scoped_ops(workflow)},
        tags={TAG_WORKFLOW: workflow, "aios/because": ",".join(reasons)},
    )
