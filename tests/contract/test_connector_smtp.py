"""Proves the contract of connectors, and what SMTP adds, over a real Postfix and Dovecot."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from aios_defs.core.connector import CommitRequest, Connector
from aios_defs.core.errors import CredentialRefused, OutsideFailed, OutsideUncertain
from aios_defs.core.model import JsonObject
from resources.connectors.mail.connector import MailConnector
from resources.connectors.mail.imap_folder import ImapFolder
from resources.testing.recording_points import RecordingPoints
from tests.contract.connector_rig import AT, KEY, Fence, Rig, opened
from tests.contract.connectors import ConnectorContract
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

MAIL = b"From: ann@customer.test\r\nTo: desk@example.test\r\nMessage-ID: <%d@x>\r\n\r\nHello.\r\n"


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it."""


class SmtpRig:
    """An account on the real servers: STARTTLS to send, implicit TLS to look into Sent."""

    def __init__(self, home: Path, postfix: Postfix, user: str) -> None:
        self.home, self.postfix, self.user = home, postfix, user
        self.dovecot: Dovecot = postfix.dovecot
        self.kept: list[Connector] = []
        (home / ".env").write_text(f"MAIL_PASSWORD={self.dovecot.password}\n")

    def keep(self, connector: Connector) -> None:
        self.kept.append(connector)

    def close(self) -> None:
        for one in self.kept:
            assert isinstance(one, MailConnector)
            for way in (one._ways.inbox, one._ways.sent):
                assert isinstance(way, ImapFolder)
                way.line.close()

    def server(self, port: int, tls: str) -> JsonObject:
        return {
            "host": "127.0.0.1",
            "port": port,
            "tls": tls,
            "user": self.user,
            "password_env": "MAIL_PASSWORD",
            "ca_file": str(self.postfix.certificates.ca_file),
        }

    def entry(self) -> JsonObject:
        return {
            "kind": "mail",
            "address": f"{self.user}@example.test",
            "receive": {"imap": {**self.server(self.dovecot.imaps, "implicit"), "idle": False}},
            "send": {"smtp": self.server(self.postfix.starttls, "starttls")},
            "sent": {"imap": {**self.server(self.dovecot.imaps, "implicit"), "folder": "Sent"}},
        }

    def arguments(self, text: str) -> JsonObject:
        return {"to": [f"ann-{self.user}@example.test"], "subject": "Your question", "body": text}

    def effects(self, key: str) -> int:
        """Count what arrived, once nothing is on its way any more."""
        give_up = time.monotonic() + 20
        while self._is_on_its_way() and time.monotonic() < give_up:
            time.sleep(0.02)
        arrived = self.dovecot.mailbox(f"ann-{self.user}")
        return sum(f"X-AIOS-Op: {key}".encode() in one for one in arrived)

    def deliver(self, number: int) -> None:
        self.dovecot.deliver(self.user, MAIL % number)

    def _is_on_its_way(self) -> bool:
        """Return whether Postfix has a complete mail in its queue, which it marks executable."""
        spool = self.postfix.folder / "spool"
        queued = [one for sub in ("incoming", "active") for one in (spool / sub).rglob("*")]
        return any(one.is_file() and os.access(one, os.X_OK) for one in queued)


@pytest.fixture
def rig(tmp_path: Path, postfix: Postfix, user: str) -> Iterator[SmtpRig]:
    made = SmtpRig(tmp_path, postfix, user)
    yield made
    made.close()


class TestSmtp(ConnectorContract):
    """The mail connector on a submission server and IMAP."""

    @pytest.fixture
    def rig(self, tmp_path: Path, postfix: Postfix, user: str) -> Iterator[Rig]:
        made = SmtpRig(tmp_path, postfix, user)
        yield made
        made.close()


def connector_on(rig: SmtpRig, **send: object) -> Connector:
    entry = rig.entry()
    smtp = {**rig.server(rig.postfix.starttls, "starttls"), **send}
    smtp = {name: one for name, one in smtp.items() if one is not None}
    config = cast("JsonObject", {**entry, "send": {"smtp": smtp}})
    connector = MailConnector.from_config("mail", config, rig.home)
    rig.keep(connector)
    return connector


def request_of(rig: SmtpRig, **changes: object) -> CommitRequest:
    arguments = cast("JsonObject", {**rig.arguments("one"), **changes})
    return CommitRequest(operation="mail.send", key=KEY, arguments=arguments, at=AT)


def killed_at(rig: SmtpRig, point: str) -> None:
    def react(reached: str) -> None:
        if reached == point:
            raise Killed

    connector = connector_on(rig)
    setattr(connector, "points", RecordingPoints(react))  # noqa: B010 - not part of the protocol
    with pytest.raises(Killed):
        connector.commit(request_of(rig), lambda: None)


def test_implicit_tls_and_a_token(rig: SmtpRig) -> None:
    """A token is sent by XOAUTH2; one that is over is asked for anew, once."""
    (rig.home / "over").write_text(rig.dovecot.token(rig.user, is_over=True))
    (rig.home / "good").write_text(rig.dovecot.token(rig.user))
    script = "cat over; mv good over 2> /dev/null || true"
    connector = connector_on(
        rig,
        port=rig.postfix.implicit,
        tls="implicit",
        password_env=None,
        token_command=["sh", "-c", script],
    )

    connector.commit(request_of(rig), lambda: None)

    assert rig.effects(KEY) == 1


def test_refused_login_is_a_credential(rig: SmtpRig) -> None:
    """A wrong password is told as such, once, and nothing is sent."""
    (rig.home / ".env").write_text("MAIL_PASSWORD=wrong\n")

    with pytest.raises(CredentialRefused):
        connector_on(rig).commit(request_of(rig), lambda: None)

    assert rig.effects(KEY) == 0


@pytest.mark.parametrize(("name", "is_retryable"), [("unknown", False), ("grey", True)])
def test_refused_recipient_means_nobody_gets_it(
    rig: SmtpRig, name: str, is_retryable: object
) -> None:
    """One refused recipient stops the mail for all; its place is told, never its address."""
    request = request_of(rig, cc=[f"{name}@example.test"])

    with pytest.raises(OutsideFailed) as refused:
        connector_on(rig).commit(request, lambda: None)

    assert refused.value.fields["retryable"] is is_retryable
    assert refused.value.fields["recipients"] == "2"
    assert f"{name}@" not in f"{refused.value} {refused.value.fields}"
    assert rig.effects(KEY) == 0


def test_size_is_refused_before_it_is_sent(rig: SmtpRig) -> None:
    """The size that the server announces is kept, in clear words, for good."""
    request = request_of(rig, body="long " * rig.postfix.size_limit)

    with pytest.raises(OutsideFailed, match="takes no mail larger than") as refused:
        connector_on(rig).commit(request, lambda: None)

    assert refused.value.fields["retryable"] is False


def test_smtputf8_is_used_where_it_is_offered(rig: SmtpRig) -> None:
    """An address beyond ASCII goes where the server takes it, and is refused elsewhere."""
    request = request_of(rig, to=["jürgen@example.test"])
    connector_on(rig).commit(request, lambda: None)
    other = request.model_copy(update={"key": KEY[::-1]})

    with pytest.raises(OutsideFailed, match="SMTPUTF8"):
        connector_on(rig, port=rig.postfix.plain, tls="none").commit(other, lambda: None)


def test_untrusted_certificate_is_for_the_operator(rig: SmtpRig) -> None:
    """A certificate of an authority that nobody named ends the attempt for good."""
    with pytest.raises(OutsideFailed, match="TLS") as refused:
        connector_on(rig, ca_file=None).commit(request_of(rig), lambda: None)

    assert refused.value.fields["retryable"] is False


def test_copy_is_filed_once(rig: SmtpRig) -> None:
    """The copy stands in Sent, read, after one commit and after its repetition."""
    for _ in range(2):
        connector_on(rig).commit(request_of(rig), Fence())

    (copy,) = rig.dovecot.mailbox(rig.user, "Sent")
    assert f"X-AIOS-Op: {KEY}".encode() in copy
    (file,) = (rig.dovecot.place(rig.user, "Sent") / "cur").iterdir()
    assert "S" in file.name.partition(":2,")[2]


@pytest.mark.parametrize(
    ("point", "answer", "effects"),
    [
        ("mail.staged", "absent", 0),
        ("mail.sending", "unknown", 0),
        ("mail.accepted", "found", 1),
        ("mail.filed", "found", 1),
    ],
)
def test_killed_attempt_is_told(rig: SmtpRig, point: str, answer: str, effects: int) -> None:
    """Wherever an attempt is killed, `find` says what is known, and Sent catches up."""
    killed_at(rig, point)

    connector = opened(rig)
    assert connector.find("mail.send", KEY).answer == answer
    list(connector.scan(lambda _: False))

    assert rig.effects(KEY) == effects
    assert len(rig.dovecot.mailbox(rig.user, "Sent")) == effects


def test_sent_settles_what_is_open(rig: SmtpRig) -> None:
    """A mail whose end is open is found when Sent shows it, and is not sent again."""
    killed_at(rig, "mail.accepted")
    connector = connector_on(rig)
    list(connector.scan(lambda _: False))
    place = rig.home / "smtp" / f"{rig.user}@example.test" / KEY
    (place / "accepted").rename(place / "sending")

    assert connector.find("mail.send", KEY).answer == "found"
    connector.commit(request_of(rig), lambda: None)
    assert rig.effects(KEY) == 1


def test_live_attempt_is_not_doubled(rig: SmtpRig) -> None:
    """While one attempt stands at its fence another sends nothing, and `find` waits."""
    seen: list[str] = []

    def fence() -> None:
        finding = connector_on(rig).find("mail.send", KEY)
        seen.append(f"{finding.answer} {finding.ask_again}")
        with pytest.raises(OutsideUncertain):
            connector_on(rig).commit(request_of(rig), lambda: None)

    connector_on(rig).commit(request_of(rig), fence)

    assert seen == ["unknown True"]
    assert rig.effects(KEY) == 1
