"""Proves that the sensors look and ask, and never work: probe, mirror, schedule."""

from dagster import RunRequest, SkipReason

from aios_defs.definitions import run_workflow
from aios_defs.services.pause import pause
from resources.dagster_home import HomeResource, lend
from resources.dagster_instance import open_instance
from sensors.mail_probe import mail_probe, wanted_runs
from sensors.memory_schedule import hourly_memory
from sensors.run_mirror import run_mirror
from tests.integration.dagster.conftest import WORKFLOW, Worked
from tests.integration.dagster.runs import refresh_memory
from tests.integration.dagster.ticks import tick
from tests.integration.desk import Desk, Mail


def position(desk: Desk) -> int:
    with desk.kernel.ledger.view() as view:
        return view.head().position


def test_new_mail_requests_one_run_of_ids_only(shown: Desk) -> None:
    """The probe asks for a run of the workflow, takes nothing in, and names no path or address."""
    shown.deliver(Mail(text="How much is the blue widget?"))
    before = position(shown)

    with open_instance(shown.path) as instance:
        (request,) = wanted_runs(instance, shown.kernel)

    assert request.tags["aios/because"] == "new_items"
    assert set(request.run_config["ops"]) == {"messages", "tickets"}
    assert {str(one["config"]) for one in request.run_config["ops"].values()} == {
        "{'workflow': 'support'}"
    }
    assert position(shown) == before


def test_a_failed_run_is_not_asked_for_again_at_once(shown: Desk) -> None:
    """What is broken for good does not start a run every half minute."""
    shown.deliver(Mail(text="How much is the blue widget?"))
    (shown.path / "lance").rmdir()
    (shown.path / "lance").write_text("in the way")
    assert run_workflow(shown.home, WORKFLOW).failed
    shown.deliver(Mail(text="What does the blue widget cost?"))

    with open_instance(shown.path) as instance:
        assert wanted_runs(instance, shown.kernel) == []


def test_nothing_new_requests_nothing(worked: Worked) -> None:
    """After a run that left only what the operator decides, the probe skips."""
    with open_instance(worked.desk.path) as instance:
        answer = tick(mail_probe, instance, lend(worked.desk.home))

    assert isinstance(answer, SkipReason)


def test_a_paused_workflow_requests_no_run_for_its_tasks(shown: Desk) -> None:
    """What a pause holds back must not start a run every half minute."""
    shown.deliver(Mail(text="How much is the blue widget?"))
    shown.take()
    pause(shown.kernel, "all")

    with open_instance(shown.path) as instance:
        assert wanted_runs(instance, shown.kernel) == []


def test_without_a_home_the_sensors_say_what_to_do(shown: Desk) -> None:
    """A Dagster that is started before `aios init` skips with the remedy."""
    with open_instance(shown.path) as instance:
        answers = [tick(one, instance, HomeResource()) for one in (mail_probe, run_mirror)]

    assert all(isinstance(one, SkipReason) for one in answers)
    assert all("aios init" in str(one.skip_message) for one in answers)  # type: ignore[union-attr]  # asserted above


def test_the_schedule_refreshes_only_what_grew(shown: Desk) -> None:
    """Memory is built anew in an hour in which something happened, and not in the next."""
    shown.deliver(Mail(text="How much is the blue widget?"))
    run_workflow(shown.home, WORKFLOW)
    with open_instance(shown.path) as instance:
        assert isinstance(tick(hourly_memory, instance, lend(shown.home)), RunRequest)

    refresh_memory(shown.home)

    with open_instance(shown.path) as instance:
        assert isinstance(tick(hourly_memory, instance, lend(shown.home)), SkipReason)
