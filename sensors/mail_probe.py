"""Owns the probe of the mailboxes: it looks, and asks for a run when something is new or due.

While the gateway serves the home it takes mail in and works within seconds, and Dagster only builds
the tables anew, once in an hour in which something happened (docs/decisions/0005).
"""

from datetime import timedelta

from dagster import (
    AssetKey,
    DagsterInstance,
    DefaultSensorStatus,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from aios_defs.services.kernel import Kernel
from aios_defs.services.probe import reasons_to_run
from assets.jobs import WORKFLOW_RUN, scoped_ops, workflow_run
from assets.metadata import last_position
from resources.clock import SystemClock
from resources.dagster_home import HomeResource
from resources.dagster_runs import TAG_WORKFLOW, failed_since, is_running
from resources.home import Home
from resources.process_status import is_served
from sensors.looking import look

SECONDS = 30
AFTER_FAILURE = timedelta(minutes=10)
"""How long the probe waits after a run that failed; `aios run` does not wait."""
TABLES_EVERY = timedelta(hours=1)
OUTCOMES = "outcomes"


@sensor(
    job=workflow_run,
    minimum_interval_seconds=SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Asks for a run of each workflow whose store holds something new, or that is due.",
)
def mail_probe(context: SensorEvaluationContext, home: HomeResource) -> SensorResult | SkipReason:
    """Look, take nothing in, and request at most one run for each workflow."""

    def probe(mine: Home) -> SensorResult | SkipReason:
        wanted = wanted_tables if is_served(mine.path) else wanted_runs
        requests = wanted(context.instance, mine.kernel)
        return SensorResult(run_requests=requests) if requests else SkipReason("Nothing new.")

    return look("mail_probe", home, probe)


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


def wanted_tables(instance: DagsterInstance, kernel: Kernel) -> list[RunRequest]:
    """Return a request when the tables are older than an hour and than what happened since."""
    with kernel.ledger.view() as view:
        head = view.head().position
    event = instance.get_latest_materialization_event(AssetKey(OUTCOMES))
    is_young = event and event.timestamp > (SystemClock().now() - TABLES_EVERY).timestamp()
    if is_young or last_position(instance, OUTCOMES) >= head:
        return []
    lately = SystemClock().now() - AFTER_FAILURE
    names = [one.name for one in kernel.business.workflows][:1]
    return [
        _request(name, ("tables",))
        for name in names
        if not is_running(instance, WORKFLOW_RUN, name)
        and not failed_since(instance, WORKFLOW_RUN, name, lately)
    ]


def _request(workflow: str, reasons: tuple[str, ...]) -> RunRequest:
    return RunRequest(
        run_config={"ops": scoped_ops(workflow)},
        tags={TAG_WORKFLOW: workflow, "aios/because": ",".join(reasons)},
    )
