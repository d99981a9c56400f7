"""Proves that what we use of Dagster without its promise is still there and does what we need."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest
from dagster import (
    AssetKey,
    AssetObservation,
    DagsterInstance,
    DagsterRunStatus,
    in_process_executor,
    job,
    op,
)
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.remote_origin import RemoteJobOrigin

from resources.dagster_instance import _STORES
from resources.dagster_runs import (
    RunOrder,
    Told,
    _origin,
    close_dead_runs,
    run_here,
    storage_id,
    tell_run,
)

RUN_ID = "01900000-0000-7000-8000-000000000000"


@op
def nothing() -> None:
    """Do nothing."""


@job(executor_def=in_process_executor)
def quiet() -> None:
    """Do nothing, as a job."""
    nothing()


def test_a_run_is_executed_under_the_id_we_allocated() -> None:
    """create_run_for_job takes our UUID, execute_run runs it, and the origin makes it ours."""
    with DagsterInstance.ephemeral() as instance:
        result = run_here(instance, RunOrder(job=quiet, tags={"a": "b"}, ops={}, run_id=RUN_ID))

        run = instance.get_run_by_id(RUN_ID)
    assert result.is_success
    assert run is not None
    assert run.status is DagsterRunStatus.SUCCESS
    assert run.remote_job_origin == _origin("quiet")


def test_a_run_is_told_at_its_own_time_without_running() -> None:
    """A run that happened elsewhere is shown with its observations, and told further later on."""
    began = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
    told = Told(
        began_at=began,
        ended_at=began + timedelta(seconds=2),
        observations=[AssetObservation("things", metadata={"a": 1})],
    )
    order = RunOrder(job=quiet, tags={"a": "b"}, ops={}, run_id=RUN_ID)
    with DagsterInstance.ephemeral() as instance:
        tell_run(instance, order, told)
        tell_run(instance, order, told)

        record = instance.get_run_record_by_id(RUN_ID)
        seen = instance.fetch_observations(AssetKey("things"), limit=9).records
    assert record is not None
    assert record.dagster_run.status is DagsterRunStatus.SUCCESS
    assert (record.start_time, record.end_time) == (began.timestamp(), began.timestamp() + 2)
    assert [one.run_id for one in seen] == [RUN_ID, RUN_ID]


def test_a_storage_keeps_its_id() -> None:
    """The same storage gives the same id, another one another."""
    with DagsterInstance.ephemeral() as one, DagsterInstance.ephemeral() as other:
        assert storage_id(one) == storage_id(one)
        assert storage_id(one) != storage_id(other)


def test_the_private_names_keep_their_form() -> None:
    """The few names we take have the parameters we give them."""
    assert list(inspect.signature(execute_run).parameters)[:3] == ["job", "dagster_run", "instance"]
    assert callable(InMemoryJob)
    assert {"repository_origin", "job_name"} <= set(RemoteJobOrigin.__annotations__)


@pytest.mark.parametrize("key", _STORES)
def test_the_storage_classes_are_where_the_instance_names_them(key: str) -> None:
    """The rendered instance names its stores by module and class."""
    module, name = _STORES[key]

    found = getattr(__import__(module, fromlist=[name]), name)

    assert "base_dir" in found.config_type()


def test_only_a_run_whose_process_is_gone_is_closed() -> None:
    """A run of a living process, and one that nobody signed, are left alone."""
    with DagsterInstance.ephemeral() as instance:
        runs = {
            name: instance.create_run_for_job(
                quiet, status=DagsterRunStatus.STARTED, tags={"aios/worker": name} if name else {}
            )
            for name in ("dead", "alive", "")
        }

        closed = close_dead_runs(instance, lambda worker: worker == "dead")

        assert closed == [runs["dead"].run_id]
        after = instance.get_run_by_id(runs["dead"].run_id)
        assert after is not None
        assert after.status is DagsterRunStatus.FAILURE
