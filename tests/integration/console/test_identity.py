"""Proves that likely duplicates are settled from their card, and merges taken back from a page."""

from aios_defs.core.rows.profiles import DuplicateRow, ProfileRow
from aios_defs.services.identity.merging import merge
from aios_defs.services.identity.proposing import look_for_duplicates
from aios_defs.services.profiles import find_profile
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM, LOU, Mail
from tests.integration.memory_files import ICS, imported_from, written

HOME = "kim.a@home.example"


def proposed(console: Console) -> DuplicateRow:
    console.desk.receive(Mail(text="Hello there", sender=f"Kim A <{HOME}>"))
    look_for_duplicates(console.kernel)
    with console.kernel.ledger.view() as view:
        (row,) = view.select(DuplicateRow)
    return row


def whose(console: Console, address: str) -> ProfileRow:
    with console.kernel.ledger.view() as view:
        found = find_profile(console.kernel, view, address)
    assert found is not None
    return found


def test_the_card_shows_both_side_by_side_with_the_evidence(console: Console) -> None:
    """Names, identities and why they are alike stand on the page, and in the API."""
    row = proposed(console)

    page = words(console.get(f"/inbox/{row.id}"))
    card = console.json(f"/api/inbox/{row.id}")

    assert "Kim A and Kim A may be the same" in page
    assert KIM in page
    assert HOME in page
    assert "the same name" in page
    assert {one["identities"][0] for one in card["pair"]} == {KIM, HOME}
    assert "Duplicates 1" in words(console.get("/inbox"))


def test_one_press_makes_them_one(console: Console) -> None:
    """The known profile stands for both, and nothing waits any more."""
    row, kim = proposed(console), whose(console, KIM)

    answer = console.post(f"/inbox/{row.id}/approve", f"approve:{row.id}")

    assert answer.status_code == 303
    assert whose(console, HOME).id == kim.id
    assert "Duplicates" not in words(console.get("/inbox"))
    assert "They are one now" in words(console.get(f"/inbox/{row.id}"))


def test_one_press_keeps_them_apart(console: Console) -> None:
    """They stay two, and are not asked about again."""
    row = proposed(console)

    console.post(f"/inbox/{row.id}/reject", f"reject:{row.id}")

    assert whose(console, HOME).id != whose(console, KIM).id
    assert look_for_duplicates(console.kernel) == 0
    assert "kept apart" in words(console.get(f"/inbox/{row.id}"))


def test_a_merge_is_taken_back_from_the_page_of_the_person(console: Console) -> None:
    """The page says what is one with whom and why; one press makes two of them again."""
    kim, lou = whose(console, KIM), whose(console, LOU)
    merge(console.kernel, kim.id, lou.id, evidence="they share a desk")

    page = words(console.get(f"/people/{lou.id}"))
    answer = console.post(f"/people/{lou.id}/split", f"split:{lou.id}")

    assert "they share a desk" in page
    assert LOU in page
    assert answer.headers["location"] == f"/people/{kim.id}"
    assert whose(console, LOU).id == lou.id
    assert "they share a desk" not in words(console.get(f"/people/{kim.id}"))


def test_a_split_without_its_nonce_is_refused(console: Console) -> None:
    """A form of elsewhere parts nobody."""
    kim, lou = whose(console, KIM), whose(console, LOU)
    merge(console.kernel, kim.id, lou.id)

    answer = console.client.post(f"/people/{lou.id}/split", data={"nonce": "x"})

    assert answer.status_code >= 400
    assert whose(console, LOU).id == kim.id


def test_an_appointment_is_shown_as_one(console: Console) -> None:
    """What a calendar recorded leads to no message, and its events have words."""
    imported_from(console.desk, written(console.desk, "c.ics", ICS))

    page = console.get(f"/people/{whose(console, KIM).id}")
    activity = words(console.get("/activity", system="1"))

    assert "an appointment: they called it" in words(page)
    assert "/inbox/None" not in page.text
    assert "An import into memory came to its end" in activity
