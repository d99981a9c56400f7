"""Owns building the folders of an account that are read by IMAP; opens nothing."""

from dataclasses import dataclass
from pathlib import Path

from resources.connectors.mail.configuration import MailConfig
from resources.connectors.mail.credentials import Credentials
from resources.connectors.mail.imap_folder import ImapFolder
from resources.connectors.mail.imap_line import ImapLine
from resources.connectors.mail.imap_session import ImapServer
from resources.connectors.mail.servers import MailServer
from resources.connectors.mail.tls import tls_context


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapFolders:
    """The inbox and the folder of sent mail; None where the account reads a Maildir."""

    inbox: ImapFolder | None
    sent: ImapFolder | None


def imap_folders(config: MailConfig, home: Path) -> ImapFolders:
    """Build the folders; two on the same server share one connection."""
    receive, sent = config.receive.imap, config.sent_imap
    seconds = receive.poll_seconds if receive else 60
    line = imap_line(receive, home) if receive else None
    inbox = ImapFolder(line, receive.folder, poll_seconds=seconds) if receive and line else None
    if sent is None:
        return ImapFolders(inbox=inbox, sent=None)
    is_shared = receive is not None and _login(receive) == _login(sent)
    shared = line if is_shared and line else imap_line(sent, home)
    return ImapFolders(
        inbox=inbox, sent=ImapFolder(shared, sent.folder, "sent", poll_seconds=seconds)
    )


def imap_line(server: MailServer, home: Path) -> ImapLine:
    """Return the line to a server of connectors.yaml."""
    return ImapLine(imap_server(server, home))


def imap_server(server: MailServer, home: Path) -> ImapServer:
    """Return where a server of connectors.yaml is and how to log in there."""
    credentials = Credentials(server=server, home=home)

    def secret(is_refused: bool) -> str:  # noqa: FBT001 - the shape of ImapServer.secret
        given = credentials.secret()
        return (credentials.renewed(given) or given) if is_refused else given

    return ImapServer(
        host=server.host,
        port=server.port,
        tls=server.tls,
        user=server.user or "",
        secret=secret,
        is_token=credentials.is_token,
        context=lambda: tls_context(server, home),
    )


def _login(server: MailServer) -> dict[str, object]:
    return server.model_dump(include=set(MailServer.model_fields))
