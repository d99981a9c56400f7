"""Tests what goes wrong with an IMAP server, in words and as a reason."""

import imaplib
import socket
import ssl

import pytest
from imapclient import exceptions

from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.imap_session import ImapServer, ImapSession, is_loopback
from resources.connectors.mail.imap_trouble import translated

CASES = [
    (ConnectionRefusedError(), "refused"),
    (socket.gaierror(), "unknown_host"),
    (TimeoutError(), "no_answer"),
    (ConnectionResetError(), "dropped"),
    (OSError(101, "Network is unreachable"), "unreachable"),
    (ssl.SSLCertVerificationError(), "tls"),
    (ssl.SSLError(), "tls"),
    (ssl.SSLEOFError(), "dropped"),
    (exceptions.LoginError("[AUTHENTICATIONFAILED] Bad secret of ann"), "credentials"),
    (exceptions.LoginError("[UNAVAILABLE] Later"), "no_answer"),
    (imaplib.IMAP4.abort("socket error: EOF"), "dropped"),
    (imaplib.IMAP4.error("NO such mailbox"), "protocol"),
    (ValueError("odd"), "protocol"),
    (KeyError(b"UIDVALIDITY"), "protocol"),
    (MemoryError(), "protocol"),
]


@pytest.mark.parametrize(("error", "reason"), CASES, ids=lambda one: repr(one)[:40])
def test_each_trouble_has_a_reason(error: Exception, reason: str) -> None:
    """Whatever the client raises becomes OutsideFailed, with a reason and none of its words."""
    with pytest.raises(OutsideFailed) as raised, translated("mail.test:993"):
        raise error

    assert raised.value.fields["reason"] == reason
    assert "mail.test:993" in raised.value.message
    assert "ann" not in str(raised.value)
    assert raised.value.fields["retryable"] is (
        reason != "credentials" and not isinstance(error, ssl.SSLCertVerificationError)
    )


def test_folder_that_is_not_there_is_named() -> None:
    """A refusal to open a folder names it, because the operator wrote the name."""
    with pytest.raises(OutsideFailed, match="'Inbix'") as raised, translated("h:1", "Inbix"):
        raise imaplib.IMAP4.error("NO")

    assert raised.value.fields["reason"] == "no_folder"


def _raise(error: Exception) -> None:
    """Raise as the client does it: with the context it was given."""
    raise error.with_traceback(None)


def test_goodbye_while_logging_in_is_no_bad_credential() -> None:
    """A connection that breaks during the login says nothing against the credential."""
    login = exceptions.LoginError("EOF")
    login.__context__ = imaplib.IMAP4.abort("EOF")

    with pytest.raises(OutsideFailed) as raised, translated("h:1"):
        _raise(login)

    assert raised.value.fields["reason"] == "dropped"


def test_no_secret_goes_out_in_the_clear() -> None:
    """Without TLS nobody beyond this machine is connected to, and the secret is not even asked."""

    def secret(fresh: bool) -> str:  # noqa: FBT001 - the signature
        raise AssertionError(fresh)

    server = ImapServer(host="mail.example.test", port=143, tls="none", user="x", secret=secret)

    with pytest.raises(OutsideFailed, match="in the clear"):
        ImapSession(server)

    assert is_loopback("127.0.0.1")
    assert is_loopback("localhost")
    assert not is_loopback("127.0.0.1.example.test")
