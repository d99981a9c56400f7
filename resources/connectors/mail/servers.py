"""Owns the configuration of the mail servers of an account: where they are, how to log in.

A password or token crosses a network only inside TLS: `tls: none` with a user is refused unless the
server is on this machine.
"""

import shlex
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from aios_defs.core.business import VariableName
from aios_defs.core.model import Model

Tls = Literal["none", "starttls", "implicit"]


def _words(value: object) -> object:
    return shlex.split(value) if isinstance(value, str) else value


_Word = Annotated[str, Field(min_length=1)]
TokenCommand = Annotated[tuple[_Word, ...], Field(min_length=1), BeforeValidator(_words)]


def _host(value: str) -> str:
    text = value.strip().rstrip(".").lower()
    try:
        ascii_host = text if ":" in text else text.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError("is no host name") from error
    if not ascii_host or not ascii_host.isprintable() or set(ascii_host) & set(" /@[]"):
        raise ValueError("is no host name (write the name alone, without a scheme or port)")
    return ascii_host


def is_loopback_host(host: str) -> bool:
    """Return whether a host is this machine, by its address; of names only `localhost` is."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class MailServer(Model):
    """One server and the login there.

    `port` defaults to the one that is registered for `tls`. Without `user` there is no login. The
    secret is a password in the variable `password_env`, or an OAuth access token which
    `token_command` prints (a list of words, or a string split like one; no shell runs it).
    `ca_file` replaces the system's certificate authorities; a relative path is under the home.
    """

    PORTS: ClassVar[dict[str, int]] = {}

    host: Annotated[str, AfterValidator(_host)]
    port: Annotated[int, Field(ge=1, le=65535)]
    tls: Tls = "implicit"
    user: Annotated[str, Field(min_length=1, max_length=320)] | None = None
    password_env: VariableName | None = None
    token_command: TokenCommand | None = None
    ca_file: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _port_of_tls(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        given = cast("dict[str, Any]", value)
        port = cls.PORTS.get(str(given.get("tls", "implicit")))
        return given if port is None else {"port": port, **given}

    @model_validator(mode="after")
    def _is_safe(self) -> "MailServer":
        secrets = [one for one in (self.password_env, self.token_command) if one is not None]
        if self.user is None and secrets:
            raise ValueError("a `password_env` or `token_command` needs a `user`")
        if self.user is not None and len(secrets) != 1:
            raise ValueError("`user` needs one of `password_env` and `token_command`")
        if self.user is not None and self.tls == "none" and not self.is_loopback:
            raise ValueError("`tls: none` would send the secret in the clear; use starttls")
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine."""
        return is_loopback_host(self.host)

    @property
    def place(self) -> str:
        """The server as `host:port`, with its login."""
        return f"{self.user or ''}@{self.host}:{self.port}"


class ImapServer(MailServer):
    """An IMAP server; a mailbox can't be read without a login."""

    PORTS: ClassVar[dict[str, int]] = {"implicit": 993, "starttls": 143, "none": 143}

    folder: Annotated[str, Field(min_length=1, max_length=255)] = "INBOX"

    @model_validator(mode="after")
    def _has_user(self) -> "ImapServer":
        if self.user is None:
            raise ValueError("`user` is missing")
        return self


class ImapInbox(ImapServer):
    """The folder where mail arrives; asked each `poll_seconds`, or told by the server (`idle`)."""

    poll_seconds: Annotated[int, Field(ge=5, le=86_400)] = 60
    idle: bool = True


class ImapSent(ImapServer):
    """The folder of sent mail; `files_itself` says that the server puts what it sends there."""

    folder: Annotated[str, Field(min_length=1, max_length=255)] = "Sent"
    files_itself: bool = False


class SmtpServer(MailServer):
    """A submission server (RFC 6409, RFC 8314)."""

    PORTS: ClassVar[dict[str, int]] = {"implicit": 465, "starttls": 587, "none": 25}
