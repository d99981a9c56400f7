"""Proves that the schema of the API is whole, and that its page shows all of it."""

from tests.integration.console.kit import Console, words
from tests.integration.console.promises import operations, schema


def test_every_operation_says_what_it_is() -> None:
    """Each has an id of its own, a tag, described parameters, a named answer and problems."""
    found = list(operations(schema()))

    ids = [one["operationId"] for _, _, one in found]
    assert len(set(ids)) == len(ids) > 40
    for _, path, one in found:
        content = one["responses"]["200"]["content"]
        assert content["application/json"]["schema"]["$ref"], path
        assert one["summary"], path
        assert one["tags"], path
        assert all(given.get("description") for given in one.get("parameters", [])), path
        assert {"400", "401", "403", "503"} <= set(one["responses"]), path


def test_every_act_says_what_it_takes() -> None:
    """The body of each POST is described by name, with the nonce among its names."""
    bodies = {
        path: one["requestBody"]["content"]["application/json"]["schema"]["properties"]
        for method, path, one in operations(schema())
        if method == "post"
    }

    assert len(bodies) > 20
    assert all("nonce" in body for body in bodies.values())


def test_the_page_lists_every_operation(console: Console) -> None:
    """/api/docs names each address within 130 kB, and Settings leads to it."""
    page = console.client.get("/api/docs")

    shown = words(page)
    assert page.status_code == 200
    assert all(path in shown for path in schema()["paths"])
    assert len(page.content) <= 130_000
    assert 'href="/api/docs"' in console.get("/settings").text
