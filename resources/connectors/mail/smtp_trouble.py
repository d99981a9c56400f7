"""Owns what goes wrong on the way to a submission server, before the message is handed over.

So everything here is OutsideFailed: nothing was sent. The server's words are never repeated, they
may be personal; its code is told, and which recipient it was about by its place in to, cc and bcc.
"""

import ssl

from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.servers import MailServer
from resources.connectors.mail.smtp_wire import Garbled, Reply
from resources.connectors.mail.tls import untrusted

_LATER = "It is tried again by itself; if it stays so, ask who runs the server."


def broken(server: MailServer, error: OSError) -> OutsideFailed:
    """Return the error of a connection that did not come about, broke, or speaks no SMTP."""
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return untrusted(server, error)
    what = "answers what is no SMTP" if isinstance(error, Garbled) else "can't be reached"
    if isinstance(error, TimeoutError):
        what = "does not answer in time"
    return OutsideFailed(
        f"The server {_where(server)} {what} ({type(error).__name__}).",
        remedy="Check `host`, `port` and `tls` in connectors.yaml, and whether this machine is "
        "online. It is tried again by itself.",
        retryable=True,
        host=server.host,
    )


def refused(server: MailServer, phase: str, reply: Reply) -> OutsideFailed:
    """Return the error of a reply that says no: 4xx may pass, 5xx stays."""
    return OutsideFailed(
        f"The server {_where(server)} refused the mail at {phase} ({reply.told}).",
        remedy=_LATER
        if reply.is_passing
        else f"It said {reply.told} at {phase}: mend what that means, then try again.",
        retryable=reply.is_passing,
        host=server.host,
        reply=reply.told,
    )


def recipients_refused(server: MailServer, replies: dict[int, Reply]) -> OutsideFailed:
    """Return the error of recipients that were refused, by their place from 1 on.

    One that is refused for good makes the whole mail final.
    """
    told = ", ".join(f"recipient {place} ({one.told})" for place, one in replies.items())
    is_passing = all(one.is_passing for one in replies.values())
    return OutsideFailed(
        f"The server {_where(server)} refused {told}; nothing was sent to anyone.",
        remedy=f"Refused for now: {told}. {_LATER}"
        if is_passing
        else f"Correct or leave out {told}, counted over to, cc and bcc; nobody got the mail.",
        retryable=is_passing,
        host=server.host,
        recipients=",".join(str(one) for one in replies),
    )


def lacking(server: MailServer, what: str, remedy: str) -> OutsideFailed:
    """Return the error of something that the server does not offer or take."""
    return OutsideFailed(
        f"The server {_where(server)} {what}.", remedy=remedy, retryable=False, host=server.host
    )


def _where(server: MailServer) -> str:
    return f"{server.host}:{server.port}"
