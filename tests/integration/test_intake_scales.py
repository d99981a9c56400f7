"""Proves that a mail costs the database no more in a home that holds many than in one of a few."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aios_defs.services.hot_memory import Asked, hot_memory
from tests.integration.desk import FILES, Desk, Mail
from tests.servers.database import on_sqlite
from tests.sqlite_steps import Steps, counted_steps

pytestmark = on_sqlite

FEW, MANY = 15, 225
NOBODY = FILES["catalog.yaml"].replace("connector: mail", "connector: mail\n    trigger: manual")
Maker = Callable[[int], Mail]


@pytest.fixture
def steps() -> Iterator[Steps]:
    """Count what the homes of a test read."""
    with counted_steps() as counted:
        yield counted


def stranger(number: int) -> Mail:
    """Return a mail from somebody new, of a domain of their own."""
    return Mail(text=f"Number {number}", sender=f"someone@place-{number}.example")


def grown(desk: Desk, steps: Steps, mail: Maker) -> float:
    """Return how much more the last few of many mails cost than a few at first."""
    taken(desk, steps, mail, range(FEW))
    first = taken(desk, steps, mail, range(FEW, 2 * FEW))
    taken(desk, steps, mail, range(2 * FEW, MANY))
    return taken(desk, steps, mail, range(MANY, MANY + FEW)) / first


def taken(desk: Desk, steps: Steps, mail: Maker, numbers: range) -> int:
    """Take in a few mails, each from a mailbox that holds no other; returns the steps."""
    before = steps.count
    for number in numbers:
        desk.deliver(mail(number))
        desk.take()
        for file in (desk.path / "mail" / "inbox" / "new").iterdir():
            file.unlink()
    return steps.count - before


def test_a_new_sender_costs_the_same_however_many_there_are(tmp_path: Path, steps: Steps) -> None:
    """Whom a stranger looks like is looked up among the known, not among all strangers."""
    assert grown(Desk(path=tmp_path).begin(), steps, stranger) < 1.2


def test_what_no_workflow_takes_costs_the_same(tmp_path: Path, steps: Steps) -> None:
    """Looking for messages that wait for a workflow reads none of those that go on waiting."""
    desk = Desk(path=tmp_path, files={"catalog.yaml": NOBODY}).begin()

    assert grown(desk, steps, stranger) < 1.2


def test_a_flood_costs_the_same_however_long_it_lasts(tmp_path: Path, steps: Steps) -> None:
    """What is held is counted, not read."""
    desk = Desk(path=tmp_path).begin()

    def mail(number: int) -> Mail:
        return Mail(text=f"Number {number}", sender="sam@flood.example")

    assert grown(desk, steps, mail) < 1.2


def turn(number: int) -> Mail:
    """Return the next mail of one conversation."""
    before = (f"part-{number - 1}@company.example",) if number else ()
    return Mail(text="And?", identity=f"part-{number}@company.example", answers=before)


def test_a_long_conversation_costs_the_same(tmp_path: Path, steps: Steps) -> None:
    """A mail joins the open task of its thread without a look at all that came before."""
    assert grown(Desk(path=tmp_path).begin(), steps, turn) < 1.2


def test_the_latest_turns_cost_the_same(tmp_path: Path, steps: Steps) -> None:
    """What an agent sees of a conversation is read from its end."""
    desk = Desk(path=tmp_path).begin()

    def cost() -> int:
        row = desk.messages()[-1]
        begun = steps.count
        with desk.kernel.ledger.view() as view:
            thread, person = str(row.thread_id), str(row.profile_id)
            asked = Asked(subjects=(person,), thread_id=thread, waiting=(row.id,))
            hot_memory(desk.kernel, view, asked, 24_000)
        return steps.count - begun

    taken(desk, steps, turn, range(2 * FEW))
    short = cost()
    taken(desk, steps, turn, range(2 * FEW, MANY))

    assert cost() / short < 1.2
