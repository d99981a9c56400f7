"""Owns what goes wrong on the way to a submission server, before the message is handed over.

So everything here is OutsideFailed: nothing was sent. The server's words are never repeated, they
may be personal; its code is told, and which recipient it was about by its place in to, cc and bcc.
"""

import ssl

from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.network import network_trouble
from resources.connectors.mail.servers import MailServer
from resources.connectors.mail.smtp_wire import Garbled, Reply
from resources.connectors.mail.tls import untrusted

_LATER = "It is tried again by itself; if it stays so, ask who runs the server."


def broken(server: MailServer, error: OSError) -> OutsideFailed:
    """Return the error of a connection that did not come about, broke, or speaks no SMTP."""
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return untrusted(server, error)
    what = network_trouble(error)[1]
    if isinstance(error, Garbled):
        what = f"does not answer as a mail server ({error})"
    return OutsideFailed(
        f"The mail server {_where(server)} {what}.",
        remedy="Check `host`, `port` and `tls` (465 is implicit, 587 is starttls; some networks "
        "block one of them), and whether this machine is online.",
        retryable=True,
        host=server.host,
    )


def refused(server: MailServer, phase: str, reply: Reply) -> OutsideFailed:
    """Return the error of a reply that does not say yes: only a final no stays (5xx)."""
    return OutsideFailed(
        f"The mail server {_where(server)} refused the mail at {phase} ({reply.told}).",
        remedy=_LATER
        if not reply.is_final
        else f"It said {reply.told} at {phase}: mend what that means, then try again.",
        retryable=not reply.is_final,
        host=server.host,
        reply=reply.told,
    )


def recipients_refused(server: MailServer, replies: dict[int, Reply]) -> OutsideFailed:
    """Return the error of recipients that were refused, by their place from 1 on.

    One that is refused for good makes the whole mail final.
    """
    told = ", ".join(f"recipient {place} ({one.told})" for place, one in replies.items())
    is_final = any(one.is_final for one in replies.values())
    return OutsideFailed(
        f"The mail server {_where(server)} refused {told}; nothing was sent to anyone.",
        remedy=f"Refused for now: {told}. {_LATER}"
        if not is_final
        else f"Correct or leave out {told}, counted over to, cc and bcc; nobody got the mail.",
        retryable=not is_final,
        host=server.host,
        recipients=",".join(str(one) for one in replies),
    )


def lacking(server: MailServer, what: str, remedy: str) -> OutsideFailed:
    """Return the error of something that the server does not offer or take."""
    return OutsideFailed(
        f"The mail server {_where(server)} {what}.",
        remedy=remedy,
        retryable=False,
        host=server.host,
    )


def _where(server: MailServer) -> str:
    return f"{server.host}:{server.port}"
