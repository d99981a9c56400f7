"""Owns the weekly analysis of the week that ended, early on Monday."""

from datetime import timedelta

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from assets.jobs import weekly_analysis
from resources.dagster_home import HomeResource
from resources.home import Home
from sensors.looking import look


@schedule(
    job=weekly_analysis,
    cron_schedule="7 4 * * 1",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Analyses the week that ended, each Monday.",
)
def mondays(context: ScheduleEvaluationContext, home: HomeResource) -> RunRequest | SkipReason:
    """Request the analysis of the last whole week."""

    def ask(_mine: Home) -> RunRequest:
        today = context.scheduled_execution_time
        monday = today - timedelta(days=today.weekday() + 7)
        return RunRequest(partition_key=monday.strftime("%Y-%m-%d"))

    return look("mondays", home, ask)
