"""Proves that the frame of the pages is escaped, says what is wrong, and hides nothing."""

from tests.integration.console.kit import Console, words


def test_an_unknown_address_is_a_page_with_a_way_back(console: Console) -> None:
    """A person who mistypes an address gets a page that leads to the inbox."""
    page = console.get("/nowhere")

    assert page.status_code == 404
    assert "no such page" in words(page)
    assert 'href="/inbox"' in page.text


def test_an_unknown_address_of_the_api_is_a_problem(console: Console) -> None:
    """A program gets an error as RFC 9457 says, with a code and the remedy."""
    answer = console.get("/api/nowhere")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["remedy"]
