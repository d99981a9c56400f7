"""Proves that the timeline shows everything exactly once, in words, whatever is asked for."""

from typing import Any

import pytest

from aios_defs.core.model import JsonObject
from aios_defs.services.timeline import Wanted, timeline
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, LOU, STRANGER, Mail


def busy(console: Console) -> None:
    for sender, text in ((KIM, "How much is the blue widget?"), (STRANGER, "Green widget price?")):
        console.desk.receive(Mail(sender=sender, subject=f"For {sender}", text=text))


def positions(page: JsonObject) -> list[int]:
    entries: Any = page["entries"]
    return [line["position"] for entry in entries for line in (entry, *entry["folded"])]


def walk(console: Console, wanted: Wanted, size: int) -> list[int]:
    found: list[int] = []
    before: Any = None
    while True:
        asked = Wanted(group=wanted.group, actor=wanted.actor, person=wanted.person, before=before)
        page = timeline(console.kernel, asked, size=size)
        found += positions(page)
        before = page["older"]
        if before is None:
            return found


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_pages_show_every_event_exactly_once(console: Console, size: int) -> None:
    """Whatever the size of a page, walking to the end meets each position once."""
    busy(console)
    with console.kernel.ledger.view() as view:
        head = view.head().position

    found = walk(console, Wanted(), size)

    assert sorted(found) == list(range(1, head + 1))


def test_the_groups_share_out_all_events(console: Console) -> None:
    """Each event belongs to exactly one group of the filter."""
    busy(console)
    groups: Any = timeline(console.kernel, Wanted())["filters"]
    with console.kernel.ledger.view() as view:
        head = view.head().position

    found = [one for group in groups["groups"] for one in walk(console, Wanted(group=group), 50)]

    assert sorted(found) == list(range(1, head + 1))


def test_actors_share_out_all_events(console: Console) -> None:
    """Operator, agents and the system together are everybody."""
    busy(console)
    actors: Any = timeline(console.kernel, Wanted())["filters"]
    with console.kernel.ledger.view() as view:
        head = view.head().position

    found = [one for actor in actors["actors"] for one in walk(console, Wanted(actor=actor), 50)]

    assert sorted(found) == list(range(1, head + 1))


def test_a_person_sees_only_their_own(console: Console) -> None:
    """The filter by person leaves out what is about others."""
    busy(console)
    task = console.desk.tasks()[0]

    page = words(console.get("/activity", person=task.profile_id, flat="1"))

    assert f"For {KIM}" in page
    assert f"For {STRANGER}" not in page
    assert LOU not in page


def test_routine_is_folded_and_shown_on_demand(console: Console) -> None:
    """The packing of a context is under its task, or a line of its own when every step is asked."""
    busy(console)

    entries = console.json("/api/activity")["entries"]
    flat = console.json("/api/activity", flat="1")["entries"]

    assert "context.packed" not in [one["type"] for one in entries]
    assert "context.packed" in [one["type"] for entry in entries for one in entry["folded"]]
    assert "context.packed" in [one["type"] for one in flat]


def test_an_id_shows_its_story(console: Console) -> None:
    """The id of an action shows the events of its task and nothing of another."""
    busy(console)
    action = console.desk.actions()[0]

    entries = console.json("/api/activity", id=action.id, flat="1")["entries"]

    assert {"message.received", "action.proposed"} <= {one["type"] for one in entries}
    assert {one["task_id"] for one in entries} <= {action.task_id, None}


def test_an_unknown_group_is_refused_with_the_known(console: Console) -> None:
    """A mistyped filter says what there is."""
    answer = console.get("/api/activity", group="nonsense")

    assert answer.status_code == 422
    assert "messages" in answer.json()["remedy"]


def test_a_hostile_subject_is_inert(console: Console) -> None:
    """Markup and characters that hide or turn text have no effect."""
    subject = "<script>alert(1)</script> \u202eevil\u200b"
    console.desk.receive(Mail(sender=KIM, subject=subject, text="How much is the blue widget?"))

    page = console.get("/activity", flat="1")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
    assert not {"\u202e", "\u200b"} & set(page.text)


def test_an_empty_home_says_so_with_a_way_on(console: Console) -> None:
    """A filter that finds nothing offers to show everything."""
    page = words(console.get("/activity", group="actions"))

    assert "Nothing of this kind" in page
    assert "Show everything" in page
