"""Proves that the inbox stays usable with many cards: counted, grouped, paged, searched."""

import pytest

from aios_defs.services import inbox_search
from aios_defs.services.inbox_list import PAGE, Asked, list_inbox
from benchmarks.waiting_home import fill_waiting
from tests.integration.console.kit import Console
from tests.integration.desk import ASK_FIRST

MANY = 70


@pytest.fixture
def many(console: Console) -> Console:
    """The console of a home in which many alike decisions wait."""
    console.desk.set_rules(ASK_FIRST)
    fill_waiting(console.kernel, MANY)
    return console


def test_pages_of_alike_cards_show_each_once(many: Console) -> None:
    """From page to page every card comes once, and the count is that of all."""
    seen: list[str] = []
    counts = set[int]()
    after: str | None = ""
    while after is not None:
        (section,) = many.json("/api/inbox", after=after)["sections"]
        seen += [card["id"] for card in section["cards"]]
        counts.add(section["count"])
        after = section["next"]

    assert counts == {MANY}
    assert len(seen) == len(set(seen)) == MANY


def test_a_page_opens_only_what_it_shows(many: Console) -> None:
    """One page holds one page's cards, whatever waits behind it."""
    (section,) = many.json("/api/inbox")["sections"]

    assert len(section["cards"]) == PAGE
    assert len(many.get("/inbox").content) < 100_000


def test_a_search_reads_a_part_at_a_time(many: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how many it has not come to, and the next one goes on from there."""
    monkeypatch.setattr(inbox_search, "OPENED_AT_ONCE", 30)

    unread = [list_inbox(many.kernel, Asked(q="zebra"))["unread"] for _ in range(3)]

    assert unread == [MANY - 30, MANY - 60, 0]


def test_what_was_decided_is_found_no_more(many: Console) -> None:
    """A search finds what waits, not what it has read once."""
    before = many.json("/api/inbox", q="guest1@new.example")["sections"][0]["cards"]
    card = before[0]
    many.call(f"/inbox/{card['id']}/reject", f"reject:{card['id']}", reason="No")

    after = many.json("/api/inbox", q="guest1@new.example")["sections"]

    ids = [one["id"] for section in after for one in section["cards"]]
    assert card["id"] not in ids
    assert len(ids) == len(before) - 1


def test_after_a_decision_the_next_of_the_list_opens(many: Console) -> None:
    """The way on keeps the list's filter and page."""
    cards = many.json("/api/inbox")["sections"][0]["cards"]
    first, second = cards[0], cards[1]

    answer = many.post(
        f"/inbox/{first['id']}/reject",
        f"reject:{first['id']}",
        reason="No",
        next=second["id"],
        list="kind=decision",
    )

    assert answer.headers["location"].startswith(f"/inbox/{second['id']}?kind=decision")


def test_the_way_on_never_leads_elsewhere(many: Console) -> None:
    """What a form names as next is a card of ours or nothing."""
    card = many.json("/api/inbox")["sections"][0]["cards"][0]

    answer = many.post(
        f"/inbox/{card['id']}/reject",
        f"reject:{card['id']}",
        reason="No",
        next="//evil.example/",
        list="q=http://evil.example",
    )

    assert answer.headers["location"].startswith("/inbox")
    assert "//evil" not in answer.headers["location"]
