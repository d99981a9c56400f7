"""Owns the TLS of a mail account: whom it trusts, and in which words a failure is told."""

import ssl
from pathlib import Path

from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.servers import MailServer


def tls_context(server: MailServer, home: Path) -> ssl.SSLContext:
    """Return a context that checks certificate and host name, TLS 1.2 or newer.

    Raises:
        OutsideFailed: `ca_file` can't be read (not retryable).

    """
    path = home / server.ca_file if server.ca_file else None
    try:
        context = ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        raise OutsideFailed(
            f"The certificate file {str(path)!r} can't be used ({_reason(error)}).",
            remedy="Name a readable PEM file as `ca_file` in connectors.yaml.",
            retryable=False,
            host=server.host,
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def untrusted(server: MailServer, error: ssl.SSLError) -> OutsideFailed:
    """Return the error of a handshake that failed: nothing was sent.

    A certificate that does not hold is for the operator; anything else may pass by itself.
    """
    is_certificate = isinstance(error, ssl.SSLCertVerificationError)
    return OutsideFailed(
        f"TLS with {server.host}:{server.port} failed ({_reason(error)}).",
        remedy="Check host, port and `tls` in connectors.yaml; name the authority of a certificate "
        "of your own as `ca_file`.",
        retryable=not is_certificate,
        host=server.host,
    )


def _reason(error: OSError) -> str:
    verify = getattr(error, "verify_message", "")
    reason = getattr(error, "reason", "")
    return str(verify or reason or error.strerror or type(error).__name__)
