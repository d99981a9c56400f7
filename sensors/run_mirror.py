"""Owns the sweep that shows in Dagster what happened outside it, when the gateway does not."""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from aios_defs.services.mirror import is_lagging
from assets.reports.mirror import commit_mirror, mirror_runs
from resources.dagster_home import HomeResource
from resources.dagster_runs import close_dead_runs
from resources.home import Home
from sensors.looking import look

SECONDS = 120


@sensor(
    job=commit_mirror,
    minimum_interval_seconds=SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Closes the runs of killed processes; mirrors what the gateway did not.",
)
def run_mirror(context: SensorEvaluationContext, home: HomeResource) -> SkipReason:
    """Mirror here: a requested run could not have the id that the ledger allocated."""

    def mirror(mine: Home) -> SkipReason:
        kernel = mine.kernel
        closed = close_dead_runs(context.instance, kernel.workers.is_gone)
        is_ours = is_lagging(kernel)
        made = mirror_runs(kernel, context.instance, origin=home.console()) if is_ours else 0
        return SkipReason(f"{made} run(s) mirrored, {len(closed)} dead run(s) closed.")

    return look("run_mirror", home, mirror)
