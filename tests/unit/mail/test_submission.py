"""Proves that whatever a server answers, a mail is sent, failed or uncertain."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aios_defs.core.connector import CommitRequest
from aios_defs.core.errors import FenceLost, OutsideFailed, OutsideUncertain
from resources.connectors.mail.connector import MailConnector
from resources.testing.smtp_server import ScriptedSmtpServer
from tests.unit.mail.messages import AT

KEY = "0123456789abcdef" * 4


@contextmanager
def serving(
    home: Path, script: dict[str, bytes | None]
) -> Iterator[tuple[ScriptedSmtpServer, MailConnector]]:
    server = ScriptedSmtpServer(script)
    connector = MailConnector.from_config(
        "mail",
        {
            "kind": "mail",
            "address": "desk@shop.test",
            "receive": {"maildir": "inbox"},
            "send": {"smtp": {"host": "127.0.0.1", "port": server.port, "tls": "none"}},
            "sent": {"maildir": "sent"},
        },
        home,
    )
    yield server, connector
    server.close()


def request_of(body: str = "Hello") -> CommitRequest:
    arguments = {"to": ["ann@customer.test"], "subject": "Hi", "body": body}
    return CommitRequest(operation="mail.send", key=KEY, arguments=arguments, at=AT)


def test_mail_goes_out_as_it_was_written(tmp_path: Path) -> None:
    """Dots at the start of lines are doubled, lines end in CRLF, and a copy stands in Sent."""
    with serving(tmp_path, {}) as (server, connector):
        connector.commit(request_of(".hidden\n..\nlast"), lambda: None)

    (mail,) = server.mails
    assert b"\r\n..hidden\r\n...\r\nlast\r\n" in mail
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert len(list((tmp_path / "sent/cur").iterdir())) == 1


@pytest.mark.parametrize(
    ("script", "is_retryable"),
    [
        ({"greeting": b"554 no\r\n"}, False),
        ({"greeting": b"421 busy\r\n"}, True),
        ({"greeting": b"HTTP/1.1 400 Bad\r\n"}, True),
        ({"greeting": None}, True),
        ({"EHLO": b"250-here\r\n250 SIZE 10\r\n"}, False),
        ({"MAIL": b"451-one\r\n451 4.3.0 two\r\n"}, True),
        ({"RCPT": b"421 closing\r\n"}, True),
        ({"RCPT": b"550 5.1.1 ann@customer.test is unknown\r\n"}, False),
        ({"MAIL": b"503 5.5.1 nested\r\n"}, True),
        ({"MAIL": b"250 ok\r\n503 nested\r\n"}, True),
        ({"RCPT": b"503 no sender\r\n"}, True),
        ({"DATA": b"503 no recipient\r\n"}, True),
        ({"DATA": b"250 what\r\n"}, True),
        ({"DATA": b"554 5.7.1 no\r\n"}, False),
        ({"DATA": None}, True),
        ({"end": b"452 4.3.1 full\r\n"}, True),
        ({"end": b"554 5.7.1 ann@customer.test\r\n"}, False),
    ],
)
def test_refusal_is_a_failure(
    tmp_path: Path, script: dict[str, bytes | None], is_retryable: object
) -> None:
    """Every no, and every break before the end of the data, is a failure without personal text."""
    with serving(tmp_path, script) as (_, connector):
        with pytest.raises(OutsideFailed) as refused:
            connector.commit(request_of(), lambda: None)

        assert refused.value.fields["retryable"] is is_retryable
        assert "ann" not in f"{refused.value} {refused.value.fields}"
        assert connector.find("mail.send", KEY).answer == "absent"


@pytest.mark.parametrize(
    "answer", [None, b"garbage\r\n", b"354 more\r\n", b"503 \r\n", b"250-taken\r\nxx\r\n"]
)
def test_lost_answer_is_uncertain(tmp_path: Path, answer: bytes | None) -> None:
    """After the end of the data no answer, an odd one or half of one tells nothing."""
    with serving(tmp_path, {"end": answer}) as (server, connector):
        with pytest.raises(OutsideUncertain):
            connector.commit(request_of(), lambda: None)

        assert connector.find("mail.send", KEY).answer == "unknown"
    assert len(server.mails) == 1


def test_lost_fence_ends_before_the_end(tmp_path: Path) -> None:
    """A worker that was replaced has handed nothing over."""

    def lost() -> None:
        raise FenceLost("Taken over.", remedy="Leave it.")

    with serving(tmp_path, {}) as (server, connector):
        with pytest.raises(FenceLost):
            connector.commit(request_of(), lost)

        assert connector.find("mail.send", KEY).answer == "absent"
    assert not server.mails
