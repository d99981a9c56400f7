"""Owns the hourly filling of cold memory: the days that are not whole yet, in one run."""

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from aios_defs.services.archive import due_days
from assets.jobs import cold_memory_fill
from resources.dagster_home import HomeResource
from resources.home import Home
from sensors.looking import look

_SPAN = "dagster/asset_partition_range_"


@schedule(
    job=cold_memory_fill,
    cron_schedule="27 * * * *",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Fills cold memory each hour in which something happened.",
)
def hourly_cold_memory(
    context: ScheduleEvaluationContext,  # noqa: ARG001 - Dagster hands it in
    home: HomeResource,
) -> RunRequest | SkipReason:
    """Request one run over all days that are due, or say why none is."""

    def ask(mine: Home) -> RunRequest | SkipReason:
        due = due_days(mine.kernel, mine.memories.filling())
        if due is None:
            return SkipReason("Nothing became known since.")
        first, last = (day.isoformat() for day in due)
        return RunRequest(tags={f"{_SPAN}start": first, f"{_SPAN}end": last})

    return look("hourly_cold_memory", home, ask)
