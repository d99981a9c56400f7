"""Proves what a run does, and that Dagster's record of it leads back into the ledger."""

import pytest
from dagster import AssetKey, DagsterInstance, DagsterRunStatus, RunsFilter, TableMetadataValue

from aios_defs.core.decision import ContextPack, Decision
from aios_defs.definitions import run_workflow
from aios_defs.services.trace import trace
from resources.dagster_instance import mirrored_heads, open_instance
from tests.integration.dagster.conftest import WORKFLOW, Worked
from tests.integration.desk import Desk, Mail
from tests.integration.outside import Outside

LOOP = ("messages", "tickets", "replies", "outcomes")


def told(instance: DagsterInstance, name: str, number: int = 0) -> dict[str, object]:
    """Return the metadata of an asset's materialisation, the latest first."""
    records = instance.fetch_materializations(AssetKey(name), limit=5).records
    event = records[number].asset_materialization
    return {key: value.value for key, value in event.metadata.items()} if event else {}


def linked(instance: DagsterInstance, name: str, number: int = 0) -> list[dict[str, object]]:
    """Return the rows that a materialisation links, the latest first."""
    links = told(instance, name, number)["links"]
    assert isinstance(links, TableMetadataValue)
    return [dict(record.data) for record in links.records]


def test_a_run_takes_in_decides_and_commits(worked: Worked) -> None:
    """One run brings each mail to where it stands, and its report counts that."""
    counts = worked.first.counts

    assert counts["messages.task"] == 2
    assert counts["tickets.propose"] == 2
    assert counts["outcomes.answered"] + counts["outcomes.waiting"] == 2
    assert worked.first.failed == ()


def test_a_second_run_makes_no_event(worked: Worked) -> None:
    """With nothing new and nothing due the ledger stays as it is."""
    assert worked.second.run_id != worked.first.run_id
    assert worked.position() == worked.before


@pytest.mark.parametrize("name", LOOP)
def test_metadata_leads_to_the_events_behind(worked: Worked, name: str) -> None:
    """The interval of a materialisation holds the events of every id that it links."""
    with open_instance(worked.desk.path) as instance:
        metadata, links = told(instance, name, 1), linked(instance, name, 1)
    start, end = metadata["ledger_from"], metadata["ledger_to"]
    assert isinstance(start, int)
    assert isinstance(end, int)

    with worked.desk.kernel.ledger.view() as view:
        events = list(view.events(after=start - 1, upto=end))
        head = next(iter(view.events(after=end - 1, upto=end)))

    assert head.hash == metadata["ledger_hash"]
    assert len(links) == metadata["rows"]
    known = " ".join(str(event.to_json()) for event in events)
    assert all(str(next(iter(record.values()))) in known for record in links)


def test_an_unchanged_asset_links_to_nothing(worked: Worked) -> None:
    """Nothing new means an empty interval, told by a beginning beyond its end."""
    with open_instance(worked.desk.path) as instance:
        metadata, links = told(instance, "outcomes"), linked(instance, "outcomes")

    assert (metadata["ledger_from"], links) == (worked.position() + 1, [])


def test_an_outcome_leads_to_its_message_action_and_run(worked: Worked) -> None:
    """From Dagster's metadata alone one comes to the ids of all that led to a reply."""
    with open_instance(worked.desk.path) as instance:
        records = linked(instance, "outcomes", 1)

    assert len(records) == 2
    for record in records:
        assert worked.first.run_id in trace(worked.desk.kernel, str(record["message_id"])).runs
        assert record["task_id"]
        assert record["action_ids"]


def test_heads_are_read_back(worked: Worked) -> None:
    """The positions and hashes that Dagster remembers are those of the ledger."""
    heads = mirrored_heads(worked.desk.path)

    with worked.desk.kernel.ledger.view() as view:
        hashes = {event.position: event.hash for event in view.events()}
    assert len(heads) >= len(LOOP)
    assert all(hashes[position] == digest for position, digest, _ in heads)
    assert max(position for position, _, _ in heads) == worked.position()


def test_runs_belong_to_their_job(worked: Worked) -> None:
    """The UI connects a run with its job, because it has an origin."""
    with open_instance(worked.desk.path) as instance:
        of_ours = RunsFilter(tags={".dagster/repository": "__repository__@aios"})
        runs = {run.run_id: run for run in instance.get_runs(of_ours)}

    assert runs[worked.first.run_id].status is DagsterRunStatus.SUCCESS
    assert runs[worked.first.run_id].remote_job_origin is not None


class Interrupted:
    """An agent during whose thinking the operator presses Ctrl-C."""

    name, version, destination = "support", "1", None

    def decide(self, pack: ContextPack) -> Decision:  # noqa: ARG002 - as the port says
        raise KeyboardInterrupt


def test_an_interrupt_leaves_the_run_closed(shown: Desk) -> None:
    """Ctrl-C ends the run and the command; the task waits for the next run."""
    shown.agents = {"support": Interrupted()}
    shown.reopen()
    shown.deliver(Mail(text="How much is the blue widget?"))

    with pytest.raises(KeyboardInterrupt):
        run_workflow(shown.home, WORKFLOW)

    with open_instance(shown.path) as instance:
        assert all(run.is_finished for run in instance.get_runs())
    shown.agents = None
    shown.reopen()
    assert run_workflow(shown.home, WORKFLOW).counts["tickets.propose"] == 1


def test_a_failing_connector_raises_one_card_until_it_works(shown: Desk) -> None:
    """A mailbox that can't be read does not end the run, and is told once."""
    inbox, away = shown.path / "mail/inbox", shown.path / "mail/away"
    inbox.rename(away)
    inbox.write_text("no folder")

    first = run_workflow(shown.home, WORKFLOW)
    run_workflow(shown.home, WORKFLOW)

    assert any(one.startswith("connector mail:") for one in first.failed)
    assert len(shown.events("notice.raised")) == 1
    inbox.unlink()
    away.rename(inbox)
    run_workflow(shown.home, WORKFLOW)
    assert len(shown.events("notice.dismissed")) == 1


def test_one_bad_task_does_not_fail_its_batch(shown_outside: Outside) -> None:
    """A workflow whose agent is unknown fails its tasks, and the run still ends well."""
    desk = shown_outside()
    desk.agents = {}
    desk.reopen()

    report = run_workflow(desk.home, "answers")

    assert report.counts["tickets.failed"] == 1
    assert report.counts["outcomes.waiting"] == 1
