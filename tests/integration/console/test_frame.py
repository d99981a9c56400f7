"""Proves that the frame of the pages is escaped, says what is wrong, and hides nothing."""

from aios_defs.services.flow import run_all
from tests.integration.console.kit import Console, words

BROKEN = "version: 1\nrules:\n  - id: broken\n    effect: maybe\n"


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


def test_rules_broken_before_the_start_mean_safe_mode_everywhere(console: Console) -> None:
    """Band, settings and the examination say that nothing is written."""
    console.desk.write("policies.yaml", BROKEN)
    console.desk.reopen()
    started = Console(desk=console.desk)

    pages = [words(started.get(path)) for path in ("/inbox", "/settings")]

    assert all("Safe mode. policies.yaml does not validate" in page for page in pages)
    assert "Nothing is written until they are mended" in pages[1]


def test_rules_broken_while_it_runs_leave_the_last_good_ones(console: Console) -> None:
    """Band and settings say that the rules of before stay, and a card says what is wrong."""
    console.desk.write("policies.yaml", BROKEN)
    run_all(console.kernel, "support")

    pages = [words(console.get(path)) for path in ("/inbox", "/settings")]
    (card,) = console.desk.cards("notice")

    assert all("The last good rules stay in force" in page for page in pages)
    assert not any("Safe mode." in page for page in pages)
    assert "goes on by the last good rules" in str(card["summary"])


def test_mended_rules_end_band_and_card(console: Console) -> None:
    """Once the file validates nothing is left of the mistake."""
    whole = console.kernel.policy.text
    for text in (BROKEN, whole):
        console.desk.write("policies.yaml", text)
        run_all(console.kernel, "support")

    page = words(console.get("/inbox"))

    assert "policies.yaml" not in page
    assert console.desk.cards("notice") == []


def test_pausing_leads_back_to_exactly_where_one_was(console: Console) -> None:
    """What a page shows by its query (a filter, what has just left) outlives the brake."""
    page = console.get("/activity", who="operator", every="1")

    assert 'name="to" value="/activity?who=operator&amp;every=1"' in page.text
