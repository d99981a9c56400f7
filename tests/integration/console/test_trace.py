"""Proves that a trace tells the whole story of any id, in words and as a picture."""

import re
from typing import Any

from aios_defs.services.approve import approve
from aios_defs.services.sweep import commit_due
from tests.integration.console.kit import Console, words
from tests.integration.desk import ASK_FIRST, KIM, STRANGER, Mail


def steps(console: Console, given: str) -> list[Any]:
    return console.json(f"/api/trace/{given}")["steps"]


def kinds(console: Console, given: str) -> list[str]:
    return [one["kind"] for one in steps(console, given)]


def asked(console: Console) -> Any:  # noqa: ANN401 - an action row
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(text="How much is the blue widget?"))
    return console.desk.action()


def test_an_action_that_went_out_names_every_step(console: Console) -> None:
    """Message, context, decision, fact, verdict, approval, action and effect, in this order."""
    action = asked(console)
    approve(console.kernel, action.id, content_hash=action.content_hash)
    console.desk.wait(seconds=30)
    commit_due(console.kernel)

    found = kinds(console, action.id)

    assert found == [
        "message", "context", "decision", "fact", "verdict", "approval", "action", "effect",
    ]  # fmt: skip
    assert [one["state"] for one in steps(console, action.id)][-3:] == [
        "approved", "went out", "committed",
    ]  # fmt: skip


def test_the_picture_draws_and_links_every_step(console: Console) -> None:
    """The picture has a link, a title and a mark for each step, and the list says the same."""
    action = asked(console)

    page = console.get(f"/trace/{action.id}").text
    picture = page[page.index("<svg") : page.index("</svg>")]

    for step in steps(console, action.id):
        assert f"<title>{step['title']}: {step['state']}</title>" in picture
    assert picture.count('class="spot"') == len(steps(console, action.id))
    assert f'href="/messages/{console.desk.messages()[0].id}"' in picture
    assert "<desc" in picture
    assert not re.search(r"\sstyle=", page)


def test_the_trace_says_why_it_was_asked_and_how_to_loosen_it(console: Console) -> None:
    """The rule stands there in words, as text, with its file and line."""
    action = asked(console)

    page = words(console.get(f"/trace/{action.id}"))
    (why,) = console.json(f"/api/trace/{action.id}")["why"]

    assert "Why this was asked" in page
    assert 'id: look-first action: "*" effect: ask' in page
    assert "policies.yaml, line 3" in page
    assert "aios policy check" in page
    assert [one["id"] for one in why["rules"]] == ["look-first"]


def test_every_id_of_a_story_leads_to_it(console: Console) -> None:
    """Task, message, decision, question, run and event all tell the same story."""
    console.desk.receive(Mail(sender=STRANGER, text="How much is the green widget?"))
    task, question = console.desk.task(), console.desk.question()
    event = console.desk.events("decision.made")[0].id
    ids = [task.id, task.message_ids[0], question.id, task.run_id, event, task.id[-8:]]

    stories = [kinds(console, one) for one in ids]

    assert stories == [["message", "context", "decision", "question"]] * len(ids)


def test_a_customer_who_writes_again_shows_the_branch_that_was_overtaken(console: Console) -> None:
    """The first decision is shown as superseded beside the second."""
    first = asked(console)
    again = Mail(text="And how much is the blue one?", answers=("mail-1@outside.example",))
    console.desk.receive(again)

    told = steps(console, first.id)

    verdicts = [one for one in told if one["kind"] == "verdict"]
    states = [one["state"] for one in told if one["kind"] in ("decision", "action")]
    assert len(verdicts) == 2
    assert any(one.startswith("superseded") for one in states)


def test_a_fact_has_a_story_too(console: Console) -> None:
    """What belongs to no task is told event by event."""
    fact = console.desk.events("fact.asserted")[0].correlation_id

    assert kinds(console, fact) == ["fact"]


def test_a_hostile_message_is_inert_in_the_picture(console: Console) -> None:
    """Markup in a subject stays text in the picture, its description and the list."""
    subject = '"><script>alert(1)</script><image href=x onerror=y>'
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(sender=KIM, subject=subject, text="How much is the blue widget?"))

    page = console.get(f"/trace/{console.desk.action().id}").text

    assert "<script>alert" not in page
    assert "<image" not in page


def test_an_unknown_id_is_a_page_with_a_way_on(console: Console) -> None:
    """An id that nothing has is said to be unknown, with where ids come from."""
    for given in ("nothing", "..%2f..%2fetc", "%00"):
        answer = console.get(f"/trace/{given}")
        assert answer.status_code == 404


def test_a_long_story_stays_a_small_page(console: Console) -> None:
    """A customer who writes forty times makes a page of the latest steps, below 100 kB."""
    console.desk.set_rules(ASK_FIRST)
    for number in range(40):
        again = Mail(text="And how much is the blue widget?", answers=("mail-1@outside.example",))
        console.desk.receive(again if number else Mail(text="How much is the blue widget?"))

    page = console.get(f"/trace/{console.desk.task().id}")

    assert len(page.content) < 100_000
    assert "came before them" in words(page)
