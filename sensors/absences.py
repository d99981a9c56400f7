"""Owns the watch over what should happen, and the sign of life of Dagster's daemon."""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from aios_defs.services.cadence import check_cadence
from aios_defs.services.pulse import DAEMON, GATEWAY
from resources.dagster_home import HomeResource
from resources.home import Home
from resources.process_status import read_status
from sensors.looking import look

SECONDS = 120


@sensor(
    minimum_interval_seconds=SECONDS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Raises a card for messages, work or processes that stay away; it ends with them.",
)
def absences(_context: SensorEvaluationContext, home: HomeResource) -> SkipReason:
    """Say that the daemon lives, and look at what does not happen; the gateway does the same."""

    def watch(mine: Home) -> SkipReason:
        others = (GATEWAY,) if read_status(mine.path) else ()
        done = check_cadence(mine.kernel, DAEMON, others=others)
        return SkipReason(f"{done['raised']} card(s) raised, {done['ended']} ended.")

    return look("absences", home, watch)
