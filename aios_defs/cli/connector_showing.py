"""Owns what the operator is shown when a connector is added: findings, change, plan, outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aios_defs.cli.mail_account import Account
from aios_defs.cli.output import emit, say, shown_path

if TYPE_CHECKING:
    from resources.connector_file import Change
    from resources.connectors.mail.probe import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found and shown, and what was done about it."""

    name: str
    account: Account
    found: "Found"
    change: "Change"
    plan: Sequence[str]
    is_written: bool
    until: str | None


def plan_of(account: Account, found: "Found", home: Path, name: str) -> tuple[str, ...]:
    """Return what would happen from then on, a sentence each."""
    older = found.inbox.folders.get(account.folder, 0)
    arriving = (
        f"Mail that comes into {account.folder!r} from now on becomes tasks; none of what is there"
        f" now does (mails: {older})."
        if account.since == "now"
        else f"Mail in {account.folder!r} since {account.since} becomes tasks, of {older} there."
    )
    noticed = "as it comes (IDLE)" if found.inbox.has_idle else "by asking every minute (no IDLE)"
    filed = "the server files it" if account.files_itself else "AIOS files a copy"
    sending = (
        f"What is sent leaves by {account.smtp} as {account.address}; {filed} in"
        f" {account.sent_folder!r}, where your own replies are seen too."
    )
    return (
        arriving,
        f"New mail is noticed {noticed}. Nothing is moved, marked or deleted.",
        "Nothing is sent without your policy or your word; without your trust it only drafts.",
        sending,
        _vouching(account, found),
        _workflows(home, name),
        *_unsigned(home),
    )


def _vouching(account: Account, found: "Found") -> str:
    """Return whose word on senders counts, or how to let one count."""
    if account.authserv_id:
        return f"A sender whom {account.authserv_id} has proven counts as proven."
    offered = found.inbox.authserv_id
    if offered is None:
        return "No sender counts as proven: no server's word stands on all of the newest mails."
    return (
        f"No sender counts as proven. If {offered} is your own provider's server, its word on"
        f" senders can count: --authserv-id {offered}"
    )


def _unsigned(home: Path) -> Iterator[str]:
    """Yield what to mend first where mails would be signed with the starter's words."""
    from aios_defs.settings.business import load_business

    if "Your name" in load_business(home / "business").operator.signature:
        yield 'Mails would be signed "Your name": write yours into business/operator.yaml first.'


def _workflows(home: Path, name: str) -> str:
    from aios_defs.settings.business import load_business

    workflows = load_business(home / "business").workflows
    ours = [one.name for one in workflows if one.connector == name]
    if ours:
        return f"Its mail goes to the workflow {', '.join(ours)}."
    return f"No workflow of catalog.yaml names `connector: {name}` yet; its mail makes no tasks."


def show_plan(found: "Found", change: "Change", plan: Sequence[str]) -> None:
    """Say what the servers offer, what would change, and what would happen from then on."""
    _tell_found(found)
    show_change(change)
    for line in plan:
        say(f"  - {line}")


def _tell_found(found: "Found") -> None:
    inbox, sender = found.inbox, found.sender
    yes = {True: "yes", False: "no"}
    counts = ", ".join(f"{name} ({count})" for name, count in inbox.folders.items())
    size = f"{sender.size:,} bytes" if sender.size else "no limit told"
    say("Both servers let AIOS in.")
    say(f"  folders: {counts}")
    say(
        f"  IDLE: {yes[inbox.has_idle]}, UIDPLUS: {yes[inbox.has_uidplus]},"
        f" sent mail marked: {inbox.sent or 'no'}"
    )
    say(
        f"  mail up to: {size}, logins: {', '.join(sender.logins) or 'none'},"
        f" addresses in any script: {yes[sender.has_utf8]}"
    )


def show_change(change: "Change") -> None:
    """Print what connectors.yaml would become."""
    say(f"{shown_path(change.path)} would change like this:")
    say(change.diff)


def report(outcome: Outcome, *, as_json: bool) -> None:
    """Say what was done, and the way on and back."""
    name = outcome.name
    if as_json:
        emit(
            {
                "name": name,
                "entry": outcome.account.entry(),
                "probe": outcome.found.model_dump(mode="json"),
                "diff": outcome.change.diff,
                "plan": list(outcome.plan),
                "written": outcome.is_written,
                "trusted_until": outcome.until,
            }
        )
    elif not outcome.is_written:
        say("Nothing was written.")
    elif outcome.until:
        say(f"Written; {name} may write until {outcome.until[:10]}.")
        _say_ways(name)
    else:
        say(f"Written; {name} only drafts. Let it write: aios connector trust {name} --for 7d")
        _say_ways(name)


def _say_ways(name: str) -> None:
    say("The way on: aios up (start it anew if it runs), or look once with: aios run")
    say(f"The way back: aios connector remove {name}")
