"""Owns the hourly refresh of memory: only when the ledger has grown since the last one."""

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from assets.jobs import memory_refresh
from assets.memory.tables import MEMORY_ASSETS
from assets.metadata import last_position
from resources.dagster_home import HomeResource
from resources.home import Home
from sensors.looking import look


@schedule(
    job=memory_refresh,
    cron_schedule="17 * * * *",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Builds memory anew each hour in which something happened.",
)
def hourly_memory(
    context: ScheduleEvaluationContext, home: HomeResource
) -> RunRequest | SkipReason:
    """Request one refresh, or say why none is needed."""

    def ask(mine: Home) -> RunRequest | SkipReason:
        with mine.kernel.ledger.view() as view:
            head = view.head().position
        names = [asset.key.to_user_string() for asset in MEMORY_ASSETS]
        built = min(last_position(context.instance, name) for name in names)
        return RunRequest() if built < head else SkipReason("Nothing happened since.")

    return look("hourly_memory", home, ask)
