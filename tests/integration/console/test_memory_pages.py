"""Proves the pages that list memory by type: of whom, as it was known, in pages, and when empty."""

from pathlib import Path

import pytest

from aios_defs.services.memory_lists import LISTS
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, LOU, STRANGER, Mail
from tests.integration.memory_files import imported_from, who, written
from tests.integration.promising import commitments, promising_desk, say

PROJECTS = (
    "name,kind,status,company,stage,email\n"
    "<b>New</b> site,project,active,Acme,,\n"
    "Jo Lead,person,,Acme,lead,jo@acme.example\n"
)
OFFER = "I'll send you the <i>offer</i> by Friday."


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_each_type_has_a_page_in_reach(console: Console, kind: str) -> None:
    """Linked from the page of memory, and from the page of each other type; it runs no script."""
    page = console.get(f"/memory/lists/{kind}")

    assert page.status_code == 200
    assert f'href="/memory/lists/{kind}"' in console.get("/memory").text
    for other in LISTS:
        assert f'href="/memory/lists/{other}"' in page.text


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("commitments", "A reply of yours that leaves"),
        ("leads", "A stranger who writes appears here"),
        ("projects", "aios memory describe"),
    ],
)
def test_an_empty_list_says_what_will_stand_there(console: Console, kind: str, way: str) -> None:
    """And how it comes to be."""
    shown = words(console.get(f"/memory/lists/{kind}"))

    assert "None yet." in shown
    assert way in shown


def test_leads_and_projects_lead_to_their_pages(console: Console) -> None:
    """Names are text whoever wrote them; a company leads to its projects and its people."""
    imported_from(console.desk, written(console.desk, "projects.csv", PROJECTS))
    console.desk.receive(Mail(text="Hello there", sender=f"Sam One <{STRANGER}>"))
    acme = who(console.desk, "jo@acme.example").company_id

    leads, projects = (console.get(f"/memory/lists/{kind}") for kind in ("leads", "projects"))
    company = console.get(f"/people/{acme}").text

    assert f"/people/{who(console.desk, STRANGER).id}" in leads.text
    assert "Sam One" in words(leads)
    assert "<b>New</b> site" in words(projects)
    assert f'<a href="/people/{acme}"><bdi>Acme</bdi></a>' in projects.text
    for kind in ("projects", "profiles"):
        assert f'href="/memory/lists/{kind}?of={acme}"' in company
    assert "New</b> site" in words(console.get("/memory/lists/projects", of="Acme"))


def test_promises_lead_to_whom_and_where_they_were_said(tmp_path: Path) -> None:
    """The sentence, its day, what became of it; of one person only theirs."""
    console = Console(promising_desk(tmp_path))
    say(console.desk, OFFER)
    (made,) = commitments(console.desk)

    page = console.get("/memory/lists/commitments")
    of_kim = console.get("/memory/lists/commitments", of=KIM)
    of_lou = console.get("/memory/lists/commitments", of=LOU)

    assert OFFER in words(page)
    assert "by 2031-05-09" in words(page)
    assert f"/people/{made.profile_id}#promised" in page.text
    assert f"/inbox/{made.action_id}" in page.text
    assert f"of={made.profile_id}" in console.get(f"/people/{made.profile_id}").text
    assert OFFER in words(of_kim)
    assert "There is none of this one." in words(of_lou)


def test_a_list_is_shown_as_it_was_known(console: Console) -> None:
    """By a place in the ledger; the API answers the same."""
    with console.kernel.ledger.view() as view:
        before = f"#{view.head().position}"
    console.desk.receive(Mail(text="Hello there", sender=f"Sam One <{STRANGER}>"))

    then = console.get("/memory/lists/leads", known_at=before)

    assert "Nothing stood here then." in words(then)
    assert "Sam One" in words(console.get("/memory/lists/leads"))
    assert console.json("/api/memory/lists/leads", known_at=before)["items"] == []


def test_the_house_has_facts_and_no_promises(console: Console) -> None:
    """By the word `house`, on the page and in the API."""
    shown = words(console.get("/memory/lists/facts", of="house"))

    assert "blue widget, price" in shown
    (fact,) = console.json("/api/memory/lists/facts", of="house")["items"]
    assert fact["subject"] is None
    assert console.get("/memory/lists/commitments", of="house").status_code == 422


def test_what_makes_no_sense_is_said_beside_the_form(console: Console) -> None:
    """Nobody of that name, no moment, the facts of all at another time: with the way out."""
    for kind, asked in (
        ("profiles", {"of": "nobody@nowhere.example"}),
        ("profiles", {"known_at": "yesterday"}),
        ("facts", {"known_at": "#1"}),
    ):
        page = console.get(f"/memory/lists/{kind}", **asked)
        assert page.status_code in (404, 422)
        assert 'role="alert"' in page.text
    assert console.get("/memory/lists/nonsense").status_code == 422


def test_a_long_list_comes_in_pages(console: Console) -> None:
    """Fifty at once, the rest behind a link, each once."""
    lines = "".join(f"Person {number:02},p{number}@many.example\n" for number in range(55))
    imported_from(console.desk, written(console.desk, "many.csv", f"name,email\n{lines}"))

    first = console.get("/memory/lists/profiles")
    rest = console.get("/memory/lists/profiles", skip="50")

    assert "50 of 57" in words(first)
    assert "skip=50" in first.text
    assert "7 of 57" in words(rest)
    assert "The list ends before this page." in words(
        console.get("/memory/lists/profiles", skip="60")
    )
