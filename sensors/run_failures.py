"""Owns the watch over Dagster's own runs: one that failed becomes a card of the inbox."""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from assets.jobs import MEMORY_REFRESH, WEEKLY_ANALYSIS, WORKFLOW_RUN
from assets.reports.failures import ASSET_JOB, tell_failures
from resources.dagster_home import HomeResource
from resources.home import Home
from sensors.looking import look

SECONDS = 120
WATCHED = (WORKFLOW_RUN, MEMORY_REFRESH, WEEKLY_ANALYSIS, "daily_digest", ASSET_JOB)


@sensor(
    minimum_interval_seconds=SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Raises a card for a run that failed; the next one that succeeds ends it.",
)
def run_failures(context: SensorEvaluationContext, home: HomeResource) -> SkipReason:
    """Look at the newest run of each kind."""

    def tell(mine: Home) -> SkipReason:
        failed = tell_failures(mine.kernel, context.instance, WATCHED)
        return SkipReason(f"{failed} kind(s) of run stand failed.")

    return look("run_failures", home, tell)
