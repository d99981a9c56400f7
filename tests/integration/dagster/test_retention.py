"""Proves what Dagster may forget, and what it keeps whatever its age."""

from datetime import timedelta

import pytest
from dagster import DagsterInstance

from aios_defs.definitions import run_workflow
from assets.reports.mirror import mirror_runs
from resources.clock import SystemClock
from resources.dagster_instance import mirrored_heads, open_instance
from resources.dagster_retention import KEPT, purge_runs
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.dagster.test_mirror import approved_outside
from tests.integration.desk import Desk

LATER = KEPT + timedelta(days=1)


def ids(instance: DagsterInstance) -> set[str]:
    return {one.run_id for one in instance.get_runs()}


@pytest.fixture
def mirrored(shown: Desk) -> str:
    """The id of a run that mirrors an act; after it a workflow ran and made its assets."""
    run_id = approved_outside(shown)
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)
    run_workflow(shown.home, WORKFLOW)
    return run_id


def test_what_is_young_is_kept(shown: Desk, mirrored: str) -> None:
    """Nothing that is younger than the limit goes."""
    with open_instance(shown.path) as instance:
        purged = purge_runs(instance, SystemClock().now())

        assert purged == 0
        assert mirrored in ids(instance)


def test_the_newest_runs_are_kept_however_old(shown: Desk, mirrored: str) -> None:
    """The heads that the ledger is compared with stay, on a system that slept for a year."""
    before = mirrored_heads(shown.path)
    with open_instance(shown.path) as instance:
        purged = purge_runs(instance, SystemClock().now() + 4 * LATER)

        assert purged == 0
        assert mirrored in ids(instance)
    assert mirrored_heads(shown.path) == before


def test_an_old_run_goes_and_what_made_an_asset_last_stays(
    shown: Desk, mirrored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the newest, only runs that an asset's last materialisation needs are kept."""
    monkeypatch.setattr("resources.dagster_retention.HEADS_READ", 1)
    with open_instance(shown.path) as instance:
        purged = purge_runs(instance, SystemClock().now() + LATER)

        left = ids(instance)
        needed = {
            event.run_id
            for key in instance.get_asset_keys()
            if (event := instance.get_latest_materialization_event(key)) is not None
        }
    assert purged > 0
    assert mirrored not in left
    assert needed <= left


def test_a_run_of_a_partition_is_kept(
    shown: Desk, mirrored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backfilled week stays made: its run is not forgotten."""
    monkeypatch.setattr("resources.dagster_retention.HEADS_READ", 1)
    with open_instance(shown.path) as instance:
        instance.add_run_tags(mirrored, {"dagster/partition": "2031-05-05"})

        purge_runs(instance, SystemClock().now() + LATER)

        assert mirrored in ids(instance)


@pytest.mark.usefixtures("mirrored")
def test_one_purge_removes_only_so_many(shown: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long history goes in parts, so that a purge holds up no commit."""
    monkeypatch.setattr("resources.dagster_retention.HEADS_READ", 1)
    monkeypatch.setattr("resources.dagster_retention.AT_ONCE", 1)
    with open_instance(shown.path) as instance:
        before = len(ids(instance))

        purged = purge_runs(instance, SystemClock().now() + LATER)

        assert purged == 1
        assert len(ids(instance)) == before - 1
