"""Proves that Dagster makes the day's digest once, holds none of its text, and keeps its head."""

from dagster import DagsterInstance, RunRequest, SkipReason

from aios_defs.definitions import build
from aios_defs.services.digest import make_digest
from aios_defs.services.notices import raise_notice
from resources.anchors import known_heads
from resources.dagster_home import HomeResource, lend
from resources.dagster_instance import open_instance
from resources.dagster_runs import RunOrder, run_here
from sensors.digest_schedule import digest_of_the_day
from tests.integration.dagster.ticks import tick
from tests.integration.desk import Desk


def look(desk: Desk, instance: DagsterInstance) -> RunRequest | SkipReason:
    answer = tick(digest_of_the_day, instance, lend(desk.home))
    assert isinstance(answer, RunRequest | SkipReason)
    return answer


def make(desk: Desk, instance: DagsterInstance) -> None:
    job = build(lend(desk.home)).resolve_job_def("daily_digest")
    assert run_here(instance, RunOrder(job=job, tags={}, ops={})).is_success


def test_the_digest_of_a_day_is_made_once(shown: Desk) -> None:
    """The schedule asks when it is time, and not again once the run has made and shown it."""
    with open_instance(shown.path) as instance:
        early = look(shown, instance)
        shown.wait(hours=1)
        due = look(shown, instance)
        make(shown, instance)
        after = look(shown, instance)
        make(shown, instance)

    assert isinstance(early, SkipReason)
    assert isinstance(due, RunRequest)
    assert isinstance(after, SkipReason)
    assert len(shown.events("digest.made")) == 1


def test_what_the_gateway_made_is_shown(shown: Desk) -> None:
    """A digest that Dagster does not know yet is asked for."""
    make_digest(shown.kernel)

    with open_instance(shown.path) as instance:
        answer = look(shown, instance)

    assert isinstance(answer, RunRequest)


def test_its_materialisation_keeps_the_head_and_no_text(shown: Desk) -> None:
    """The head is one more to compare with; what a card says is in no part of Dagster's storage."""
    raise_notice(shown.kernel, "connector", "mail", "Qxzjk says no.", "Ask Qxzjk.")
    shown.wait(hours=1)

    with open_instance(shown.path) as instance:
        make(shown, instance)

    anchors = [one for one in known_heads(shown.path) if "digest" in one.source]
    stored = b"".join(one.read_bytes() for one in (shown.path / "dagster").rglob("*.db*"))
    assert len({(one.position, one.hash) for one in anchors}) == 1
    assert {one.source.split()[0] for one in anchors} == {"materialization", "digest"}
    assert b"Qxzjk" not in stored


def test_without_a_home_it_says_what_to_do(shown: Desk) -> None:
    """A Dagster that is started before `aios init` skips with the remedy."""
    with open_instance(shown.path) as instance:
        answer = tick(digest_of_the_day, instance, HomeResource())

    assert isinstance(answer, SkipReason)
    assert "aios init" in str(answer.skip_message)
