"""Proves that what happens outside Dagster shows up there, under the ledger's own run ids."""

import shutil
from datetime import timedelta

import pytest
from dagster import AssetKey, AssetObservation, DagsterInstance, DagsterRunStatus, RunsFilter

from aios_defs.core.errors import StorageFailed
from aios_defs.core.rows.house import LeaseRow
from aios_defs.definitions import run_workflow
from aios_defs.services.approve import approve, reject
from aios_defs.services.commit import commit_action
from aios_defs.services.mirror import is_lagging, read_cursor
from aios_defs.services.trust import trust
from assets.reports.mirror import MIRROR, TAG_LANE, mirror_runs
from resources.dagster_instance import open_instance
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.desk import STRANGER, Desk, Mail

ORIGIN = "http://127.0.0.1:3600"
QUESTION = "How much is the blue widget?"


def approved_outside(desk: Desk) -> str:
    """Let the operator approve and commit an action without any run; returns its run id."""
    desk.receive(Mail(text=QUESTION, sender=STRANGER))
    action = desk.action()
    approve(desk.kernel, action.id, content_hash=action.content_hash)
    commit_action(desk.kernel, action.id, force=True)
    assert desk.action().run_id is not None
    return str(desk.action().run_id)


def seen(instance: DagsterInstance, asset: str) -> dict[str, AssetObservation]:
    """Return the observations of an asset by run, the newest of each."""
    records = instance.fetch_observations(AssetKey(asset), limit=99).records
    found = [(one.run_id, one.event_log_entry.asset_observation) for one in reversed(records)]
    return {run_id: told for run_id, told in found if told is not None}


def links(told: AssetObservation) -> list[dict[str, object]]:
    """Return the rows that an observation links to."""
    return [dict(one.data) for one in told.metadata["links"].value.records]  # type: ignore[union-attr]  # a table of ours


def types(told: AssetObservation) -> list[str]:
    """Return the types of the events that an observation names."""
    return [str(one.data["type"]) for one in told.metadata["events"].value.records]  # type: ignore[union-attr]  # a table of ours


def test_a_commit_is_mirrored_under_its_own_run_id(shown: Desk) -> None:
    """The commit that the operator ordered has its run: approval, effect, message answered."""
    run_id = approved_outside(shown)

    run_workflow(shown.home, WORKFLOW)

    with open_instance(shown.path) as instance:
        run = instance.get_run_by_id(run_id)
        reply, outcome = seen(instance, "replies")[run_id], seen(instance, "outcomes")[run_id]
    assert run is not None
    assert run.status is DagsterRunStatus.SUCCESS
    assert types(reply) == [
        "approval.granted.v1",
        "action.scheduled.v1",
        "action.started.v1",
        "action.committed.v1",
    ]
    (action,) = links(reply)
    assert (action["action_id"], action["run_id"]) == (shown.action().id, run_id)
    (answered,) = links(outcome)
    assert answered["message_id"] == shown.messages()[0].id
    assert answered["standing"] == "answered"
    assert answered["approval_ids"] == shown.action().approval_id
    assert outcome.metadata["committed_in"].value == run_id
    assert outcome.metadata["decided_in"].value == shown.task().run_id


def test_a_mirrored_run_names_its_place_in_the_ledger(shown: Desk) -> None:
    """Each observation carries the interval and the hash that the ledger holds there."""
    run_id = approved_outside(shown)
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance, origin=ORIGIN)

        told = seen(instance, "outcomes")[run_id]

    position = told.metadata["ledger_to"].value
    with shown.kernel.ledger.view() as view:
        (event,) = view.events(after=position - 1, upto=position)  # type: ignore[operator]  # an int of ours
    assert event.hash == told.metadata["ledger_hash"].value
    assert told.metadata["trace"].value == f"{ORIGIN}/trace/{shown.task().id}"


def test_a_decision_is_mirrored_with_the_message_before_it(shown: Desk) -> None:
    """The run of the first attempt tells of the message, its task and the decision."""
    shown.receive(Mail(text=QUESTION, sender=STRANGER))
    run_id = shown.task().run_id
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)

        message, ticket = seen(instance, "messages")[run_id], seen(instance, "tickets")[run_id]

    assert [one["message_id"] for one in links(message)] == [shown.messages()[0].id]
    assert [one["decision_id"] for one in links(ticket)] == [shown.task().decision_id]
    assert types(ticket)[0] == "task.created.v1"


def test_what_no_run_tells_is_observed_without_one(shown: Desk) -> None:
    """A rejection, which is no attempt, is observed all the same."""
    shown.receive(Mail(text=QUESTION, sender=STRANGER))
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)
        reject(shown.kernel, shown.action().id, reason="not now")

        mirror_runs(shown.kernel, instance)

        told = seen(instance, "replies")[""]
    assert "approval.rejected.v1" in types(told)
    assert "not now" not in str(told)


def test_a_run_that_goes_on_is_told_further(shown: Desk) -> None:
    """Events that come later under the same run are added to it, each once."""
    shown.receive(Mail(text=QUESTION, sender=STRANGER))
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)
        run_id = shown.task().run_id
        before = len(instance.all_logs(run_id))
        with shown.kernel.ledger.view() as view:
            last = view.head().position
        shown.receive(
            Mail(text="And the green one?", sender=STRANGER, answers=("mail-1@outside.example",))
        )

        mirror_runs(shown.kernel, instance)
        mirror_runs(shown.kernel, instance)

        positions = [
            told.metadata["ledger_from"].value
            for run, told in seen(instance, "tickets").items()
            if run == shown.task().run_id
        ]
        assert len(instance.all_logs(run_id)) >= before
    assert positions[-1] > last  # type: ignore[operator]  # an int of ours


def test_mirroring_again_makes_nothing(shown: Desk) -> None:
    """The cursor remembers, so that a second mirror finds no work and makes no event."""
    approved_outside(shown)
    with open_instance(shown.path) as instance:
        assert mirror_runs(shown.kernel, instance) > 0
        before = len(shown.events("notice.raised"))

        assert mirror_runs(shown.kernel, instance) == 0

    assert len(shown.events("notice.raised")) == before


def test_a_batch_run_is_not_told_again(shown: Desk) -> None:
    """What Dagster ran itself needs no mirror."""
    shown.deliver(Mail(text=QUESTION))
    report = run_workflow(shown.home, WORKFLOW)

    with open_instance(shown.path) as instance:
        assert mirror_runs(shown.kernel, instance) == 0

        mirrored = instance.get_runs(RunsFilter(tags={TAG_LANE: MIRROR}))
        assert seen(instance, "tickets") == {}
    assert mirrored == []
    assert report.failed == ()


def test_while_another_mirrors_this_one_leaves_it_alone(shown: Desk) -> None:
    """Two mirrors never tell the same thing twice: the lease has one holder."""
    approved_outside(shown)
    until = shown.clock.now() + timedelta(minutes=1)
    with shown.kernel.ledger.transaction(actor="test") as tx:
        tx.put(LeaseRow(name="mirror:dagster", owner="elsewhere-1-1", token=1, until=until))

    with open_instance(shown.path) as instance:
        made = mirror_runs(shown.kernel, instance)

    assert made == 0
    assert read_cursor(shown.kernel).position == 0


def test_a_lost_storage_is_repaired_from_the_ledger(shown: Desk) -> None:
    """Deleting Dagster's storage loses nothing: the runs come back with the next mirror."""
    run_id = approved_outside(shown)
    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)
    shutil.rmtree(shown.path / "dagster/storage")

    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)

        assert instance.has_run(run_id)


def test_a_lost_storage_is_repaired_as_far_back_as_runs_are_kept(shown: Desk) -> None:
    """What is older than Dagster keeps runs is left to the ledger."""
    run_id = approved_outside(shown)
    shown.wait(days=100)
    trust(shown.kernel, "mail", timedelta(days=1))
    later = approved_outside(shown)

    with open_instance(shown.path) as instance:
        mirror_runs(shown.kernel, instance)

        assert instance.has_run(later)
        assert not instance.has_run(run_id)


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


def test_the_mirror_lags_only_after_a_while(shown: Desk) -> None:
    """The sensor leaves what just happened to the gateway, and takes over when it does not come."""
    approved_outside(shown)
    assert not is_lagging(shown.kernel)

    shown.wait(seconds=61)

    assert is_lagging(shown.kernel)
