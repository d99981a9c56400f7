"""Proves that a build which is not as it must be never replaces a good one, and that it is told."""

import json
import subprocess
import sys

import pytest
from dagster import AssetKey

from aios_defs.core.model import JsonObject
from aios_defs.definitions import build, run_workflow
from aios_defs.services.tables.workflows import workflow_form
from resources.artifacts import ArtifactStore
from resources.dagster_home import lend
from resources.dagster_instance import open_instance
from resources.quality.verdicts import ARTIFACTS, Verdicts
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.dagster.runs import (
    cards,
    evaluations,
    failed_checks,
    plant,
    refresh_memory,
)
from tests.integration.desk import STRANGER, Desk, Mail

QUESTION = "How much is the blue widget?"
BAD_FACTS = "UPDATE facts SET confidence = 7.5"
BAD_TICKETS = "UPDATE tasks SET attempt = -1"


@pytest.fixture
def served(shown: Desk) -> Desk:
    """A desk whose memory was built once."""
    shown.deliver(Mail(text=QUESTION, sender=STRANGER))
    run_workflow(shown.home, WORKFLOW)
    assert refresh_memory(shown.home).is_success
    return shown


def tickets(desk: Desk) -> list[JsonObject]:
    """Return the tickets that serve."""
    return ArtifactStore(desk.path / "lance").read(workflow_form("tickets"))[""]


def test_honest_builds_meet_all_that_is_expected(served: Desk) -> None:
    """Every check of every artifact passes, and no card is raised."""
    result = refresh_memory(served.home)

    assert failed_checks(served.home, result.run_id) == {}
    checked = {one.asset_key.to_user_string() for one in evaluations(served.home, result.run_id)}
    assert checked == {*ARTIFACTS} - {"cold_memory"}
    assert cards(served) == []


def test_a_good_build_ends_the_card_and_is_served(served: Desk) -> None:
    """Once the rows are folded anew the next build serves, and the card is gone."""
    plant(served, BAD_FACTS)
    refresh_memory(served.home)
    assert len(cards(served)) == 1
    served.kernel.ledger.rebuild()

    result = refresh_memory(served.home)

    assert failed_checks(served.home, result.run_id) == {}
    assert cards(served) == []
    verdict = Verdicts(served.path).last("facts")
    assert verdict is not None
    assert verdict.is_sound
    assert verdict.served == verdict.position


def test_a_bad_build_is_asked_about_once(served: Desk) -> None:
    """Build after build that fails keeps one card, and the one that serves."""
    plant(served, BAD_FACTS)
    first = refresh_memory(served.home)
    second = refresh_memory(served.home)

    assert "facts.expectations" in failed_checks(served.home, first.run_id)
    assert "facts.expectations" in failed_checks(served.home, second.run_id)
    assert len(cards(served)) == 1


def test_a_mail_run_keeps_a_bad_table_back(served: Desk) -> None:
    """The run itself leaves the former table and raises the card; the next good one ends it."""
    before = tickets(served)
    plant(served, BAD_TICKETS)
    run_workflow(served.home, WORKFLOW)
    kept_back, asked = tickets(served), [card.about for card in cards(served)]
    served.kernel.ledger.rebuild()
    served.deliver(Mail(text=QUESTION, identity="next@outside.example"))

    run_workflow(served.home, WORKFLOW)

    assert kept_back == before
    assert asked == ["tickets"]
    assert len(tickets(served)) == len(before) + 1
    assert cards(served) == []


def test_the_hourly_check_serves_what_is_good_again(served: Desk) -> None:
    """What a mail run kept back is built anew within the hour: looked at in full, and served."""
    served.deliver(Mail(text=QUESTION, identity="next@outside.example"))
    plant(served, BAD_TICKETS)
    run_workflow(served.home, WORKFLOW)
    kept_back = len(tickets(served))
    first = refresh_memory(served.home)
    served.kernel.ledger.rebuild()

    second = refresh_memory(served.home)

    assert [*failed_checks(served.home, first.run_id)] == ["tickets.expectations"]
    assert failed_checks(served.home, second.run_id) == {}
    assert len(tickets(served)) == kept_back + 1
    assert cards(served) == []


def test_a_build_that_was_not_written_is_not_said_to_serve(served: Desk) -> None:
    """Where the table can't be replaced, the verdict stays that of the former one."""
    verdicts = Verdicts(served.path)
    before = verdicts.last("messages"), verdicts.last("facts")
    served.deliver(Mail(text=QUESTION, identity="next@outside.example"))
    for folder in ("memory", "workflows"):
        (served.path / "lance" / folder).rename(served.path / folder)
        (served.path / "lance" / folder).touch()

    failed = run_workflow(served.home, WORKFLOW).failed
    messages = verdicts.last("messages")
    is_refreshed = refresh_memory(served.home).is_success

    assert failed
    assert not is_refreshed
    assert (messages, verdicts.last("facts")) == before


def test_one_table_is_checked_alone(shown: Desk) -> None:
    """Materialising one table from Dagster's pages checks that one and no other."""
    shown.deliver(Mail(text=QUESTION))
    job = build(lend(shown.home)).resolve_implicit_global_asset_job_def()

    with open_instance(shown.path) as instance:
        ran = job.execute_in_process(instance=instance, asset_selection=[AssetKey("messages")])

    checked = {(one.asset_key, one.check_name) for one in evaluations(shown.home, ran.run_id)}
    assert checked == {
        (AssetKey("messages"), name) for name in ("expectations", "drift", "freshness")
    }


def test_what_is_left_behind_is_not_fresh(served: Desk) -> None:
    """While no build passes, what happened since is missing: the check of freshness fails too."""
    plant(served, BAD_FACTS)
    served.receive(Mail(text=QUESTION, identity="later@outside.example"))
    served.clock.sleep(4 * 3600)

    result = refresh_memory(served.home)

    assert "facts.freshness" in failed_checks(served.home, result.run_id)


def test_no_text_of_a_person_is_in_what_is_told(served: Desk) -> None:
    """Checks, verdicts and logs name rows by id, whatever value was wrong."""
    plant(served, "UPDATE profiles SET stage = :value", value=STRANGER)

    result = refresh_memory(served.home)

    assert "profiles.expectations" in failed_checks(served.home, result.run_id)
    with open_instance(served.path) as instance:
        logs = json.dumps([one.to_json() for one in instance.all_logs(result.run_id)])
    kept = "".join(file.read_text() for file in (served.path / "lance/quality").iterdir())
    (card,) = cards(served)
    for told in (logs, kept, card.summary, card.remedy):
        assert STRANGER not in told
        assert QUESTION not in told


def test_no_mail_waits_for_great_expectations() -> None:
    """Neither loading the definitions imports the library, nor has a mail's run a check in it."""
    code = (
        "import sys; from aios_defs.definitions import defs; "
        "steps = [node.name for node in defs.resolve_job_def('workflow_run').nodes]; "
        "assert 'great_expectations' not in sys.modules; print(*sorted(steps))"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.split()[-4:] == ["messages", "outcomes", "replies", "tickets"]
    assert len(done.stdout.split()) == 4
