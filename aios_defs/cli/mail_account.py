"""Owns asking for a mail account step by step, and the entry of connectors.yaml it makes."""

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from aios_defs.cli.asking import Asking
from aios_defs.cli.output import remark

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject
    from resources.connectors.mail.probe import FoundInbox

Tls = Literal["implicit", "starttls", "none"]
_TLS = get_args(Tls)
_PORTS: dict[str, dict[str, int]] = {
    "imap": {"implicit": 993, "starttls": 143, "none": 143},
    "smtp": {"implicit": 465, "starttls": 587, "none": 25},
}
_BY_PORT = {993: "implicit", 465: "implicit", 143: "starttls", 587: "starttls", 25: "starttls"}
_SECRETS = """
How AIOS gets in. A password is never typed here and never stands in a file of AIOS:
  password  the name of an environment variable that holds it when AIOS runs. Most providers with
            two-step login want an app password: one you make in the account's security settings,
            for AIOS alone, and can take back there at any time.
  token     a command that prints an OAuth access token (Gmail and Microsoft 365 ask for these).
            AIOS runs it when it needs one and keeps nothing. See docs/guide/mail-account.md."""

_VOUCHING = """
On top of each of your newest mails stands what {name} says of who sent it
(Authentication-Results). If that is the name of your own provider's server, AIOS can take its word:
a sender whom it has proven counts as one, and is answered in their own thread where your policy
allows it. If you don't know the name, say no: whoever writes it could vouch for anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the options say about the account; None is open."""

    address: str | None = None
    imap: str | None = None
    imap_tls: str | None = None
    smtp: str | None = None
    smtp_tls: str | None = None
    user: str | None = None
    password_env: str | None = None
    token_command: str | None = None
    ca_file: str | None = None
    folder: str | None = None
    sent_folder: str | None = None
    sent_by: str | None = None
    authserv_id: str | None = None
    since: str = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server: its name, its port, and how the connection is protected."""

    host: str
    port: int
    tls: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def keys(self) -> "JsonObject":
        """The keys of the entry."""
        return {"host": self.host, "port": self.port, "tls": self.tls}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A mail account as far as it is known; `login` holds the keys that both servers share."""

    address: str
    imap: Place
    smtp: Place
    login: "JsonObject"
    since: str
    folder: str = "INBOX"
    sent_folder: str = "Sent"
    files_itself: bool = False
    authserv_id: str | None = None

    def entry(self) -> "JsonObject":
        """Return the entry of connectors.yaml."""
        sent: JsonObject = {**self.imap.keys, **self.login, "folder": self.sent_folder}
        if self.files_itself:
            sent["files_itself"] = True
        vouched: JsonObject = {"authserv_id": self.authserv_id} if self.authserv_id else {}
        return {
            "kind": "mail",
            "address": self.address,
            "since": self.since,
            **vouched,
            "receive": {"imap": {**self.imap.keys, **self.login, "folder": self.folder}},
            "send": {"smtp": {**self.smtp.keys, **self.login}},
            "sent": {"imap": sent},
        }

    def command(self, name: str) -> str:
        """Return the command that gives the same answers again."""
        options = {
            "name": name,
            "address": self.address,
            "imap": self.imap,
            "imap-tls": self.imap.tls,
            "smtp": self.smtp,
            "smtp-tls": self.smtp.tls,
            **{key.replace("_", "-"): value for key, value in self.login.items()},
        }
        words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        return shlex.join(["aios", "connector", "add", "mail", *words])


def ask_account(given: Given, asking: Asking) -> Account:
    """Ask for everything that must be known before a server can be reached.

    Raises:
        UsageInvalid: an answer has no meaning, or nobody may be asked.

    """
    address = given.address or asking.text("Your mail address", option="--address")
    domain = address.rpartition("@")[2]
    if not asking.is_silent and not (given.imap and given.smtp):
        remark(
            f"The server names below are guesses from {domain!r}; your provider's help page has the"
            " right ones (look for IMAP and SMTP). Nothing is contacted yet."
        )
    imap = _place("imap", given.imap, given.imap_tls, domain, asking)
    smtp = _place("smtp", given.smtp, given.smtp_tls, domain, asking)
    user = given.user or asking.text(
        "The user name for both servers", option="--user", default=address
    )
    login: JsonObject = {"user": user, **_secret(given, asking)}
    if given.ca_file:
        login["ca_file"] = given.ca_file
    return Account(address=address, imap=imap, smtp=smtp, login=login, since=given.since)


def choose_folders(account: Account, given: Given, inbox: "FoundInbox", asking: Asking) -> Account:
    """Ask which folders to read, now that the server told which there are."""
    names = tuple(inbox.folders)
    folder = asking.one_of(
        "Where mail arrives", names, option="--folder", default=given.folder or "INBOX"
    )
    sent = asking.one_of(
        "Where sent mail is kept",
        names,
        option="--sent-folder",
        default=given.sent_folder or inbox.sent or "Sent",
    )
    by = asking.one_of(
        "Who puts a copy of what was sent there: the server by itself, or AIOS",
        ("server", "aios"),
        option="--sent-by",
        default=given.sent_by or ("server" if inbox.files_itself else "aios"),
    )
    return replace(account, folder=folder, sent_folder=sent, files_itself=by == "server")


def choose_vouching(account: Account, given: Given, inbox: "FoundInbox", asking: Asking) -> Account:
    """Ask whether the one whose word on senders stands on the newest mails is to be believed.

    Never believed without the operator's word: whoever wrote that name could vouch for anybody.
    """
    if given.authserv_id is not None or inbox.authserv_id is None:
        named = given.authserv_id if given.authserv_id != "none" else None
        return replace(account, authserv_id=named)
    if asking.is_silent:
        return account
    remark(_VOUCHING.format(name=inbox.authserv_id))
    is_own = asking.agrees(f"Believe what {inbox.authserv_id} says of senders?", is_given=False)
    return replace(account, authserv_id=inbox.authserv_id if is_own else None)


def _place(kind: str, given: str | None, tls: str | None, domain: str, asking: Asking) -> Place:
    guess = None if asking.is_silent else f"{kind}.{domain}:{_PORTS[kind]['implicit']}"
    text = given or asking.text(
        f"{kind.upper()} server and port", option=f"--{kind}", default=guess
    )
    host, port = _host_and_port(kind, text)
    likely = _BY_PORT.get(port or 0, "implicit")
    chosen = tls or (
        likely
        if given
        else asking.one_of(
            f"TLS at {host}: from the first byte (implicit) or by STARTTLS",
            _TLS,
            option=f"--{kind}-tls",
            default=likely,
        )
    )
    return Place(host=host, port=port or _PORTS[kind].get(chosen, 0), tls=chosen)


def _host_and_port(kind: str, text: str) -> tuple[str, int | None]:
    from aios_defs.core.errors import UsageInvalid

    host, colon, port = text.strip().rpartition(":")
    if not colon or text.endswith("]"):
        return text.strip().strip("[]"), None
    if not port.isdecimal() or not host:
        raise UsageInvalid(
            f"The {kind.upper()} server {text!r} is not of the form HOST:PORT.",
            remedy=f"Write it like {kind}.example.com:{_PORTS[kind]['implicit']}.",
        )
    return host.strip("[]"), int(port)


def _secret(given: Given, asking: Asking) -> "JsonObject":
    if given.password_env:
        return {"password_env": given.password_env}
    if given.token_command:
        return {"token_command": given.token_command}
    if not asking.is_silent:
        remark(_SECRETS)
    ways = ("password", "token")
    option = "--password-env or --token-command"
    if asking.one_of("Password or token", ways, option=option) == "token":
        return {"token_command": asking.text("The command that prints the token", option=option)}
    name = asking.text(
        "The variable that holds the password", option=option, default="MAIL_PASSWORD"
    )
    return {"password_env": name}
