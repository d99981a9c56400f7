"""Owns the one import of IMAPClient (https://imapclient.readthedocs.io) and the types it lacks."""

import logging
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, cast


class ImapClient(Protocol):
    """The part of IMAPClient that we use; all of it works on UIDs and may raise anything."""

    def has_capability(self, capability: str) -> bool:
        """Return whether the server has the capability."""
        ...

    def starttls(self, ssl_context: ssl.SSLContext) -> object:
        """Secure the connection."""
        ...

    def oauth2_login(self, user: str, access_token: str) -> object:
        """Log in by XOAUTH2."""
        ...

    def plain_login(self, identity: str, password: str) -> object:
        """Log in by AUTHENTICATE PLAIN, which takes any letter."""
        ...

    def login(self, username: str, password: str) -> object:
        """Log in by LOGIN."""
        ...

    def logout(self) -> object:
        """Say goodbye, and close."""
        ...

    def shutdown(self) -> None:
        """Close the connection."""
        ...

    def select_folder(self, folder: str, readonly: bool = False) -> dict[bytes, Any]:  # noqa: FBT001, FBT002 - its signature
        """Select a folder."""
        ...

    def folder_status(self, folder: str, what: Sequence[str]) -> dict[bytes, Any]:
        """Ask how a folder is."""
        ...

    def list_folders(self) -> list[tuple[tuple[bytes, ...], bytes, str]]:
        """List all folders: flags, delimiter, name."""
        ...

    def create_folder(self, folder: str) -> object:
        """Create a folder."""
        ...

    def search(self, criteria: Sequence[object]) -> list[int]:
        """Return the UIDs that match."""
        ...

    def fetch(self, messages: Sequence[int], data: Sequence[str]) -> dict[int, dict[bytes, Any]]:
        """Return what was asked of each message that there is."""
        ...

    def append(
        self, folder: str, msg: bytes, flags: Sequence[bytes] = (), msg_time: datetime | None = None
    ) -> object:
        """Put a message into a folder."""
        ...

    def noop(self) -> object:
        """Ask nothing."""
        ...

    def idle(self) -> None:
        """Begin to wait for news."""
        ...

    def idle_check(self, timeout: float) -> list[object]:
        """Return what the server said meanwhile."""
        ...

    def idle_done(self) -> object:
        """End waiting."""
        ...


def connect(
    host: str, port: int, *, context: ssl.SSLContext | None, connect_seconds: float, seconds: float
) -> ImapClient:
    """Open a connection, with TLS from its first byte if there is a `context`."""
    import imapclient  # pyright: ignore[reportMissingTypeStubs]  # it ships no types

    logging.getLogger("imapclient").setLevel(logging.WARNING)  # below, it logs what mails say
    make = cast("Callable[..., Any]", imapclient.IMAPClient)
    client = make(
        host,
        port=port,
        ssl=context is not None,
        ssl_context=context,
        timeout=imapclient.SocketTimeout(connect_seconds, seconds),
    )
    client.normalise_times = False
    return cast("ImapClient", client)
