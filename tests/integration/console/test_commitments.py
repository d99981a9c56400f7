"""Proves that promises stand on the page of the person, and are ended there by one press."""

from pathlib import Path

import pytest

from tests.integration.console.kit import Console, words
from tests.integration.promising import commitments, promising_desk, say

OFFER = "I'll send you the <b>offer</b> by Friday."


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """The console over a desk that promised two things to Kim."""
    desk = promising_desk(tmp_path)
    say(desk, OFFER)
    say(desk, "We'll get back to you.")
    return Console(desk)


def test_the_page_shows_them_and_takes_the_operators_word(console: Console) -> None:
    """The sentence as text, its day, and what became of each; the API answers the same."""
    first, second = commitments(console.desk)
    page = f"/people/{first.profile_id}"
    before = words(console.get(page))

    console.post(f"{page}/commitments/{first.id}", f"commitment:{first.id}", became="kept")
    console.post(
        f"{page}/commitments/{second.id}",
        f"commitment:{second.id}",
        became="broken",
        because="too busy",
    )

    assert OFFER in before
    assert "by 2031-05-09" in before
    assert "too busy" in words(console.get(page))
    answered = console.get(f"/api{page}").json()["commitments"]
    assert {one["state"] for one in answered} == {"kept", "broken"}


def test_nobody_ends_one_without_the_nonce_of_its_page(console: Console) -> None:
    """A form of elsewhere changes nothing; a reason is asked for."""
    first, _ = commitments(console.desk)
    path = f"/people/{first.profile_id}/commitments/{first.id}"

    forged = console.client.post(path, data={"nonce": "x", "became": "kept"})
    blank = console.post(path, f"commitment:{first.id}", became="broken")

    assert forged.status_code >= 400
    assert blank.status_code >= 400
    assert [row.state for row in commitments(console.desk)] == ["open", "open"]
