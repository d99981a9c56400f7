"""Owns how long Dagster keeps runs: the ledger is the record, so a view may forget what is old.

Kept whatever their age: the newest runs, whose heads `aios ledger verify` compares with; the run
that made an asset last; runs of a partition, because the partition would look unmade; what has not
ended. Ticks are purged by Dagster itself (dagster.yaml).
"""

from datetime import datetime

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from aios_defs.services.mirror import REACH
from resources.dagster_instance import HEADS_READ, storage_failed

KEPT = REACH
"""As far back as the mirror makes runs anew."""
AT_ONCE = 200
"""How many runs one purge removes at most: it shares the disk with a commit."""

_ENDED = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)
_MOST_READ = 2000
_PARTITIONS = ("dagster/partition", "dagster/asset_partition_range_start")


def purge_runs(instance: DagsterInstance, now: datetime) -> int:
    """Remove old runs with their events; returns how many. What is left comes the next time.

    Raises:
        StorageFailed: Dagster's storage can't be read or written.

    """
    try:
        old = _old(instance, now - KEPT)
        kept = _needed(instance) if old else set[str]()
        gone = [run.run_id for run in old if run.run_id not in kept and not _is_of_partition(run)]
        for run_id in gone[:AT_ONCE]:
            instance.delete_run(run_id)
    except Exception as error:  # noqa: BLE001 - whatever Dagster or its driver raises
        raise storage_failed(error) from None
    return len(gone[:AT_ONCE])


def _old(instance: DagsterInstance, moment: datetime) -> list[DagsterRun]:
    """Return the runs that ended and were created before a moment, oldest first."""
    wanted = RunsFilter(statuses=list(_ENDED), created_before=moment)
    found = instance.get_run_records(wanted, limit=_MOST_READ, ascending=True)
    return [one.dagster_run for one in found]


def _is_of_partition(run: DagsterRun) -> bool:
    return any(name in run.tags for name in _PARTITIONS)


def _needed(instance: DagsterInstance) -> set[str]:
    """Return the newest runs, and for each asset the run that made it last."""
    newest = {one.dagster_run.run_id for one in instance.get_run_records(limit=HEADS_READ)}
    for key in instance.get_asset_keys():
        event = instance.get_latest_materialization_event(key)
        if event is not None:
            newest.add(event.run_id)
    return newest
