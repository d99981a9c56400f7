"""Proves what the metrics of a home say about its mail, decisions and effects."""

from datetime import timedelta

import pytest

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.metrics import COUNTERS, length_words, quantiles
from aios_defs.services.approve import approve, edit_and_approve
from aios_defs.services.metrics import catch_up, read_counts
from aios_defs.services.metrics_view import Scope, metrics
from aios_defs.services.sweep import commit_due
from tests.integration.desk import KIM, STRANGER, Desk, Mail


def total(desk: Desk, metric: str, **labels: str) -> int:
    """Return the sum of a metric over all hours, of those labels."""
    return sum(
        value
        for cell, value in read_counts(desk.kernel).items()
        if cell.metric == metric
        and all(getattr(cell.labels, name) == text for name, text in labels.items())
    )


def lengths(desk: Desk, metric: str) -> dict[int, int]:
    """Return the buckets of a histogram that hold something."""
    cells = read_counts(desk.kernel).items()
    return {cell.le_ms or 0: value for cell, value in cells if cell.metric == metric and value}


def test_a_reply_that_a_rule_allows_is_counted_by_workflow_agent_and_connector(desk: Desk) -> None:
    """One mail answered by itself is one of each, under the names of who did it."""
    desk.receive(Mail(text="How much is the blue widget?"))

    of_all = {"workflow": "support", "agent": "support", "connector": "mail"}
    assert total(desk, "messages_received", connector="mail") == 1
    assert total(desk, "tasks_created", workflow="support", connector="mail") == 1
    assert total(desk, "decisions_made", **of_all) == 1
    assert total(desk, "actions_committed", **of_all) == 1
    assert lengths(desk, "decision_ms") == {10: 1}
    assert lengths(desk, "commit_ms") == {10: 1}
    assert total(desk, "waiting_change") == 0


def test_what_waits_for_the_operator_is_timed_until_the_answer(desk: Desk) -> None:
    """A decision approved after three hours has waited that long, and waits no more."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    assert total(desk, "waiting_change") == 1

    desk.wait(hours=3)
    approve(desk.kernel, desk.action().id)
    desk.wait(seconds=12)
    commit_due(desk.kernel)

    four_hours, fifteen_seconds, two_seconds = 4 * 3_600_000, 15_000, 2_000
    assert total(desk, "waiting_change") == 0
    assert lengths(desk, "operator_ms") == {four_hours: 1}
    assert lengths(desk, "approved_ms") == {fifteen_seconds: 1}
    assert lengths(desk, "commit_ms") == {two_seconds: 1}


def test_what_is_approved_without_a_window_is_due_at_once(desk: Desk) -> None:
    """Approved to leave now and committed three seconds later, it took three seconds both ways."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    approve(desk.kernel, desk.action().id, window=0)
    desk.wait(seconds=3)
    commit_due(desk.kernel)

    assert lengths(desk, "approved_ms") == lengths(desk, "commit_ms") == {5000: 1}


def test_an_edit_counts_once_and_ends_the_waiting(desk: Desk) -> None:
    """An edited decision is one edit, and nothing waits after it."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    action = desk.action()
    arguments = {**desk.arguments(action), "body": "It costs 41.00 EUR."}

    edit_and_approve(desk.kernel, action.id, arguments)

    assert total(desk, "actions_edited", workflow="support") == 1
    assert total(desk, "waiting_change") == 0


def test_kept_counts_and_the_newest_events_are_read_as_one(desk: Desk) -> None:
    """What was kept and what came after it add up, whoever kept it, and no event counts twice."""
    desk.receive(Mail(text="How much is the blue widget?"))
    assert catch_up(desk.kernel, least=1) > 0
    assert catch_up(desk.kernel, least=1) == 0
    desk.wait(hours=2)
    desk.receive(Mail(text="How much is the blue widget?", sender=KIM))

    newest = read_counts(desk.kernel, since=desk.clock.now() - timedelta(hours=1))

    assert total(desk, "messages_received") == 2
    assert [n for cell, n in newest.items() if cell.metric == "messages_received"] == [1]


def test_a_quantile_is_the_bound_of_its_bucket() -> None:
    """Half and nineteen twentieths of the lengths lie under the bounds that are told."""
    found = quantiles({10: 18, 1000: 1, 0: 1})

    assert (found.count, found.p50_ms, found.p95_ms) == (20, 10, 1000)
    assert quantiles({0: 3}).p50_ms is None
    assert quantiles({}).count == 0


def test_the_waiting_level_counts_what_began_before_the_window(desk: Desk) -> None:
    """A question of last week still waits in this week's series, in each of its steps."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    catch_up(desk.kernel, least=1)
    desk.wait(days=3)

    found = metrics(desk.kernel, Scope(since=timedelta(hours=5)))

    series = found["series"]
    assert isinstance(series, list)
    assert found["waiting"] == 1
    assert found["step"] == "hour"
    assert [one["waiting"] for one in series if isinstance(one, dict)] == [1] * 6


def test_a_scope_counts_only_what_is_its_own(desk: Desk) -> None:
    """Asked about one workflow, what has no workflow or another one is left out."""
    desk.receive(Mail(text="How much is the blue widget?"))

    ours = metrics(desk.kernel, Scope(workflow="support"))
    others = metrics(desk.kernel, Scope(workflow="nothing"))

    assert ours["totals"] == {**empty(), **done(messages_received=0)}
    assert others["totals"] == empty()


def empty() -> dict[str, int]:
    """Return the totals of nothing."""
    return dict.fromkeys(COUNTERS, 0)


def done(**others: int) -> dict[str, int]:
    """Return the totals of one mail that is answered by itself."""
    names = ("messages_received", "tasks_created", "tasks_completed", "decisions_made")
    return {**dict.fromkeys((*names, "actions_proposed", "actions_committed"), 1), **others}


def test_metrics_of_no_time_are_refused(desk: Desk) -> None:
    """A length of nothing, or of years, is a mistake of who asks."""
    for length in (timedelta(0), timedelta(days=4000)):
        with pytest.raises(UsageInvalid):
            metrics(desk.kernel, Scope(since=length))


def test_a_length_is_told_in_its_largest_unit_without_losing_a_half() -> None:
    """Half of five seconds is told as it is, not cut off."""
    told = [length_words(ms) for ms in (5, 2500, 15_000, 450_000, 14_400_000, 604_800_000)]

    assert told == ["5 ms", "2.5 s", "15 s", "7.5 min", "4 h", "7 d"]
