"""Owns one submission (RFC 6409) phase by phase, up to the moment when the message is handed over.

Before `hand_over` sends the end of the data nothing is sent, whatever breaks. The message goes to
all of its recipients or to none: a refused one ends the attempt.
"""

import base64
import contextlib
from collections.abc import Generator
from typing import Self

from resources.connectors.mail.credentials import Credentials, xoauth2
from resources.connectors.mail.outbound import Outgoing
from resources.connectors.mail.smtp_trouble import broken, lacking, recipients_refused, refused
from resources.connectors.mail.smtp_wire import Reply, Wire
from resources.connectors.mail.tls import tls_context

_CONTINUE, _START = 334, 354
_CLOSING = 421
_OUT_OF_PLACE = (503, 504)


class SmtpSession:
    """One connection, greeted and logged in; used for one message, in a `with`.

    `features` is what the server offers: each keyword of its EHLO, with its parameters.
    """

    def __init__(self, credentials: Credentials) -> None:
        """Connect, secure, log in; raises OutsideFailed."""
        self.server = credentials.server
        context = tls_context(self.server, credentials.home) if self.server.tls != "none" else None
        self._credentials = credentials
        self.features: dict[str, str] = {}
        with self._translated():
            self._wire = Wire(self.server, context)
        with contextlib.ExitStack() as unless_in:
            unless_in.callback(self._wire.close)
            with self._translated():
                self._begin()
            unless_in.pop_all()

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection; what was not handed over is dropped by the server."""
        self._wire.close()

    def offer(self, outgoing: Outgoing) -> None:
        """Send everything but the end of the data; raises OutsideFailed."""
        content = _on_the_wire(outgoing.raw)
        with self._translated():
            self._need("MAIL", self._wire.ask(self._mail(outgoing, len(content))))
            self._recipients(outgoing)
            start = self._wire.ask("DATA")
            if start.code != _START:
                raise refused(self.server, "DATA", start)
            self._wire.send(content)

    def hand_over(self) -> Reply:
        """Send the end of the data and return the reply; an OSError leaves it open."""
        self._wire.send(b".\r\n")
        return self._wire.reply()

    def quit(self) -> None:
        """Say goodbye; what goes wrong does not matter any more."""
        with contextlib.suppress(OSError):
            self._wire.ask("QUIT")

    @contextlib.contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise broken(self.server, error) from error

    def _begin(self) -> None:
        self._need("the greeting", self._wire.reply())
        self._hello()
        if self.server.tls == "starttls":
            if "STARTTLS" not in self.features:
                remedy = "Set `tls: implicit` and the port for it, often 465."
                raise lacking(self.server, "offers no STARTTLS", remedy)
            self._need("STARTTLS", self._wire.ask("STARTTLS"))
            self._wire.secure()
            self._hello()
        if self._credentials.user is not None:
            self._log_in(self._credentials.user)

    def _hello(self) -> None:
        reply = self._need("EHLO", self._wire.ask(f"EHLO {self._wire.own_name}"))
        words = [one.replace("=", " ", 1).split(None, 1) for one in reply.lines[1:]]
        self.features = {one[0].upper(): one[1] if one[1:] else "" for one in words if one}

    def _log_in(self, user: str) -> None:
        secret = self._credentials.secret()
        reply = self._authenticate(user, secret)
        if not reply.is_done and not reply.is_passing:
            fresh = self._credentials.renewed(secret)
            reply = reply if fresh is None else self._authenticate(user, fresh)
        if reply.is_passing or reply.code in _OUT_OF_PLACE:
            raise refused(self.server, "AUTH", reply)
        if not reply.is_done:
            raise self._credentials.refused()

    def _authenticate(self, user: str, secret: str) -> Reply:
        offered = self.features.get("AUTH", "").upper().split()
        if self._credentials.is_token:
            if "XOAUTH2" in offered:
                reply = self._wire.ask(f"AUTH XOAUTH2 {xoauth2(user, secret)}")
                return self._wire.ask("") if reply.code == _CONTINUE else reply
        elif "PLAIN" in offered:
            return self._wire.ask(f"AUTH PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{secret}')}")
        elif "LOGIN" in offered:
            for word in ("AUTH LOGIN", _base64(user)):
                reply = self._wire.ask(word)
                if reply.code != _CONTINUE:
                    return reply
            return self._wire.ask(_base64(secret))
        kind = "token" if self._credentials.is_token else "password"
        remedy = "Check `host`, `port` and `tls` in connectors.yaml; a submission port is meant."
        raise lacking(self.server, f"takes no login by {kind} here", remedy)

    def _mail(self, outgoing: Outgoing, size: int) -> str:
        limit = self.features.get("SIZE", "")
        if limit.isdecimal() and 0 < int(limit) < size:
            what = f"takes no mail larger than {limit} bytes; this one has {size}"
            raise lacking(self.server, what, "Shorten the mail, or send its content another way.")
        line = f"MAIL FROM:<{outgoing.sender}>"
        if "SIZE" in self.features:
            line += f" SIZE={size}"
        if not (outgoing.raw.isascii() and "".join(outgoing.recipients).isascii()):
            if "SMTPUTF8" not in self.features:
                what = "takes no address with letters beyond ASCII (SMTPUTF8)"
                raise lacking(self.server, what, "Write to another address of that person.")
            line += " BODY=8BITMIME SMTPUTF8"
        return line

    def _recipients(self, outgoing: Outgoing) -> None:
        no: dict[int, Reply] = {}
        for place, address in enumerate(outgoing.recipients, start=1):
            reply = self._wire.ask(f"RCPT TO:<{address}>")
            if reply.code == _CLOSING:
                raise refused(self.server, "RCPT", reply)
            if not reply.is_done:
                no[place] = reply
        if no:
            raise recipients_refused(self.server, no)

    def _need(self, phase: str, reply: Reply) -> Reply:
        if not reply.is_done:
            raise refused(self.server, phase, reply)
        return reply


def _on_the_wire(raw: bytes) -> bytes:
    """Return the message with CRLF and dots doubled at the start of lines (RFC 5321 §4.5.2)."""
    lines = raw.removesuffix(b"\n").split(b"\n")
    stuffed = (b"." + one if one.startswith(b".") else one for one in lines)
    return b"\r\n".join(stuffed) + b"\r\n"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
