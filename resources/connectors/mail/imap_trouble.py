"""Owns what goes wrong between us and an IMAP server, in words: why, and what the operator can do.

Everything is OutsideFailed; its field `reason` is one of: refused, unknown_host, unreachable, tls,
credentials, no_folder, dropped, protocol, no_answer. `credentials` is a dead credential
(`retryable=False`): who polls must wait before they log in again, because servers lock out those
who hammer. The server's own words are never repeated: they may be personal.
"""

import contextlib
import imaplib
import ssl
from collections.abc import Generator

from aios_defs.core.errors import CredentialRefused, OutsideFailed
from resources.connectors.mail.network import network_trouble

_NOT_NOW = ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "[SERVERBUG]", "[CONTACTADMIN]")
"""Codes of a refused login that say nothing against the credential (RFC 5530)."""
_ONLINE = "Check `host` and `port`, and whether this machine is online."
_AGAIN = "It is tried again by itself; if it stays so, ask who runs the server."
_ANYTHING = (
    imaplib.IMAP4.error,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    MemoryError,
)
"""What the client raises: an odd answer breaks it in its parser, a lying size in its memory."""


@contextlib.contextmanager
def translated(where: str, folder: str = "") -> Generator[None]:
    """Raise OutsideFailed for whatever the block raises; `folder` is the one that it opens."""
    try:
        yield
    except OutsideFailed:
        raise
    except _ANYTHING as error:
        raise _trouble(where, error, folder) from error


def failed(
    where: str, reason: str, what: str, remedy: str, *, retryable: bool = True
) -> OutsideFailed:
    """Return the error `The mail server HOST:PORT <what>.`, with its reason as a field."""
    message = f"The mail server {where} {what}."
    return OutsideFailed(message, remedy=remedy, retryable=retryable, reason=reason, host=where)


def _trouble(where: str, error: Exception, folder: str) -> OutsideFailed:
    if isinstance(error, ssl.SSLError):
        return _tls(where, error)
    if isinstance(error, OSError):
        reason, what = network_trouble(error)
        return failed(where, reason, what, _ONLINE)
    return _protocol(where, error, folder)


def _tls(where: str, error: ssl.SSLError) -> OutsideFailed:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "verify_message", "unknown")
        what = f"has a certificate that can't be trusted ({why})"
        remedy = "Correct `host`, or name the authority of your own server with `ca_file`."
        return failed(where, "tls", what, remedy, retryable=False)
    if isinstance(error, ssl.SSLEOFError):
        return failed(where, "dropped", "broke the connection off", _AGAIN)
    why = getattr(error, "reason", None) or type(error).__name__
    what = f"could not agree with us on TLS ({why})"
    return failed(where, "tls", what, "Check `port` and `tls`: 993 is implicit, 143 is starttls.")


def _protocol(where: str, error: Exception, folder: str) -> OutsideFailed:
    from imapclient import exceptions  # pyright: ignore[reportMissingTypeStubs]  # ships no types

    was_cut = isinstance(error.__context__, exceptions.IMAPClientAbortError)
    if isinstance(error, exceptions.LoginError) and not was_cut:
        return _login(where, str(error).upper())
    if was_cut or isinstance(error, exceptions.IMAPClientAbortError):
        return failed(where, "dropped", "broke the connection off", _AGAIN)
    if folder and type(error) is exceptions.IMAPClientError:
        remedy = "Correct `folder` in business/connectors.yaml; the name is the server's own."
        return failed(where, "no_folder", f"does not open the folder {folder!r}", remedy)
    return failed(where, "protocol", f"answers oddly ({type(error).__name__})", _AGAIN)


def _login(where: str, words: str) -> OutsideFailed:
    if any(code in words for code in _NOT_NOW):
        return failed(where, "no_answer", "lets nobody in just now", _AGAIN)
    return CredentialRefused(
        f"The mail server {where} refuses the user or its password or token.",
        remedy="Correct them, or look at what `token_command` prints; many servers want an app "
        "password, made in the settings of the account.",
        retryable=False,
        reason="credentials",
        host=where,
    )
