"""Owns one connection to an IMAP server: opened, secured, logged in, and its plain questions.

What goes wrong leaves as OutsideFailed (see imap_trouble). A session belongs to one thread at a
time, and to the process that opened it.
"""

import contextlib
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal, Self

from aios_defs.core.errors import OutsideFailed
from resources.connectors.mail.imap_client import ImapClient, connect
from resources.connectors.mail.imap_trouble import failed, translated

Tls = Literal["none", "starttls", "implicit"]
CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """Where an account is and how to get in.

    `secret` returns the password, or with `is_token` an OAuth access token; called with True it
    returns a fresh one, because the server refused what it gave. `context` makes the TLS context.
    """

    host: str
    port: int
    tls: Tls
    user: str
    secret: Callable[[bool], str]
    is_token: bool = False
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    read_seconds: float = READ_SECONDS

    @property
    def where(self) -> str:
        """Host and port, as messages name them."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """A folder at one moment: how many messages it holds, and what names their UIDs.

    `uidnext` is above every UID given so far; 0 when the server does not say.
    """

    uidvalidity: int
    uidnext: int
    exists: int


class ImapSession:
    """One connection, logged in; `close` it, or use it in a `with`.

    `examined` is the folder that is selected, with its UIDVALIDITY.
    """

    def __init__(self, server: ImapServer) -> None:
        """Connect and log in; a refused token is asked for anew, once."""
        self.server = server
        self.examined: tuple[str, int] | None = None
        try:
            self.client = _logged_in(server, fresh=False)
        except OutsideFailed as error:
            if not (server.is_token and error.fields.get("reason") == "credentials"):
                raise
            self.client = _logged_in(server, fresh=True)

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Say goodbye and close the connection; raises nothing."""
        with contextlib.suppress(Exception):
            self.client.logout()
        self.drop()

    def drop(self) -> None:
        """Close a connection that broke, without a word; raises nothing."""
        with contextlib.suppress(Exception):
            self.client.shutdown()

    def asking(self, folder: str = "") -> AbstractContextManager[None]:
        """Translate what goes wrong within the block; `folder` is the one that it opens."""
        return translated(self.server.where, folder)

    def has(self, capability: str) -> bool:
        """Return whether the server has that capability."""
        with self.asking():
            return self.client.has_capability(capability)

    def examine(self, folder: str) -> FolderState:
        """Select a folder for reading only (EXAMINE): nothing after it can mark or move a mail."""
        self.examined = None
        with self.asking(folder):
            state = _state(self.client.select_folder(folder, readonly=True), b"EXISTS")
        self.examined = (folder, state.uidvalidity)
        return state

    def status(self, folder: str) -> FolderState:
        """Return how a folder is without selecting it: the cheapest question there is."""
        with self.asking(folder):
            found = self.client.folder_status(folder, ("MESSAGES", "UIDNEXT", "UIDVALIDITY"))
            return _state(found, b"MESSAGES")

    def special(self, use: bytes) -> str | None:
        r"""Return the name of the folder of a special use (`\Sent`, RFC 6154), or None."""
        with self.asking():
            listed = self.client.list_folders()
        return next((name for flags, _, name in listed if use in flags), None)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its name alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _state(found: Mapping[bytes, Any], count: bytes) -> FolderState:
    return FolderState(
        uidvalidity=int(found[b"UIDVALIDITY"]),
        uidnext=int(found.get(b"UIDNEXT", 0)),
        exists=int(found[count]),
    )


def _logged_in(server: ImapServer, *, fresh: bool) -> ImapClient:
    if server.tls == "none" and not is_loopback(server.host):
        what, remedy = "would get the secret in the clear", "Set `tls: implicit` or `starttls`."
        raise failed(server.where, "tls", what, remedy, retryable=False)
    secret = server.secret(fresh)
    context = server.context() if server.tls == "implicit" else None
    with translated(server.where):
        client = connect(
            server.host,
            server.port,
            context=context,
            connect_seconds=CONNECT_SECONDS,
            seconds=server.read_seconds,
        )
    with contextlib.ExitStack() as unless_in:
        unless_in.callback(_shut, client)
        with translated(server.where):
            _log_in(client, server, secret)
        unless_in.pop_all()
    return client


def _shut(client: ImapClient) -> None:
    with contextlib.suppress(Exception):
        client.shutdown()


def _log_in(client: ImapClient, server: ImapServer, secret: str) -> None:
    if server.tls == "starttls":
        if not client.has_capability("STARTTLS"):
            remedy = "Set `tls: implicit` and the port for it, often 993."
            raise failed(server.where, "tls", "offers no STARTTLS", remedy, retryable=False)
        client.starttls(server.context())
    if server.is_token:
        client.oauth2_login(server.user, secret)
    elif client.has_capability("AUTH=PLAIN"):
        client.plain_login(server.user, secret)
    else:
        client.login(server.user, secret)
