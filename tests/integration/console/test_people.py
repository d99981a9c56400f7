"""Proves that people are listed by last contact and found, and that one is shown with all known."""

from typing import Any

from aios_defs.services.people import Sought, people
from tests.integration.console.kit import Console, words
from tests.integration.desk import ASK_FIRST, KIM, LOU, STRANGER, Mail


def names(page: Any) -> list[str]:  # noqa: ANN401 - a page of people
    return [one["name"] for one in page["people"]]


def test_the_latest_contact_comes_first(console: Console) -> None:
    """Whoever wrote last is on top, who never wrote at the end."""
    console.desk.receive(Mail(sender=STRANGER, text="Hello there"))

    page = console.json("/api/people")

    assert page["people"][0]["addresses"] == [STRANGER]
    assert sorted(names(page)[1:]) == ["Kim A", "Lou B"]
    assert page["people"][-1]["last_contact"] is None


def test_people_are_found_by_name_and_by_address(console: Console) -> None:
    """Part of a name in any case, or an address."""
    found = [names(console.json("/api/people", q=one)) for one in ("LOU", KIM, "nobody")]

    assert found == [["Lou B"], ["Kim A"], []]


def test_the_stage_filters(console: Console) -> None:
    """Only those of the stage are listed, and the stages are counted."""
    console.desk.receive(Mail(sender=STRANGER, text="Hello there"))

    page = console.json("/api/people", stage="customer")

    assert sorted(names(page)) == ["Kim A", "Lou B"]
    assert page["stages"] == {"lead": 1, "customer": 2, "former": 0}


def test_the_pages_show_everybody_once(console: Console) -> None:
    """Walking by `more` meets each person exactly once."""
    for number in range(7):
        console.desk.deliver(Mail(sender=f"p{number}@elsewhere.example", text="Hello"))
    console.desk.turn()
    found: list[str] = []
    skip: Any = 0
    while skip is not None:
        page: Any = people(console.kernel, Sought(skip=skip), size=4)
        found += [one["id"] for one in page["people"]]
        skip = page["more"]

    assert len(found) == len(set(found)) == 9


def test_a_person_shows_both_directions_and_the_basis_of_each_address(console: Console) -> None:
    """What they wrote, what was answered, and why the address counts."""
    console.desk.receive(Mail(subject="Prices", text="How much is the blue widget?"))
    profile = console.desk.task().profile_id

    page = words(console.get(f"/people/{profile}"))

    assert "they wrote Prices" in page
    assert "you wrote" in page.partition("they wrote Prices")[0]
    assert f"{KIM} participant you created or imported it" in page
    assert "1 committed" in page


def test_a_stranger_is_no_participant(console: Console) -> None:
    """Who only wrote in is not vouched for."""
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(sender=STRANGER, text="How much is the blue widget?"))
    profile = console.desk.task().profile_id

    page = words(console.get(f"/people/{profile}"))

    assert "not vouched for" in page
    assert "known to you once you write to them yourself" in page
    assert "no participant it wrote to you" in page
    assert "waiting support" in page.partition("Open")[2]


def test_a_hostile_name_is_inert(console: Console) -> None:
    """Markup and hidden characters in a display name are shown, not obeyed."""
    sender = '"<script>alert(1)</script> Lou\u202eB" <evil@elsewhere.example>'
    console.desk.receive(Mail(sender=sender, text="Hello"))

    pages = [console.get("/people"), console.get("/activity", flat="1")]
    pages.append(console.get(f"/people/{console.desk.messages()[0].profile_id}"))

    for page in pages:
        assert "<script>alert" not in page.text
        assert "\u202e" not in page.text


def test_nobody_of_that_id_is_not_found(console: Console) -> None:
    """No id leads anywhere but to a person."""
    assert console.get("/people/nobody").status_code == 404


def test_an_empty_search_says_so(console: Console) -> None:
    """A search that finds nobody offers to show everybody."""
    page = words(console.get("/people", q="nobody at all"))

    assert "Nobody like that" in page
    assert "Show everybody" in page


def test_lou_is_not_in_the_page_of_kim(console: Console) -> None:
    """A person's page holds nothing of another."""
    console.desk.receive(Mail(sender=LOU, subject="From Lou", text="How much is the blue widget?"))
    console.desk.receive(Mail(sender=KIM, subject="From Kim", text="How much is the blue widget?"))
    kim = console.desk.tasks()[-1].profile_id

    page = words(console.get(f"/people/{kim}"))

    assert "From Kim" in page
    assert "From Lou" not in page
