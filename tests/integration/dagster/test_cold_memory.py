"""Proves the filling of cold memory as a partitioned asset, and that it is asked at once."""

import json
import shutil
from typing import Any

import lancedb
from dagster import AssetKey, AssetRecordsFilter, RunRequest, SkipReason

from aios_defs.core.labels import Level
from aios_defs.definitions import build
from aios_defs.services.recall import Question, Recalled, recall
from resources.dagster_home import lend
from resources.dagster_instance import open_instance
from resources.dagster_runs import RunOrder, run_here
from sensors.cold_schedule import hourly_cold_memory
from tests.integration.dagster.runs import cards, failed_checks, plant, row_ids
from tests.integration.dagster.ticks import tick
from tests.integration.desk import STRANGER, Desk, Mail

DAY = 86_400


def due(desk: Desk) -> RunRequest | SkipReason:
    with open_instance(desk.path) as instance:
        answer = tick(hourly_cold_memory, instance, lend(desk.home))
    assert isinstance(answer, RunRequest | SkipReason)
    return answer


def run_due(desk: Desk) -> str:
    """Run what the schedule asks for; returns the run's id."""
    asked = due(desk)
    assert isinstance(asked, RunRequest)
    with open_instance(desk.path) as instance:
        job = build(lend(desk.home)).resolve_job_def("cold_memory_fill")
        result = run_here(instance, RunOrder(job=job, tags=dict(asked.tags), ops={}))
    assert result.is_success, result.failed
    return result.run_id


def fill_due(desk: Desk) -> dict[str | None, dict[str, object]]:
    """Run what the schedule asks for; returns what was told of each day."""
    ran = run_due(desk)
    with open_instance(desk.path) as instance:
        wanted = AssetRecordsFilter(AssetKey("cold_memory"))
        records = instance.fetch_materializations(wanted, limit=99).records
        told = [(one.partition_key, one.asset_materialization, one.run_id) for one in records]
        logs = json.dumps([one.to_json() for one in instance.all_logs(ran)])
    assert STRANGER not in logs
    assert "blue widget" not in logs
    return {
        day: {name: value.value for name, value in made.metadata.items()}
        for day, made, run_id in told
        if made is not None and run_id == ran
    }


def ask(desk: Desk, text: str) -> Recalled:
    question = Question(text=text, levels=tuple(Level))
    return recall(desk.kernel, desk.home.memories.serving(), question)


def test_a_materialisation_tells_the_versions_of_its_tables(past: Desk) -> None:
    """Of each level that holds something: the table that lies there, its rows, Lance's version."""
    past.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    first = tables_told(past)
    past.receive(Mail(text="Is the green widget waterproof?", identity="two@outside.example"))
    past.clock.sleep(DAY)
    second = tables_told(past)

    for name, (rows, version) in second.items():
        table = lancedb.connect((past.path / "lance" / name).parent).open_table(name.split("/")[-1])
        assert (table.count_rows(), table.version) == (rows, version)
    (shareable,) = (one for one in second if one.endswith("/shareable_0"))
    assert shareable.startswith("cold/")
    assert second[shareable] > first[shareable]


def tables_told(desk: Desk) -> dict[str, tuple[int, int]]:
    """Return the rows and version of each table that the newest fill told of."""
    told: Any = next(iter(fill_due(desk).values()))["artifact"]
    return {one["name"]: (one["rows"], one["version"]) for one in told}


def test_days_are_filled_in_one_run_and_told_once(past: Desk) -> None:
    """Each day has its materialisation; the running one is filled as well and told when over."""
    past.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    past.clock.sleep(DAY)
    past.receive(Mail(text="Is the green widget waterproof?", identity="two@outside.example"))
    first = fill_due(past)
    again = due(past)
    past.clock.sleep(DAY)
    second = fill_due(past)

    assert {day: told["is_done"] for day, told in first.items()} == {
        "2025-05-06": True, "2025-05-07": False,
    }  # fmt: skip
    assert isinstance(again, SkipReason)
    assert second["2025-05-07"]["is_done"] is True
    with past.kernel.ledger.view() as view:
        told = [one.data["partition"] for one in view.events(types=("memory.archived.v1",))]
    assert told == ["2025-05-06", "2025-05-07"]


def test_what_is_not_filled_yet_is_found_all_the_same(past: Desk) -> None:
    """A mail is recalled before any run, and with the same score after it."""
    past.receive(Mail(text="Is the green widget waterproof?", sender=STRANGER))
    before = ask(past, "waterproof widget")
    fill_due(past)
    after = ask(past, "waterproof widget")

    assert before.hits == after.hits
    assert "waterproof" in after.hits[0].text


def test_dropped_and_filled_again_it_answers_the_same(past: Desk) -> None:
    """Cold memory is a view of the ledger: deleting its folder loses nothing."""
    past.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    fill_due(past)
    first = ask(past, "blue widget price")
    shutil.rmtree(past.path / "lance/cold")
    gone = ask(past, "blue widget price")
    past.clock.sleep(DAY)
    fill_due(past)
    again = ask(past, "blue widget price")

    assert first.hits
    assert gone.hits == first.hits
    assert again.hits == first.hits


def test_what_is_not_as_it_must_be_is_not_put_in(past: Desk) -> None:
    """A planted row keeps its batch out, the check names it, and what was in serves as before."""
    past.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    fill_due(past)
    index = past.home.memories.filling().index
    before = index.standing()
    past.clock.sleep(DAY)
    past.receive(Mail(text="Is the green widget waterproof?", identity="two@outside.example"))
    plant(past, "UPDATE interactions SET direction = 'sideways'")
    past.clock.sleep(DAY)

    failed = failed_checks(past.home, run_due(past))

    assert index.standing() == before
    (found,) = row_ids(failed["cold_memory.expectations"]).values()
    assert [one.split(":")[0] for one in found] == ["turn"]
    assert [card.about for card in cards(past)] == ["cold_memory"]
    with past.kernel.ledger.view() as view:
        told = [one.data["partition"] for one in view.events(types=("memory.archived.v1",))]
    assert told == ["2025-05-06"]

    past.kernel.ledger.rebuild()
    assert failed_checks(past.home, run_due(past)) == {}
    assert index.standing().position > before.position
    assert cards(past) == []
