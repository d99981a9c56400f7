"""Proves that a refused password is not hammered: all but one action wait, and one card says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.actions import READY, ActionState
from aios_defs.core.errors import TransitionRefused
from aios_defs.services.card_detail import card_detail
from aios_defs.services.pause import resume
from aios_defs.services.recover import retry, skip
from aios_defs.services.urgent import urgent
from resources.testing.smtp_server import ScriptedSmtpServer
from tests.integration.desk import DESK, KIM, LOU, Desk, Mail

REFUSED = b"535 5.7.8 no\r\n"
ASKED = "How much is the blue widget?"


class Logins(ScriptedSmtpServer):
    """A server with logins."""

    def __init__(self) -> None:
        super().__init__({"EHLO": b"250-here\r\n250 AUTH PLAIN\r\n", "AUTH": REFUSED})


@pytest.fixture
def server() -> Iterator[Logins]:
    """A submission server that refuses every login."""
    made = Logins()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, server: Logins) -> Iterator[Desk]:
    """A home with two replies, of which the first was refused."""
    (tmp_path / ".env").write_text("MAIL_PASSWORD=old\n")
    made = Desk(tmp_path, files={"connectors.yaml": _connectors(server.port)}).begin()
    made.deliver(Mail(text=ASKED, subject="Price", sender=KIM))
    made.deliver(Mail(text=ASKED, subject="Price", sender=LOU))
    made.turn()
    made.wait(seconds=11)
    made.turn()
    yield made
    made.home.ledger.close()


def states(desk: Desk) -> list[ActionState]:
    """Return the states of the actions, the one that was tried first."""
    rows = sorted(desk.actions(), key=lambda one: -one.attempts)
    return [one.state for one in rows]


def test_one_refusal_holds_the_rest_under_one_card(desk: Desk) -> None:
    """The second reply keeps its state, no login is made for it, and one thing is urgent."""
    desk.turn()

    (card,) = desk.cards("notice")
    assert [one.attempts for one in desk.actions()].count(0) == 1
    assert states(desk)[0] is ActionState.FAILED_RETRYABLE
    assert states(desk)[1] in READY
    assert "aios resume credential:mail" in str(card["remedy"])
    with desk.kernel.ledger.view() as view:
        assert [one.what for one in urgent(desk.kernel, view)] == ["connector"]


def test_a_login_that_works_again_lets_all_go(desk: Desk, server: Logins) -> None:
    """The probe succeeds: its mail leaves, then the one that was held; the card is gone."""
    server.answer("AUTH", b"235 ok\r\n")

    desk.wait(minutes=2)
    desk.turn()
    desk.turn()

    assert set(states(desk)) == {ActionState.COMMITTED}
    assert len(server.mails) == 2
    assert desk.cards("notice") == []


def test_the_operator_may_let_it_go_on(desk: Desk, server: Logins) -> None:
    """Resuming ends the hold and its card; what was held goes at once."""
    server.answer("AUTH", b"235 ok\r\n")

    resume(desk.kernel, "credential:mail")
    desk.turn()

    assert len(server.mails) == 1
    assert desk.cards("notice") == []


def test_the_card_offers_the_way_out_and_no_other(desk: Desk, server: Logins) -> None:
    """It can't be dismissed while the connector is held; its one act lets it go on."""
    server.answer("AUTH", b"235 ok\r\n")
    (card,) = desk.cards("notice")
    card_id = str(card["id"])
    acts = card_detail(desk.kernel, card_id)["acts"]

    assert isinstance(acts, dict)
    assert acts.keys() == {"retry", "later", "back"}
    with pytest.raises(TransitionRefused, match="held until its login works"):
        skip(desk.kernel, card_id)
    assert desk.cards("notice") == [card]
    assert retry(desk.kernel, card_id) == "resumed"
    desk.turn()

    assert len(server.mails) == 1
    assert desk.cards("notice") == []


def _connectors(port: int) -> str:
    return f"""
mail:
  kind: mail
  address: {DESK}
  since: 2031-01-01T00:00:00Z
  authserv_id: mx.widgets.example
  receive: {{maildir: mail/inbox}}
  send:
    smtp: {{host: 127.0.0.1, port: {port}, tls: none, user: me, password_env: MAIL_PASSWORD}}
  sent: {{maildir: mail/sent}}
"""
