"""Proves the pages of the workflows: trust and its evidence, running one now, and the brake."""

import pytest

from aios_defs.services.approve import approve, reject
from aios_defs.services.evidence import missing, wilson_lower
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, LOU, STRANGER, Mail

QUESTION = "How much is the blue widget?"


def test_the_list_says_how_far_each_workflow_is_trusted_and_what_waits(console: Console) -> None:
    """A workflow that has asked once stands on `asks`, with what waits counted."""
    console.desk.receive(Mail(text=QUESTION, sender=STRANGER))

    page = words(console.get("/workflows"))
    (told,) = console.json("/api/workflows")["workflows"]

    assert "Answer questions about widgets." in page
    assert "1 to approve" in page
    assert told["stage"]["now"] == "asks"
    assert told["open"]["decisions"] == 1
    assert told["cadence"]["last_message_at"]


def test_a_workflow_that_never_ran_is_catalogued(console: Console) -> None:
    """Before the first decision the page says what the next step misses."""
    told = console.json("/api/workflows/support")

    assert told["stage"]["now"] == "catalogued"
    assert "first task" in told["stage"]["misses"]
    assert "no message yet" in words(console.get("/workflows/support"))


def test_evidence_counts_answers_by_operation_and_contact_group(console: Console) -> None:
    """An approval, a rejection and what a rule let through are told apart, each by who it is to."""
    desk = console.desk
    desk.receive(Mail(text=QUESTION, sender=STRANGER))
    approve(desk.kernel, desk.action().id, window=0)
    desk.receive(Mail(text=QUESTION, sender=STRANGER))
    reject(desk.kernel, desk.action().id, "not now")
    desk.receive(Mail(text=QUESTION, sender=KIM))

    found = {one["group"]: one for one in console.json("/api/workflows/support")["evidence"]}

    strangers, customers = found["strangers"], found["customer"]
    assert (strangers["as_written"], strangers["rejected"], strangers["by_rule"]) == (1, 1, 0)
    assert (customers["as_written"], customers["by_rule"]) == (0, 1)
    assert "mail.send" in words(console.get("/workflows/support"))


def test_the_bar_is_passed_by_as_many_answers_as_are_missing() -> None:
    """What is called missing is exactly what lifts the lower bound to nine in ten."""
    assert missing(0, 0) == 35
    assert wilson_lower(35, 35) >= 0.9 > wilson_lower(34, 34)
    assert wilson_lower(10 + missing(10, 12), 12 + missing(10, 12)) >= 0.9


def test_rules_that_can_meet_an_operation_are_shown(console: Console) -> None:
    """The page quotes each rule of the file that names an operation of the workflow."""
    page = words(console.get("/workflows/support"))

    assert "reply-inside-a-thread" in page
    assert "action.audience_violations.size() > 0" in page


def test_run_now_works_in_the_lane_and_tells_what_was_done(console: Console) -> None:
    """The button runs the workflow once, and the page it leads to tells the outcome."""
    sent = console.post("/workflows/support/run", "run:support")

    assert (sent.status_code, sent.headers["location"]) == (303, "/workflows/support#run")
    assert console.lane.ran == ["support"]
    assert "nothing was new" in words(console.get("/workflows/support"))


def test_a_program_runs_a_workflow_and_reads_the_result(console: Console) -> None:
    """The API answers with how the run is going and what it did."""
    told = console.call("/api/workflows/support/run", "run:support").json()

    assert (told["state"], told["result"]["workflow"]) == ("done", "support")


def test_an_unknown_workflow_is_not_found(console: Console) -> None:
    """Neither the page, nor the API, nor a run knows a workflow that the catalog has not."""
    assert console.get("/workflows/nothing").status_code == 404
    assert console.get("/api/workflows/nothing").status_code == 404
    assert console.post("/workflows/nothing/run", "run:nothing").status_code == 404
    assert console.lane.ran == []


def test_a_paused_workflow_is_not_run(console: Console) -> None:
    """Run now is refused while the workflow is paused, with how to let it go on."""
    console.post("/pause", "brake:workflow:support", scope="workflow:support")

    refused = console.call("/api/workflows/support/run", "run:support")

    assert refused.status_code == 409
    assert "aios resume workflow:support" in refused.json()["remedy"]


@pytest.mark.parametrize("scope", ["all", "workflow:support", "agent:support", "connector:mail"])
def test_each_scope_is_paused_and_resumed(console: Console, scope: str) -> None:
    """The brake stops a scope and lets it go on, from a page and for a program."""
    about = "brake" if scope == "all" else f"brake:{scope}"

    paused = console.call("/api/pause", about, scope=scope).json()
    page = words(console.get("/workflows"))
    resumed = console.post("/resume", about, scope=scope, to="/workflows")

    assert paused["paused"] == [scope]
    assert f"Paused: {'everything' if scope == 'all' else scope}" in page
    assert (resumed.status_code, resumed.headers["location"]) == (303, "/workflows")
    assert console.json("/api/workflows")["paused"] == []
    assert console.lane.woken == 1


def test_the_nonce_of_one_scope_pauses_no_other(console: Console) -> None:
    """A nonce made for one scope is refused for another, and nothing is paused."""
    refused = console.post("/pause", "brake:agent:support", scope="all")

    assert refused.status_code == 403
    assert console.json("/api/workflows")["paused"] == []


def test_an_unknown_scope_is_refused(console: Console) -> None:
    """A scope that names nothing is a mistake, with those there are."""
    refused = console.call("/api/pause", "brake:workflow:x", scope="workflow:x")

    assert refused.status_code == 422
    assert "workflow:support" in refused.json()["remedy"]


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/ok\r\nX: y",
        "javascript:alert(1)",
        "",
    ],
)
def test_the_brake_leads_to_no_other_host(console: Console, to: str) -> None:
    """Whatever a form names as the way back, it stays on our own pages."""
    sent = console.post("/pause", "brake", scope="all", to=to)

    assert (sent.status_code, sent.headers["location"]) == (303, "/workflows")


def test_metrics_of_a_workflow_are_drawn_with_their_tables(console: Console) -> None:
    """Each chart has its numbers as a table beside it, and says when there is nothing to draw."""
    console.desk.receive(Mail(text=QUESTION, sender=LOU))

    page = console.get("/workflows/support", since="1d")

    assert page.text.count("<figure") == 4
    assert page.text.count("As a table") == 2
    assert "Nothing in this time." in words(page)
    assert "style=" not in page.text
    assert console.json("/api/metrics", workflow="support")["totals"]["actions_committed"] == 1
