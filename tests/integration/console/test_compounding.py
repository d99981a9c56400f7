"""Proves the page of what memory is worth: numbers, charts without scripts, the same as JSON."""

from tests.integration.console.kit import Console, words
from tests.integration.desk import Mail


def test_the_page_draws_what_the_api_says(console: Console) -> None:
    """Charts as SVG with a table of the same numbers, and the facts used most by name."""
    console.desk.receive(Mail(text="How much is the blue widget?"))

    page = console.get("/memory/report", since="90d")
    told = console.json("/api/memory/report", days="90")

    assert page.text.count('role="img"') == 3
    assert "100 % of 1" in words(page)
    assert "blue widget, price" in words(page)
    assert told["step"] == "week"
    assert (told["totals"]["answers"], told["totals"]["answers_citing"]) == (1, 1)
    assert told["facts"][0]["name"] == "blue widget, price"


def test_an_empty_house_has_an_empty_report(console: Console) -> None:
    """Nothing is divided by nothing, and a time that is not offered is the usual one."""
    page = console.get("/memory/report", since="nonsense")

    assert page.status_code == 200
    assert "No fact was used in this time." in words(page)
    assert console.json("/api/memory/report")["totals"]["share_other"] is None
