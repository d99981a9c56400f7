"""Proves that the real servers of the tests do what the tests rest on."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import imapclient
import pytest
from imapclient.exceptions import LoginError

from tests.servers import dovecot as kit
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postfix import Postfix

MAIL = b"From: ann@customer.test\r\nSubject: Hello\r\n\r\nHello.\r\n"


@contextmanager
def logged_in(server: Dovecot, user: str) -> Iterator[imapclient.IMAPClient]:
    context = ssl.create_default_context(cafile=str(server.certificates.ca_file))
    with imapclient.IMAPClient(server.host, port=server.imaps, ssl_context=context) as client:
        client.oauth2_login(user, server.token(user))
        yield client


def test_delivered_mail_is_on_disk_and_by_imap(dovecot: Dovecot, user: str) -> None:
    """What LMTP took stands in the user's Maildir, and in the inbox that a token opens."""
    dovecot.deliver(user, MAIL)

    (raw,) = dovecot.mailbox(user)
    assert b"Hello." in raw
    with logged_in(dovecot, user) as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 1


def test_uidvalidity_changes(dovecot: Dovecot, user: str) -> None:
    """The same mail has other UIDs afterwards, and none is lost."""
    dovecot.deliver(user, MAIL)
    with logged_in(dovecot, user) as client:
        before = client.select_folder("INBOX")

    dovecot.change_uidvalidity(user)

    with logged_in(dovecot, user) as client:
        after = client.select_folder("INBOX")
    assert before[b"UIDVALIDITY"] != after[b"UIDVALIDITY"]
    assert before[b"EXISTS"] == after[b"EXISTS"] == 1


def test_token_that_is_over_is_refused(dovecot: Dovecot, user: str) -> None:
    """An expired token, or that of another user, opens nothing."""
    for token in (dovecot.token(user, is_over=True), dovecot.token("other")):
        client = imapclient.IMAPClient(dovecot.host, port=dovecot.imap, ssl=False)
        with client, pytest.raises(LoginError):
            client.oauth2_login(user, token)


def test_killed_server_comes_back_with_its_mail() -> None:
    """After SIGKILL and a new start the same port serves the same mail."""
    if reason := kit.missing():
        pytest.skip(reason)
    with running_dovecot() as server:
        server.deliver("desk", MAIL)
        server.kill()

        server.start()

        with logged_in(server, "desk") as client:
            assert client.select_folder("INBOX")[b"EXISTS"] == 1


def test_nothing_leaves(postfix: Postfix, user: str) -> None:
    """A recipient beyond the tests' own domain is refused, whoever asks."""
    context = ssl.create_default_context(cafile=str(postfix.certificates.ca_file))
    with smtplib.SMTP_SSL(postfix.host, postfix.implicit, context=context) as client:
        client.login(user, postfix.dovecot.password)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail(f"{user}@example.test", ["ann@elsewhere.test"], MAIL)
