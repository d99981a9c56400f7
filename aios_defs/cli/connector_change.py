"""Owns the commands that change connectors.yaml: add, remove. Both show everything first."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.asking import Asking
from aios_defs.cli.connector_showing import Outcome, plan_of, report, show_change, show_plan
from aios_defs.cli.mail_account import Account, Given, ask_account, choose_folders, choose_vouching
from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, remark, say, shown_path

if TYPE_CHECKING:
    from resources.connector_file import Change

_Yes = Annotated[
    bool, typer.Option("--yes", help="Ask nothing: reach the servers, and write the entry.")
]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Ask nothing and try the servers out; write nothing.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How the command goes: by questions, or by its options alone."""

    name: str
    is_replacing: bool
    trust_for: str | None
    is_agreed: bool
    is_dry: bool
    as_json: bool

    @property
    def asking(self) -> Asking:
        return Asking(is_silent=self.is_agreed or self.is_dry or self.as_json)


def add(
    kind: Annotated[str, typer.Argument(metavar="mail", help="What to connect: a mail account.")],
    *,
    name: Annotated[str, typer.Option(help="Its name in connectors.yaml.")] = "mail",
    address: Annotated[str | None, typer.Option(help="Your mail address.")] = None,
    imap: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where mail is.")] = None,
    imap_tls: Annotated[str | None, typer.Option(help="implicit, starttls or none.")] = None,
    smtp: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where it leaves.")] = None,
    smtp_tls: Annotated[str | None, typer.Option(help="implicit, starttls or none.")] = None,
    user: Annotated[str | None, typer.Option(help="Who logs in, if not the address.")] = None,
    password_env: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="The variable that holds the password.")
    ] = None,
    token_command: Annotated[
        str | None, typer.Option(metavar="COMMAND", help="What prints an OAuth access token.")
    ] = None,
    ca_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Whom to trust instead of the system's CAs.")
    ] = None,
    folder: Annotated[str | None, typer.Option(help="Where mail arrives.")] = None,
    sent_folder: Annotated[str | None, typer.Option(help="Where sent mail is kept.")] = None,
    sent_by: Annotated[
        str | None, typer.Option(metavar="server|aios", help="Who puts a copy there.")
    ] = None,
    authserv_id: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Your server's name, whose word on senders counts."),
    ] = None,
    since: Annotated[str, typer.Option(help="From when mail is work: now, or a time.")] = "now",
    replace: Annotated[bool, typer.Option("--replace", help="Take an entry's place.")] = False,
    trust_for: Annotated[
        str | None, typer.Option("--trust", metavar="DURATION", help="With --yes: let it write.")
    ] = None,
    is_agreed: _Yes = False,
    is_dry: _DryRun = False,
    as_json: Json = False,
) -> None:
    """Connect a mail account: asks, tries the servers out, shows what it would do, then does it.

    It reads counts and one header field of the newest mails, and sends nothing. A password is never
    typed here: it comes from an environment variable or from a command of yours. Nothing is written
    before you say yes.

    Example:
      aios connector add mail
      aios connector add mail --address me@example.com --imap imap.example.com:993
        --smtp smtp.example.com:465 --password-env MAIL_PASSWORD --dry-run
    """
    _check_kind(kind)
    given = Given(
        address=address,
        imap=imap,
        imap_tls=imap_tls,
        smtp=smtp,
        smtp_tls=smtp_tls,
        user=user,
        password_env=password_env,
        token_command=token_command,
        ca_file=ca_file,
        folder=folder,
        sent_folder=sent_folder,
        sent_by=sent_by,
        authserv_id=authserv_id,
        since=since,
    )
    way = _Way(
        name=name,
        is_replacing=replace,
        trust_for=trust_for,
        is_agreed=is_agreed,
        is_dry=is_dry,
        as_json=as_json,
    )
    _connect(given, way)


def remove(
    name: Annotated[str, typer.Argument(help="A connector of business/connectors.yaml.")],
    *,
    is_agreed: _Yes = False,
    is_dry: _DryRun = False,
    as_json: Json = False,
) -> None:
    """Take a connector out of connectors.yaml; what came over it stays in the ledger.

    Refused while a workflow or a notification uses it. Nothing is written before you say yes.

    Example:
      aios connector remove mail --dry-run
    """
    from resources.connector_file import removed

    home = _home()
    _check_unused(home, name)
    change = removed(home / "business", name)
    if not as_json:
        show_change(change)
    is_silent = is_agreed or is_dry or as_json
    asking = Asking(is_silent=is_silent)
    is_written = not is_dry and asking.agrees("Write this?", is_given=is_agreed)
    if is_written:
        change.save()
    if as_json:
        emit({"name": name, "diff": change.diff, "written": is_written})
    else:
        say(f"{name} is out; its history stays." if is_written else "Nothing was written.")


def _connect(given: Given, way: _Way) -> None:
    from aios_defs.core.errors import OutsideFailed
    from resources.connector_file import added
    from resources.connectors.mail.configuration import read_mail_config
    from resources.connectors.mail.probe import probe

    home = _home()
    asking = way.asking
    draft = ask_account(given, asking)
    added(home / "business", way.name, draft.entry(), replace=way.is_replacing)
    config = read_mail_config(way.name, draft.entry())
    if not _may_reach(draft, asking):
        say("Nothing was contacted, nothing was written.")
        _offer_again(draft, way)
        return
    try:
        found = probe(config, home)
    except OutsideFailed:
        _offer_again(draft, way)
        raise
    account = choose_folders(draft, given, found.inbox, asking)
    account = choose_vouching(account, given, found.inbox, asking)
    read_mail_config(way.name, account.entry())
    change = added(home / "business", way.name, account.entry(), replace=way.is_replacing)
    plan = plan_of(account, found, home, way.name)
    if not way.as_json:
        show_plan(found, change, plan)
    is_written = not way.is_dry and asking.agrees("Write this?", is_given=way.is_agreed)
    until = _written(change, way) if is_written else None
    outcome = Outcome(
        name=way.name,
        account=account,
        found=found,
        change=change,
        plan=plan,
        is_written=is_written,
        until=until,
    )
    report(outcome, as_json=way.as_json)


def _offer_again(account: Account, way: _Way) -> None:
    """Spare the operator to answer everything a second time."""
    if not way.asking.is_silent:
        again = " --replace" if way.is_replacing else ""
        remark(f"With the same answers again:\n  {account.command(way.name)}{again}")


def _may_reach(account: Account, asking: Asking) -> bool:
    reached = f"{account.imap} and {account.smtp}"
    if asking.is_silent:
        remark(f"Trying {reached}: logging in, reading counts and headers, sending nothing.")
    return asking.agrees(
        f"Try {reached} now? It logs in, reads counts and who checked the senders of the newest"
        " mails; it sends nothing",
        is_given=True,
    )


def _written(change: "Change", way: _Way) -> str | None:
    """Write the entry, then trust it if the operator says so; returns until when."""
    from datetime import timedelta

    from aios_defs.cli.moments import parse_span
    from aios_defs.cli.session import open_session
    from aios_defs.core.model import rfc3339
    from aios_defs.services.trust import trust as let_write

    span = parse_span(way.trust_for) if way.trust_for else timedelta(days=7)
    change.save()
    asked = f"Let {way.name} send for {span.days} days what your policy lets through?"
    if not way.asking.agrees(asked, is_given=way.trust_for is not None):
        return None
    row = let_write(open_session().kernel, way.name, span)
    return rfc3339(row.trusted_until) if row.trusted_until else None


def _home() -> Path:
    """Return the home, which must be there.

    Raises:
        HomeMissing: it is not.

    """
    from aios_defs.core.errors import HomeMissing
    from aios_defs.settings.environment import load_settings

    home = load_settings().home
    if not (home / "business").is_dir():
        raise HomeMissing(
            f"There is no home at {shown_path(home)}.", remedy="Make one with: aios init"
        )
    return home


def _check_kind(kind: str) -> None:
    from aios_defs.core.errors import UsageInvalid

    if kind != "mail":
        raise UsageInvalid(
            f"{kind!r} can't be added by questions; `mail` can.",
            remedy="Write its entry by hand; docs/reference/connectors.md shows the keys.",
        )


def _check_unused(home: Path, name: str) -> None:
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.settings.business import load_business

    business = load_business(home / "business")
    users = [
        f"workflow {one.name} (catalog.yaml)" for one in business.workflows if one.connector == name
    ]
    if business.operator.notify.connector == name:
        users.append("notify (operator.yaml)")
    if users:
        raise UsageInvalid(
            f"The connector {name!r} is in use by: {', '.join(users)}.",
            remedy="Let these name another connector first, or put another account in its place:"
            f" aios connector add mail --name {name} --replace",
        )
