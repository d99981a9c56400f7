"""Proves that failed runs and absences become cards, and that the gateway's mail is left to it."""

from collections.abc import Iterator

import pytest
from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    SkipReason,
)

from aios_defs.core.rows.telling import PulseRow
from aios_defs.definitions import run_workflow
from aios_defs.services.pulse import DAEMON
from aios_defs.services.recover import skip
from resources.dagster_home import lend
from resources.dagster_instance import open_instance
from resources.process_status import ChildStatus, UpStatus, write_status
from sensors.absences import absences
from sensors.mail_probe import mail_probe
from sensors.run_failures import run_failures
from sensors.run_mirror import run_mirror
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.dagster.ticks import tick
from tests.integration.desk import Desk, Mail


@pytest.fixture
def instance(shown: Desk) -> Iterator[DagsterInstance]:
    """The instance of the desk's home."""
    with open_instance(shown.path) as one:
        yield one


def said(answer: object) -> str:
    assert isinstance(answer, SkipReason)
    return str(answer.skip_message)


def fail_once(desk: Desk) -> str:
    """Let a run fail, because the place of its tables is taken; returns its id."""
    desk.deliver(Mail(text="How much is the blue widget?"))
    (desk.path / "lance").rmdir()
    (desk.path / "lance").write_text("in the way")
    report = run_workflow(desk.home, WORKFLOW)
    assert report.failed
    (desk.path / "lance").unlink()
    (desk.path / "lance").mkdir()
    return report.run_id


def serve(desk: Desk) -> None:
    """Say that a gateway works on the home."""
    since = "2031-01-01T00:00:00Z"
    child = ChildStatus(name="gateway", pid=1, since=since, restarts=0)
    status = UpStatus(
        state="running",
        pid=1,
        worker=desk.kernel.workers.me,
        since=since,
        ports={"console": 3600},
        children=(child,),
    )
    write_status(desk.path, status)


def test_a_failed_run_is_a_card_until_one_succeeds(shown: Desk, instance: DagsterInstance) -> None:
    """The card names the run, the step and the code; the next good run of the kind ends it."""
    run_id = fail_once(shown)

    tick(run_failures, instance, lend(shown.home))
    tick(run_failures, instance, lend(shown.home))
    (card,) = shown.cards("notice")
    run_workflow(shown.home, WORKFLOW)
    tick(run_failures, instance, lend(shown.home))

    assert run_id in str(card["summary"])
    assert "messages: storage_failed" in str(card["summary"])
    assert shown.cards("notice") == []


def test_a_dismissed_failure_is_not_told_again(shown: Desk, instance: DagsterInstance) -> None:
    """Who has seen that a run failed hears only of the next one that fails."""
    fail_once(shown)
    tick(run_failures, instance, lend(shown.home))
    skip(shown.kernel, str(shown.cards("notice")[0]["id"]))

    tick(run_failures, instance, lend(shown.home))

    assert shown.cards("notice") == []
    again = fail_once(shown)
    tick(run_failures, instance, lend(shown.home))
    assert [again in str(card["summary"]) for card in shown.cards("notice")] == [True]


def test_a_run_that_dagster_retries_is_no_card_yet(shown: Desk, instance: DagsterInstance) -> None:
    """What Dagster starts again by itself is not the operator's business."""
    run_id = fail_once(shown)
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert run.status is DagsterRunStatus.FAILURE
    instance.add_run_tags(run_id, {"dagster/will_retry": "true"})

    tick(run_failures, instance, lend(shown.home))

    assert shown.cards("notice") == []


def test_the_sensors_give_the_daemons_sign_of_life(shown: Desk, instance: DagsterInstance) -> None:
    """A daemon whose sensors tick is alive, and absences are looked for without the gateway."""
    tick(absences, instance, lend(shown.home))
    shown.wait(days=58, hours=12)

    answer = said(tick(absences, instance, lend(shown.home)))

    with shown.kernel.ledger.view() as view:
        pulse = view.get(PulseRow, DAEMON)
    assert pulse is not None
    assert pulse.at == shown.clock.now()
    assert answer.startswith("1 card(s) raised")
    assert "may write only until" in str(shown.cards("notice")[0]["summary"])


def test_mail_is_left_to_the_gateway_while_it_serves(
    shown: Desk, instance: DagsterInstance
) -> None:
    """The probe asks for the tables once, and then not for what the gateway takes in anyway."""
    serve(shown)
    shown.deliver(Mail(text="How much is the blue widget?"))

    first = tick(mail_probe, instance, lend(shown.home))
    run_workflow(shown.home, WORKFLOW)
    shown.deliver(Mail(text="What does the blue widget cost?"))
    shown.take()

    assert [one.tags["aios/because"] for one in first.run_requests or []] == ["tables"]  # type: ignore[union-attr]  # no skip
    assert said(tick(mail_probe, instance, lend(shown.home))) == "Nothing new."


def test_the_mirror_is_left_to_the_gateway_until_it_lags(
    shown: Desk, instance: DagsterInstance
) -> None:
    """What just happened is the gateway's to mirror; a minute later the sensor does it."""
    shown.receive(Mail(text="How much is the blue widget?"))
    assert said(tick(run_mirror, instance, lend(shown.home))).startswith("0 run(s) mirrored")
    shown.wait(seconds=61)

    assert said(tick(run_mirror, instance, lend(shown.home))).startswith("2 run(s) mirrored")
