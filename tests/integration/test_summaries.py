"""Proves that a day that is over is kept in short, about one person each, and never instead."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.services.archive import archive_day, fill
from aios_defs.services.erasure.forget import forget
from aios_defs.services.erasure.keys import items_of
from aios_defs.services.lowering import lower
from aios_defs.services.memory import Memory
from aios_defs.services.memory_summaries import made_by, originals, summary_ids
from aios_defs.services.recall import Question, Remembered, recall
from aios_defs.services.recall_view import recall_view
from aios_defs.services.receive import take_in
from tests.integration.test_recall import EVERY, ask, head, memory_of
from tests.property.shop import KNOWN, STRANGER, Shop

LONG = "The chairs are needed. They cost {n} EUR. Please send them by 3 June. {n} chairs it is."
SHORT = ("summary",)


def write(shop: Shop, sender: str, number: int, *, answers: int = 0, more: str = "") -> None:
    """Let somebody write at length, in a thread of their own or an earlier one's."""
    thread = f"References: <long-{answers}@x.example>\r\n" if answers else ""
    raw = (
        f"From: {sender}\r\nTo: fake@example.test\r\nSubject: Chairs\r\n{thread}{more}"
        f"Message-ID: <long-{number}@x.example>\r\n\r\n{LONG.format(n=number)}\r\n"
    )
    shop.connector.server.deliver(raw.encode(), "inbox")
    take_in(shop.kernel, "outside")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop to which two people wrote at length today."""
    shop = Shop(path=tmp_path)
    write(shop, KNOWN, 40)
    write(shop, KNOWN, 41, answers=40)
    write(shop, STRANGER, 70)
    return shop


def day(shop: Shop) -> date:
    return shop.clock.now().date()


def archived(shop: Shop, memory: Memory) -> None:
    """Let the day end, and archive it."""
    today = day(shop)
    shop.clock.sleep(timedelta(days=1).total_seconds())
    archive_day(shop.kernel, memory, today)


def short(shop: Shop, memory: Memory, **more: object) -> list[Remembered]:
    found = ask(shop, memory, "chairs", kinds=SHORT, **more)
    return sorted(found.hits, key=lambda one: one.id)


def test_a_day_is_summed_up_once_for_each_person_and_thread(shop: Shop) -> None:
    """Each summary quotes one person's thread, is marked, labelled as its parts, and leads back."""
    memory = memory_of()
    archived(shop, memory)
    before = head(shop)
    archive_day(shop.kernel, memory, day(shop) - timedelta(days=1))
    found = short(shop, memory)

    with shop.kernel.ledger.view() as view:
        turns = [originals(view, one.id) for one in found]
        rows = view.select(InteractionRow, order="position")
    assert head(shop) == before
    assert sorted(len(some) for some in turns) == [1, 2]
    for one, some in zip(found, turns, strict=True):
        assert made_by(one.id) == "extractive"
        assert {row.profile_id for row in some} == {one.subject}
        parts = [row.label for row in rows if row in some]
        assert one.label == Label(
            level=parts[0].level, audience=(one.subject,), trust=Trust.THIRD_PARTY
        )
        assert "EUR" in one.text


def test_the_strictest_part_labels_the_whole(shop: Shop) -> None:
    """A thread with one turn of a stricter level is summed up at that level."""
    write(shop, KNOWN, 42, answers=40, more="Sensitivity: Company-Confidential\r\n")
    memory = memory_of()
    archived(shop, memory)

    assert sorted(one.label.level for one in short(shop, memory)) == ["local", "shareable"]
    assert [one.label.level for one in short(shop, memory, levels=(Level.SHAREABLE,))] == [
        "shareable"
    ]


def test_a_mail_that_was_lowered_is_summed_up_as_it_came(shop: Shop) -> None:
    """The operator's word is on exactly that mail, and on nothing that is made of it."""
    with shop.kernel.ledger.view() as view:
        messages = [row.id for row in view.select(MessageRow)]
    for one in messages:
        lower(shop.kernel, one, "public")
    memory = memory_of()
    archived(shop, memory)

    assert [one.label.level for one in short(shop, memory)] == ["shareable", "shareable"]


def test_dropped_and_filled_anew_it_is_the_same(shop: Shop) -> None:
    """A summary is a view of the ledger: an index that starts again has the same ones."""
    memory, anew = memory_of(), memory_of()
    archived(shop, memory)
    fill(shop.kernel, anew, upto=head(shop))
    behind = memory_of()

    assert short(shop, memory) == short(shop, anew) == short(shop, behind)
    assert len(short(shop, anew)) == 2


def test_it_never_stands_for_what_was_said(shop: Shop) -> None:
    """Who asks memory gets what was said, by as much, whether the day was summed up or not."""
    before, after = memory_of(), memory_of()
    fill(shop.kernel, before, upto=head(shop))
    first = ask(shop, before, "When are the chairs needed?")
    archived(shop, after)
    second = ask(shop, after, "When are the chairs needed?")

    assert {one.kind for one in second.hits} == {"turn"}
    assert {one.id for one in second.hits} == {one.id for one in first.hits}


def test_nobody_learns_from_it(shop: Shop) -> None:
    """Summing up makes no fact, and no event but that the day is archived."""
    before = head(shop)
    archived(shop, memory_of())

    with shop.kernel.ledger.view() as view:
        assert [event.type for event in view.events(after=before)] == ["memory.archived.v1"]
        assert not view.select(FactRow, subject_id=view.select(InteractionRow)[0].profile_id)


def test_it_is_forgotten_with_the_person_and_not_made_again(shop: Shop) -> None:
    """Erasing takes the summary out of the index, and a new index has none either."""
    memory = memory_of()
    archived(shop, memory)
    with shop.kernel.ledger.view() as view:
        stranger = view.select(InteractionRow, order="position")[-1].profile_id
    forget(shop.kernel, stranger)
    memory.index.forget(subjects=[stranger])

    assert [one.subject == stranger for one in short(shop, memory)] == [False]


def test_a_mail_that_is_erased_takes_every_summary_with_it_that_may_quote_it(shop: Shop) -> None:
    """What is made of a mail is found by its key: the turns, and the summaries of their day."""
    memory = memory_of()
    archived(shop, memory)
    with shop.kernel.ledger.view() as view:
        message = view.select(MessageRow, order="position")[0]
        rows = view.select(InteractionRow, message_id=message.id)
        ids = list(summary_ids(view, rows))
        found = items_of(view, [message.raw.subject_ref])

    assert ids
    assert set(ids) <= set(found)
    assert set(ids) <= {one.id for one in short(shop, memory)}


def test_it_is_shown_with_its_maker_and_its_mails(shop: Shop) -> None:
    """Whoever reads one sees how it was made, and the page of each mail that it is made of."""
    memory = memory_of()
    archived(shop, memory)
    question = Question(text="chairs", levels=EVERY, kinds=SHORT)
    shown = recall_view(shop.kernel, recall(shop.kernel, memory, question))
    hits = shown["hits"]
    assert isinstance(hits, list)

    for one in hits:
        assert isinstance(one, dict)
        assert one["made_by"] == "extractive"
        assert one["link"] == f"/people/{one['subject']['id']}"  # type: ignore[index,call-overload] # JSON
        assert all(str(page).startswith("/messages/") for page in one["originals"])  # type: ignore[union-attr] # JSON
