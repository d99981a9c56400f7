"""Proves that a flood from one sender waits on one card, let in or not by the operator."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from aios_defs.core.errors import TransitionRefused
from aios_defs.core.rows.house import FloodRow
from aios_defs.services.card_detail import card_detail
from aios_defs.services.recover import retry, skip
from tests.integration.desk import FILES, KIM, Desk, Mail

STRANGER = "sam@flood.example"
LIMITS = "hourly_limits: {stranger: 3, domain: 5, known: 8, senders: {%s}}\n"


def flood(desk: Desk, count: int, sender: Callable[[int], str] = lambda _: STRANGER) -> None:
    """Take in so many mails, each of its own thread."""
    for number in range(count):
        desk.deliver(Mail(text=f"How much is widget {number}?", sender=sender(number)))
    desk.take()


def limit(desk: Desk, senders: str = "") -> None:
    """Give a home small limits, and some senders their own."""
    desk.write("operator.yaml", FILES["operator.yaml"] + LIMITS % senders)
    desk.reopen()


@pytest.fixture
def limited(desk: Desk) -> Desk:
    """A home with small limits."""
    limit(desk)
    return desk


def test_a_flood_from_one_stranger_makes_ten_tasks_and_one_card(desk: Desk) -> None:
    """Two hundred mails within an hour: each is accounted for, and the card says how many wait."""
    flood(desk, 200)

    (card,) = desk.cards("notice")
    assert len(desk.tasks()) == 10
    assert str(card["summary"]).startswith("190 more from ")
    assert f"aios retry {card['id']}" in str(card["remedy"])
    assert desk.standings()["received"] == desk.standings()["waiting"] == 200


def test_a_known_customer_is_not_held_where_a_stranger_would_be(desk: Desk) -> None:
    """Fifty mails of a contact are fifty tasks."""
    flood(desk, 50, lambda _: KIM)

    assert len(desk.tasks()) == 50
    assert desk.cards("notice") == []


def test_a_known_customer_has_a_limit_too(limited: Desk) -> None:
    """A higher one."""
    flood(limited, 9, lambda _: KIM)

    assert len(limited.tasks()) == 8


def test_strangers_of_one_domain_are_counted_together(limited: Desk) -> None:
    """One card stands for all of them."""
    flood(limited, 9, lambda number: f"sam{number}@flood.example")

    (card,) = limited.cards("notice")
    assert len(limited.tasks()) == 5
    assert "4 more" in str(card["summary"])
    assert "others of that domain" in str(card["summary"])


def test_a_large_mail_host_is_nobodys_domain(limited: Desk) -> None:
    """Its users have nothing in common."""
    flood(limited, 9, lambda number: f"sam{number}@gmail.com")

    assert len(limited.tasks()) == 9


def test_a_sender_who_is_named_may_write_more(desk: Desk) -> None:
    """A shop sends all its orders from one address: its domain's limit does not hold for it."""
    limit(desk, f"{STRANGER.title()}: 7")

    flood(desk, 9)

    assert len(desk.tasks()) == 7
    assert "`hourly_limits` in business/operator.yaml" in str(desk.cards("notice")[0]["remedy"])


def test_a_named_address_counts_for_nobody_else(desk: Desk) -> None:
    """What others of its domain may send is as much as before."""
    limit(desk, f"{STRANGER}: 7")
    flood(desk, 7)

    flood(desk, 9, lambda number: f"other{number}@flood.example")

    assert len(desk.tasks()) == 7 + 5


def test_a_domain_that_is_named_may_write_more(desk: Desk) -> None:
    """Each buyer at a marketplace has an address of its domain, and is still one stranger."""
    limit(desk, '"@flood.example": 8')
    flood(desk, 5)

    flood(desk, 9, lambda number: f"buyer{number}@flood.example")

    assert len(desk.tasks()) == 3 + 5


def test_a_known_person_may_be_named_too(desk: Desk) -> None:
    """Also to hear less of them."""
    limit(desk, f"{KIM}: 2")

    flood(desk, 5, lambda _: KIM)

    assert len(desk.tasks()) == 2


def test_the_next_hour_counts_anew(limited: Desk) -> None:
    """What was held stays on its card."""
    flood(limited, 5)
    limited.wait(hours=1)
    flood(limited, 3)

    assert len(limited.tasks()) == 6
    assert "2 more" in str(limited.cards("notice")[0]["summary"])


def test_hours_that_come_in_together_are_counted_apart(limited: Desk) -> None:
    """After a time without network the mails of two hours come one by one, in turn."""
    for number in range(12):
        limited.deliver(
            Mail(text=f"How much is widget {number}?", sender=STRANGER),
            age=timedelta(hours=number % 2),
        )
    limited.take()

    assert len(limited.tasks()) == 6


def test_a_count_is_kept_while_its_hour_may_still_come_in_and_then_goes(limited: Desk) -> None:
    """Days later the rest of the same hour finds it; a week after its last mail it is gone."""
    flood(limited, 2)
    limited.wait(days=6)
    limited.deliver(Mail(text="Third", sender=STRANGER), age=timedelta(days=6))
    limited.deliver(Mail(text="Fourth", sender=STRANGER), age=timedelta(days=6))
    limited.take()
    assert len(limited.tasks()) == 3

    limited.wait(days=8)
    flood(limited, 1, lambda _: "new@other.example")

    with limited.kernel.ledger.view() as view:
        counts = view.select(FloodRow)
    hour = f"{limited.clock.now():%Y-%m-%dT%H}"
    assert [one.id.rpartition(" ")[2] for one in counts] == [hour, hour]


def test_a_reply_in_an_open_thread_is_never_held(limited: Desk) -> None:
    """It makes no task of its own, and no answer may be sent past it."""
    flood(limited, 5)
    limited.deliver(
        Mail(text="And the green one?", sender=STRANGER, answers=("mail-1@outside.example",))
    )
    limited.take()

    assert sorted(len(task.message_ids) for task in limited.tasks()) == [1, 1, 2]


def test_one_act_gives_them_their_tasks_once(limited: Desk) -> None:
    """Asked twice, the second time there is nothing to give."""
    flood(limited, 9)
    (card,) = limited.cards("notice")
    acts = card_detail(limited.kernel, str(card["id"]))["acts"]

    assert isinstance(acts, dict)
    assert acts.keys() >= {"retry", "skip"}
    assert retry(limited.kernel, str(card["id"])) == "released"
    assert retry(limited.kernel, str(card["id"])) == "released"
    assert len(limited.tasks()) == 9
    assert limited.cards("notice") == []
    assert sorted(one.task_id or "" for one in limited.messages()) == sorted(
        task.id for task in limited.tasks()
    )


def test_one_act_skips_them_all(limited: Desk) -> None:
    """They count as ignored."""
    flood(limited, 9)
    (card,) = limited.cards("notice")

    skip(limited.kernel, str(card["id"]))

    assert limited.standings()["ignored"] == 6
    assert limited.cards("notice") == []
    assert len(limited.tasks()) == 3


def test_without_a_workflow_they_stay_on_the_card(limited: Desk) -> None:
    """Nothing is lost sight of."""
    flood(limited, 5)
    (card,) = limited.cards("notice")
    limited.write("catalog.yaml", "workflows: []\n")
    limited.reopen()

    with pytest.raises(TransitionRefused):
        retry(limited.kernel, str(card["id"]))

    assert limited.cards("notice")[0]["id"] == card["id"]
