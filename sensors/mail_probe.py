"""Owns the probe of the mailboxes: it looks, and asks for a run when something is new or due."""

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
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_runs import TAG_WORKFLOW, is_running

SECONDS = 30


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
    """Return a request for each workflow with something to do of which no run is under way."""
    return [
        _request(workflow.name, reasons)
        for workflow in kernel.business.workflows
        if not is_running(instance, WORKFLOW_RUN, workflow.name)
        for reasons in [reasons_to_run(kernel, workflow.name)]
        if reasons
    ]


def _request(workflow: str, reasons: tuple[str, ...]) -> RunRequest:
    return RunRequest(
        run_config={"ops": scoped_ops(workflow)},
        tags={TAG_WORKFLOW: workflow, "aios/because": ",".join(reasons)},
    )
