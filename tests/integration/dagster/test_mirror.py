"""Proves that what happens outside Dagster shows up there, under the ledger's own run ids."""

import shutil

import pytest
from dagster import AssetKey, DagsterRunStatus

from aios_defs.core.errors import StorageFailed
from aios_defs.definitions import run_workflow
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.mirror import read_cursor
from assets.reports.mirror import mirror_runs
from resources.dagster_instance import open_instance
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.desk import STRANGER, Desk, Mail


def approved_outside(desk: Desk) -> str:
    """Let the operator approve and commit an action without any run; returns its run id."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    action = desk.action()
    approve(desk.kernel, action.id, content_hash=action.content_hash)
    commit_action(desk.kernel, action.id, force=True)
    assert desk.action().run_id is not None
    return str(desk.action().run_id)


def test_an_approval_is_mirrored_under_its_own_run_id(shown: Desk) -> None:
    """The commit that the operator ordered has its run, with the events and ids behind it."""
    run_id = approved_outside(shown)

    run_workflow(shown.home, WORKFLOW)

    with open_instance(shown.path) as instance:
        run = instance.get_run_by_id(run_id)
        records = instance.fetch_observations(AssetKey("outcomes"), limit=9).records
        seen = {one.run_id: one.event_log_entry.asset_observation for one in records}
    assert run is not None
    assert run.status is DagsterRunStatus.SUCCESS
    observation = seen[run_id]
    assert observation is not None
    assert observation.metadata["action_ids"].value == [shown.action().id]
    position = observation.metadata["ledger_to"].value
    with shown.kernel.ledger.view() as view:
        (event,) = view.events(after=position - 1, upto=position)  # type: ignore[operator]  # an int of ours
    assert event.hash == observation.metadata["ledger_hash"].value


def test_mirroring_again_makes_nothing(shown: Desk) -> None:
    """The cursor remembers, so that a second mirror finds no work and makes no event."""
    approved_outside(shown)
    with open_instance(shown.path) as instance:
        assert mirror_runs(shown.kernel, instance) > 0
        before = len(shown.events("notice.raised"))

        assert mirror_runs(shown.kernel, instance) == 0

    assert len(shown.events("notice.raised")) == before


def test_a_lost_mirror_is_repaired_from_the_ledger(shown: Desk) -> None:
    """Deleting Dagster's storage loses nothing: the runs come back with the next mirror."""
    run_id = approved_outside(shown)
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)
        instance.delete_run(read_cursor(shown.kernel).run_id)
        instance.delete_run(run_id) if instance.has_run(run_id) else None

        mirror_runs(shown.kernel, instance)

        assert instance.has_run(run_id)


def test_a_failing_mirror_is_loud(shown: Desk) -> None:
    """A storage that can't be written raises a card; one that works again ends it."""
    approved_outside(shown)
    kept = shown.path / "kept"
    with open_instance(shown.path) as instance:
        shutil.copytree(shown.path / "dagster/storage", kept)
        for file in (shown.path / "dagster/storage").glob("runs.db*"):
            file.write_bytes(b"this is no database" * 100)

        with pytest.raises(StorageFailed):
            mirror_runs(shown.kernel, instance)

    assert [one["summary"] for one in shown.cards("notice")] != []
    shutil.rmtree(shown.path / "dagster/storage")
    shutil.copytree(kept, shown.path / "dagster/storage")
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)
    assert shown.cards("notice") == []
