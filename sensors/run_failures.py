"""Owns the watch over Dagster's own runs: one that failed becomes a card of the inbox."""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from aios_defs.core.errors import HomeMissing
from assets.jobs import MEMORY_REFRESH, WEEKLY_ANALYSIS, WORKFLOW_RUN
from assets.reports.failures import ASSET_JOB, tell_failures
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource

SECONDS = 120
WATCHED = (WORKFLOW_RUN, MEMORY_REFRESH, WEEKLY_ANALYSIS, "daily_digest", ASSET_JOB)


@sensor(
    minimum_interval_seconds=SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Raises a card for a run that failed; the next one that succeeds ends it.",
)
def run_failures(context: SensorEvaluationContext, home: HomeResource) -> SkipReason:
    """Look at the newest run of each kind."""
    with edge("run_failures"):
        try:
            kernel = home.opened().kernel
        except HomeMissing as error:
            return SkipReason(f"{error.code}: {error.remedy}")
        failed = tell_failures(kernel, context.instance, WATCHED)
        return SkipReason(f"{failed} kind(s) of run stand failed.")
