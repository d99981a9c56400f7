"""Owns one tick of a sensor or schedule in this process, and closes what Dagster opens for it.

A context that is left open keeps an instance of Dagster until the garbage collector finds it, at
whatever moment: Dagster then takes a dead instance for the one of the process.
"""

from dagster import (
    DagsterInstance,
    ScheduleDefinition,
    SensorDefinition,
    build_schedule_context,
    build_sensor_context,
)

from resources.dagster_home import HomeResource


def tick(
    asked: SensorDefinition | ScheduleDefinition,
    instance: DagsterInstance | None,
    home: HomeResource,
) -> object:
    """Let a sensor or schedule look at a home once; returns its answer."""
    build = (
        build_schedule_context if isinstance(asked, ScheduleDefinition) else build_sensor_context
    )
    with build(instance=instance, resources={"home": home}) as context:
        return asked(context)
