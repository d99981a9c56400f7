"""Proves that the journal of sending is kept while anything may ask about it, and no longer."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.envelope import Draft
from aios_defs.core.events.telling import TellingMade, TellingStarted
from aios_defs.services.reconcile import resolve
from aios_defs.services.sweep import clean_up
from resources.testing.smtp_server import ScriptedSmtpServer
from tests.integration.desk import DESK, Desk, Mail
from tests.integration.test_greylisting import connectors

PRICE = Mail(text="How much is the blue widget?", subject="Price")
UNKNOWN = "0123456789abcdef" * 4


@pytest.fixture
def server() -> Iterator[ScriptedSmtpServer]:
    """A server that takes every mail."""
    server = ScriptedSmtpServer({})
    yield server
    server.close()


@pytest.fixture
def smtp_desk(tmp_path: Path, server: ScriptedSmtpServer) -> Iterator[Desk]:
    """A home that sends by SMTP."""
    desk = Desk(tmp_path, files={"connectors.yaml": connectors(server.port)}).begin()
    yield desk
    desk.home.ledger.close()


def answer(desk: Desk) -> None:
    """Answer a mail, its undo window included; the journal is written now by the desk's clock."""
    desk.receive(PRICE)
    desk.wait(seconds=11)
    desk.turn()
    age(desk)


def age(desk: Desk) -> None:
    """Let every entry of the journal be of this moment."""
    now = desk.clock.now().timestamp()
    for one in (desk.path / "smtp" / DESK).iterdir():
        os.utime(one, (now, now))


def leave(desk: Desk, key: str) -> None:
    """Leave an entry in the journal now."""
    folder = desk.path / "smtp" / DESK / key
    folder.mkdir()
    (folder / "keep").touch()
    age(desk)


def kept(desk: Desk) -> list[str]:
    """Return the keys that the journal holds."""
    there = (one.name for one in (desk.path / "smtp" / DESK).iterdir())
    return sorted(one for one in there if len(one) == len(UNKNOWN))


def sweep_after(desk: Desk, **duration: float) -> None:
    """Let time pass, and sweep."""
    desk.wait(**duration)
    clean_up(desk.kernel)


def test_a_committed_mail_is_forgotten_after_a_month(
    smtp_desk: Desk, server: ScriptedSmtpServer
) -> None:
    """Not a day before; it makes no event, and the mail is not sent again."""
    answer(smtp_desk)
    head = len(smtp_desk.events("action.committed"))

    sweep_after(smtp_desk, days=29)
    before = kept(smtp_desk)
    sweep_after(smtp_desk, days=2)
    smtp_desk.turn()

    assert before == [smtp_desk.action().key]
    assert kept(smtp_desk) == []
    assert len(smtp_desk.events("action.committed")) == head == len(server.mails)


def test_a_parked_mail_is_kept_until_the_operator_settles_it(
    smtp_desk: Desk, server: ScriptedSmtpServer
) -> None:
    """Its state is what tells later whether it left; once cancelled, nobody asks."""
    server.answer("end", None)
    answer(smtp_desk)
    clean_up(smtp_desk.kernel)
    assert smtp_desk.action().state is ActionState.PARKED

    sweep_after(smtp_desk, days=300)
    while_parked = kept(smtp_desk)
    resolve(smtp_desk.kernel, smtp_desk.action().id, "cancel")
    sweep_after(smtp_desk, days=2)

    assert while_parked == [smtp_desk.action().key]
    assert kept(smtp_desk) == []


def test_a_key_that_the_ledger_does_not_know_is_kept(smtp_desk: Desk) -> None:
    """An older ledger may stand beside a newer journal, and ask about it soon."""
    answer(smtp_desk)
    leave(smtp_desk, UNKNOWN)

    sweep_after(smtp_desk, days=300)

    assert kept(smtp_desk) == [UNKNOWN]


def test_a_message_to_the_operator_is_forgotten_too(smtp_desk: Desk) -> None:
    """It goes through the same journal, and is asked about for a day."""
    answer(smtp_desk)
    made = TellingMade(telling_id="t", kind="urgent", about=(), title="", text="", link="")
    started = TellingStarted(telling_id="t", channel="mail", key=UNKNOWN, attempt=1)
    with smtp_desk.kernel.ledger.transaction(actor="sweep") as tx:
        for event in (made, started):
            tx.append(Draft(stream="telling-t", data=event, correlation_id="t"))
    leave(smtp_desk, UNKNOWN)

    sweep_after(smtp_desk, days=31)

    assert kept(smtp_desk) == []


def test_the_journal_is_looked_through_once_a_day(smtp_desk: Desk) -> None:
    """The sweep runs every few seconds: between two looks it lists nothing."""
    answer(smtp_desk)
    sweep_after(smtp_desk, days=29)
    os.utime(smtp_desk.path / "smtp" / DESK / smtp_desk.action().key, (0, 0))

    sweep_after(smtp_desk, hours=23)
    early = kept(smtp_desk)
    sweep_after(smtp_desk, hours=2)

    assert early == [smtp_desk.action().key]
    assert kept(smtp_desk) == []
