"""Proves that the card of an unreadable connector gives the reason of now, and the remedy."""

from aios_defs.core.model import JsonObject
from aios_defs.services.batch import take_in_all
from tests.integration.desk import DESK, FILES, Desk

IMAP = f"""
mail:
  kind: mail
  address: {DESK}
  since: 2031-01-01T00:00:00Z
  receive:
    imap: {{host: 127.0.0.1, port: 1, tls: none, user: me, password_env: MAIL_PASSWORD}}
  send: {{maildir: mail/outbox}}
  sent: {{maildir: mail/sent}}
"""


def looked(desk: Desk, connectors: str) -> list[JsonObject]:
    """Return the cards after a look with other entries."""
    desk.write("connectors.yaml", connectors)
    desk.reopen()
    take_in_all(desk.kernel, "support")
    return desk.cards("notice")


def test_the_card_names_reason_and_remedy_until_it_works(desk: Desk) -> None:
    """One card at a time: no password, then no server, then none when mail is read again."""
    (unset,) = looked(desk, IMAP)
    assert "The variable MAIL_PASSWORD is not set" in str(unset["remedy"])
    assert "Set MAIL_PASSWORD in the environment" in str(unset["remedy"])

    (desk.path / ".env").write_text("MAIL_PASSWORD=some\n")
    (refused,) = looked(desk, IMAP)
    assert "127.0.0.1:1 refuses the connection" in str(refused["remedy"])
    assert "Check `host` and `port`" in str(refused["remedy"])
    assert looked(desk, IMAP) == [refused]

    assert looked(desk, FILES["connectors.yaml"]) == []
