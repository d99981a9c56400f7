"""Owns runs made in this process, run or only told: the one user of Dagster's private names.

Public ways to run a job in a process give the run no origin, so Dagster's UI could not connect it
with its job (dagster #19458); and there is none to tell of a run that happened elsewhere.
tests/contract/test_dagster_private.py watches every name used here.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dagster import (
    AssetObservation,
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    JobDefinition,
    RunsFilter,
)
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.events import AssetObservationData
from dagster._core.execution.api import execute_run
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from aios_defs.core.model import JsonObject
from resources.dagster_instance import LEDGER_TO, TAG_LEDGER_HASH, TAG_LEDGER_TO, storage_failed

LOCATION, MODULE, REPOSITORY = "aios", "aios_defs.definitions", "__repository__"
TAG_WORKER, TAG_WORKFLOW = "aios/worker", "aios/workflow"
LIVE = (DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING)
UNFINISHED = (DagsterRunStatus.NOT_STARTED, DagsterRunStatus.QUEUED, *LIVE)

_NEWEST = 40
"""How many observations of a run are read back: ten tellings, of four assets each."""
_QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
_INTERRUPTS = ("KeyboardInterrupt", "DagsterExecutionInterruptedError")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """One run of a job: its tags, the configuration of its ops (ids only), and its id if given."""

    job: JobDefinition
    tags: Mapping[str, str]
    ops: JsonObject
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended; `failed` names the steps that failed, each with its code."""

    run_id: str
    is_success: bool
    is_interrupted: bool
    failed: tuple[str, ...]


def run_here(instance: DagsterInstance, order: RunOrder) -> RunResult:
    """Run a job in this process; the run is closed whatever happens.

    Raises:
        StorageFailed: Dagster's storage refused to take the run in.

    """
    run = _create(instance, order)
    try:
        execute_run(InMemoryJob(order.job), run, instance)
    except Exception as error:  # noqa: BLE001 - whatever the engine or its driver raises
        raise storage_failed(error) from None
    finally:
        _close(instance, run.run_id)
    return _result(instance, run.run_id)


def _create(instance: DagsterInstance, order: RunOrder) -> DagsterRun:
    try:
        return instance.create_run_for_job(
            order.job,
            run_id=order.run_id,
            run_config={"ops": order.ops, "loggers": _QUIET},
            tags=dict(order.tags),
            remote_job_origin=_origin(order.job.name),
        )
    except Exception as error:  # noqa: BLE001 - as above
        raise storage_failed(error) from None


def _origin(job: str) -> RemoteJobOrigin:
    target = LoadableTargetOrigin(
        executable_path=sys.executable, module_name=MODULE, attribute="defs"
    )
    location = ManagedGrpcPythonEnvCodeLocationOrigin(target, LOCATION)
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, REPOSITORY), job)


def _close(instance: DagsterInstance, run_id: str) -> None:
    run = instance.get_run_by_id(run_id)
    if run is not None and not run.is_finished:
        instance.report_run_canceled(run, "The process that ran it was interrupted.")


def failed_steps(instance: DagsterInstance, run_id: str) -> tuple[str, ...]:
    """Return the steps of a run that failed, each with its code."""
    return tuple(f"{step}: {_code(data)}" for step, data in _failures(instance, run_id))


def _result(instance: DagsterInstance, run_id: str) -> RunResult:
    run = instance.get_run_by_id(run_id)
    errors = _failures(instance, run_id)
    classes = {data.error.cls_name for _, data in errors if data.error is not None}
    return RunResult(
        run_id=run_id,
        is_success=run is not None and run.status is DagsterRunStatus.SUCCESS,
        is_interrupted=bool(classes & set(_INTERRUPTS)),
        failed=failed_steps(instance, run_id),
    )


def _failures(instance: DagsterInstance, run_id: str):  # noqa: ANN202 - StepFailureData has no public name
    return [
        (entry.step_key or "", entry.dagster_event.step_failure_data)
        for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE)
        if entry.dagster_event is not None
    ]


def _code(data) -> str:  # noqa: ANN001 - StepFailureData has no public name
    known = data.user_failure_data.metadata if data.user_failure_data else {}
    given = known.get("code")
    return str(given.value) if given is not None else "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What to tell of a run that happened outside Dagster: when, and what of the assets."""

    began_at: datetime
    ended_at: datetime
    observations: Iterable[AssetObservation]


def tell_run(instance: DagsterInstance, order: RunOrder, told: Told) -> None:
    """Show a run that happened outside Dagster, under its id and at its time.

    Nothing is executed. A run that is shown already gets the observations as well; one that was
    left half told is brought to its end.

    Raises:
        StorageFailed: Dagster's storage could not be read or written.

    """
    try:
        run = instance.get_run_by_id(order.run_id or "") or _create(instance, order)
        if run.status is DagsterRunStatus.NOT_STARTED:
            _tell(instance, run, DagsterEventType.RUN_START, told.began_at)
        for one in told.observations:
            data = AssetObservationData(one)
            _tell(instance, run, DagsterEventType.ASSET_OBSERVATION, told.ended_at, data)
        if not run.is_finished:
            _tell(instance, run, DagsterEventType.RUN_SUCCESS, told.ended_at)
    except Exception as error:  # noqa: BLE001 - whatever Dagster's driver raises
        raise storage_failed(error) from None


def _tell(
    instance: DagsterInstance,
    run: DagsterRun,
    kind: DagsterEventType,
    at: datetime,
    data: AssetObservationData | None = None,
) -> None:
    event = DagsterEvent(
        event_type_value=kind.value,
        job_name=run.job_name,
        message=data.asset_observation.description or "" if data else "Told from the ledger.",
        event_specific_data=data,
    )
    instance.report_dagster_event(event, run_id=run.run_id, timestamp=at.timestamp())


def told_positions(instance: DagsterInstance, run_id: str) -> dict[str, int]:
    """Return the ledger position up to which a run observed each asset; `run_id` "" is no run.

    Only the newest observations are read: what a mirror that was killed may have told last.

    Raises:
        StorageFailed: Dagster's storage can't be read.

    """
    kind = DagsterEventType.ASSET_OBSERVATION
    try:
        found = instance.get_records_for_run(run_id, of_type=kind, limit=_NEWEST, ascending=False)
    except Exception as error:  # noqa: BLE001 - as above
        raise storage_failed(error) from None
    told = dict[str, int]()
    for record in found.records:
        one = record.event_log_entry.asset_observation
        position = one.metadata[LEDGER_TO].value if one and LEDGER_TO in one.metadata else None
        if one is not None and isinstance(position, int):
            name = one.asset_key.to_user_string()
            told[name] = max(position, told.get(name, 0))
    return told


def storage_id(instance: DagsterInstance) -> str:
    """Return the id of Dagster's storage: another one means that the former was lost.

    Raises:
        StorageFailed: Dagster's storage can't be read.

    """
    try:
        return instance.run_storage.get_run_storage_id()  # pyright: ignore[reportAttributeAccessIssue]  # of every SQL storage
    except Exception as error:  # noqa: BLE001 - as above
        raise storage_failed(error) from None


def close_dead_runs(instance: DagsterInstance, is_gone: Callable[[str], bool]) -> list[str]:
    """Close the runs whose process was killed; returns their ids. They are never run again."""
    closed = list[str]()
    for run in instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.NOT_STARTED, *LIVE])):
        worker = run.tags.get(TAG_WORKER)
        if worker and is_gone(worker):
            instance.report_run_failed(run, "Its process was killed; its tasks go on elsewhere.")
            closed.append(run.run_id)
    return closed


def sign_run(instance: DagsterInstance, run: DagsterRun, worker: str) -> None:
    """Tag a run with the process that works on it, so that a killed one is found."""
    if run.tags.get(TAG_WORKER) != worker:
        instance.add_run_tags(run.run_id, {TAG_WORKER: worker})


def remember_head(instance: DagsterInstance, run_id: str, position: int, digest: str) -> None:
    """Keep a head of the ledger with a run: an anchor that the ledger is compared with."""
    instance.add_run_tags(run_id, {TAG_LEDGER_TO: str(position), TAG_LEDGER_HASH: digest})


def failed_since(instance: DagsterInstance, job: str, workflow: str, moment: datetime) -> bool:
    """Return whether the last run of the job for the workflow failed, after that moment."""
    wanted = RunsFilter(job_name=job, tags={TAG_WORKFLOW: workflow})
    for record in instance.get_run_records(wanted, limit=1):
        is_failure = record.dagster_run.status is DagsterRunStatus.FAILURE
        return is_failure and record.update_timestamp.astimezone(UTC) > moment
    return False


def is_running(instance: DagsterInstance, job: str, workflow: str) -> bool:
    """Return whether a run of the job for the workflow waits or works."""
    wanted = RunsFilter(job_name=job, tags={TAG_WORKFLOW: workflow}, statuses=list(UNFINISHED))
    return bool(instance.get_runs(wanted, limit=1))
