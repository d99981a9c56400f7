"""Proves that an error on a page or in the API leads to what it means and to the way out."""

from tests.integration.console.kit import Console, words


def test_an_error_leads_to_its_page(console: Console) -> None:
    """The `type` of a problem is an address of the console, which says what to do."""
    problem = console.client.get("/api/inbox/nothing-like-it").json()
    page = console.client.get(problem["type"])

    assert problem["type"] == "/docs/errors/unknown_id"
    assert page.status_code == 200
    assert "The way out" in words(page)


def test_an_error_on_a_page_names_the_way_to_read_on(console: Console) -> None:
    """A page that shows an error links to what the error means."""
    assert 'href="/docs/errors/not_found"' in console.client.get("/nowhere").text


def test_the_list_leads_to_every_code(console: Console) -> None:
    """/docs/errors links to the pages under their own addresses."""
    page = console.client.get("/docs/errors")

    assert 'href="/docs/errors/storage_failed"' in page.text
    assert ".md" not in page.text


def test_no_other_file_is_served(console: Console) -> None:
    """An address that names no page is answered as unknown."""
    for name in ("..%2Freference%2Ferrors", "%2E%2E", "README", "index.md"):
        assert console.client.get(f"/docs/errors/{name}").status_code == 404
