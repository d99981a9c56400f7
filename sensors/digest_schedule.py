"""Owns the schedule of the digest: it asks for one when it is time, or when Dagster lacks one.

The time of day is the operator's and changes with their file, so this looks every few minutes. With
`aios up` the gateway is there first, and the run only shows what it made.
"""

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from aios_defs.services.digest import is_due
from assets.jobs import daily_digest
from assets.metadata import last_position
from assets.reports.digests import DIGESTS, newest
from resources.dagster_home import HomeResource
from resources.home import Home
from sensors.looking import look


@schedule(
    job=daily_digest,
    cron_schedule="*/10 * * * *",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Makes the digest of the day at the operator's time, if nobody else did.",
)
def digest_of_the_day(
    context: ScheduleEvaluationContext, home: HomeResource
) -> RunRequest | SkipReason:
    """Request a run when the day's digest is due, or one was made that Dagster doesn't show."""

    def ask(mine: Home) -> RunRequest | SkipReason:
        kernel = mine.kernel
        with kernel.ledger.view() as view:
            wanted = is_due(kernel, view)
        row = newest(kernel)
        shown = last_position(context.instance, DIGESTS)
        is_news = row is not None and row.head_position > shown
        return RunRequest() if wanted or is_news else SkipReason("It is made and shown.")

    return look("digest_of_the_day", home, ask)
