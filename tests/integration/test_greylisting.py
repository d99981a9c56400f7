"""Proves that a server which wants patience gets it, and its mail: greylisting is survived."""

from pathlib import Path

from aios_defs.core.actions import ActionState
from resources.testing.smtp_server import ScriptedSmtpServer
from tests.integration.desk import DESK, Desk, Mail

PRICE = Mail(text="How much is the blue widget?", subject="Price")


def test_a_mail_refused_for_now_is_delivered_once(tmp_path: Path) -> None:
    """The server says 450, and takes it later: one wait, one mail, no help from the operator."""
    server = ScriptedSmtpServer({"RCPT": b"450 4.2.0 come back later\r\n"})
    desk = Desk(tmp_path, files={"connectors.yaml": connectors(server.port)}).begin()
    desk.receive(PRICE)
    desk.wait(seconds=11)
    desk.turn()
    failed = desk.action()
    server.answer("RCPT", b"250 ok\r\n")

    desk.turn()
    early = len(server.mails)
    desk.wait(minutes=2)
    desk.turn()
    desk.wait(hours=1)
    desk.turn()

    assert failed.state is ActionState.FAILED_RETRYABLE
    assert early == 0
    assert desk.action().state is ActionState.COMMITTED
    assert len(server.mails) == 1
    assert desk.cards("failure") == []
    desk.home.ledger.close()
    server.close()


def connectors(port: int) -> str:
    """Return a mailbox of the desk that sends by SMTP to a port of this machine."""
    return f"""
mail:
  kind: mail
  address: {DESK}
  since: 2031-01-01T00:00:00Z
  authserv_id: mx.widgets.example
  receive: {{maildir: mail/inbox}}
  send: {{smtp: {{host: 127.0.0.1, port: {port}, tls: none}}}}
  sent: {{maildir: mail/sent}}
"""
