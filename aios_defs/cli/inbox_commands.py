"""Owns the commands that look at what waits: inbox, show, later."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Id, Json
from aios_defs.cli.output import emit, print_table, say, short

if TYPE_CHECKING:
    from datetime import datetime

    from aios_defs.core.model import JsonObject
    from aios_defs.core.ports import View
    from aios_defs.core.rows.messages import MessageRow
    from aios_defs.services.kernel import Kernel


PAGE = 50
"""How many cards people are shown at once."""
_Later = Annotated[bool, typer.Option("--later", help="List what you set aside instead.")]
_Until = Annotated[
    str,
    typer.Option(
        help="hour, evening, tomorrow, monday, a span such as 3h, or a moment: 2031-03-04T09:00."
    ),
]
_Back = Annotated[bool, typer.Option("--back", help="Show it again at once.")]
_All = Annotated[bool, typer.Option("--all", help=f"List all, not only the first {PAGE}.")]


def inbox(*, is_all: _All = False, is_later: _Later = False, as_json: Json = False) -> None:
    """List what waits for you: decisions, questions, failures, quarantine, facts, notices.

    What you set aside until later is left out.

    Example:
      aios inbox
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.inbox import count_waiting
    from aios_defs.services.later import cards_later, cards_now

    kernel = open_session().kernel
    later = cards_later(kernel)
    limit = None if is_all or as_json else PAGE
    cards = later if is_later else cards_now(kernel, limit=limit)
    if as_json:
        emit(cards)
        return
    print_cards(kernel, cards)
    if not is_later and len(cards) == limit:
        _print_rest(count_waiting(kernel))
    if later and not is_later:
        say(f"Set aside until later: {len(later)}. List them: aios inbox --later")


def later(
    given: Id, *, until: _Until = "tomorrow", is_back: _Back = False, as_json: Json = False
) -> None:
    """Set a card aside until later; it comes back by itself, an hour before it expires at last.

    Example:
      aios later 3f9a17c2 --until monday
    """
    from aios_defs.cli.session import CARDS, find_id, open_session
    from aios_defs.core.model import rfc3339
    from aios_defs.services.later import bring_back, set_aside

    kernel = open_session().kernel
    card_id = find_id(kernel, given, *CARDS)
    if is_back:
        bring_back(kernel, card_id)
    moment = None if is_back else set_aside(kernel, card_id, _moment(kernel, until))
    if as_json:
        emit({"id": card_id, "later_until": rfc3339(moment) if moment else None})
    else:
        back = f"it comes back at {moment:%Y-%m-%d %H:%M %Z}" if moment else "it is back"
        say(f"{short(card_id)}: {back}.")


def _moment(kernel: "Kernel", words: str) -> "datetime":
    from aios_defs.cli.moments import parse_span
    from aios_defs.services.later import moment_of

    is_span = words[:1].isdigit() and "-" not in words
    return kernel.clock.now() + parse_span(words) if is_span else moment_of(kernel, words)


def _print_rest(counts: Mapping[str, int]) -> None:
    """Print how many of each kind wait, when that is more than was shown."""
    total = sum(counts.values())
    if total > PAGE:
        each = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        say(f"These are the first {PAGE} of {total} ({each}). All of them: aios inbox --all")


def print_cards(kernel: "Kernel", cards: Sequence[Mapping[str, object]]) -> None:
    """Print cards for people, each with the end of its id, and what can be done next."""
    from aios_defs.cli.moments import relative
    from aios_defs.core.model import parse_rfc3339

    if not cards:
        say("Nothing waits for you.")
        return
    now = kernel.clock.now()
    when, name = ("later_until", "back") if "later_until" in cards[0] else ("expires_at", "expires")
    rows = [
        (
            short(str(one["id"])),
            str(one["kind"]) + (" (draft)" if one["state"] == "drafted" else ""),
            _what(one),
            str(one["rule"] or ""),
            "" if one["risk"] is None else str(one["risk"]),
            relative(parse_rfc3339(str(one[when])), now) if one[when] else "",
        )
        for one in cards
    ]
    print_table(("id", "kind", "what", "rule", "risk", name), rows)
    say(_next(cards))


def _what(card: Mapping[str, object]) -> str:
    """Return what a card is about, and what answering it would teach."""
    from aios_defs.cli.preview import remembered_words

    remembers = card["remembers"]
    more = f"\nremembered: {remembered_words(remembers)}" if isinstance(remembers, dict) else ""
    return str(card["summary"]) + more


def _next(cards: Sequence[Mapping[str, object]]) -> str:
    hints = {
        "decision": "aios show ID, then approve ID or reject ID",
        "question": 'aios answer ID "…"',
        "failure": "aios show ID says what can be done",
        "quarantine": "aios quarantine show ID",
        "fact": "aios approve ID remembers it, aios reject ID does not",
        "notice": "aios skip ID dismisses it",
    }
    kinds = dict.fromkeys(str(one["kind"]) for one in cards)
    return "\n".join(f"{kind}: {hints[kind]}" for kind in kinds if kind in hints)


def show(given: Id, *, as_json: Json = False) -> None:
    """Show one decision or question in full: exact text, recipients, reasons, mail.

    A decision's preview says whom it reaches, why you are asked, where each statement comes from
    and what undo would do. What outsiders or agents wrote is quoted with a bar at its left.

    Example:
      aios show 3f9a17c2
    """
    from aios_defs.cli.preview import print_preview, print_thing
    from aios_defs.cli.session import find, open_session
    from aios_defs.services.preview import preview

    home = open_session()
    named = find(home.kernel, given)
    if named.kind == "action":
        found = preview(home.kernel, named.id)
        shown = print_preview
    else:
        found = thing(home.kernel, named.kind, named.id)
        shown = print_thing
    if as_json:
        emit(found)
    else:
        shown(home.kernel, found)


def thing(kernel: "Kernel", kind: str, identity: str) -> "JsonObject":
    """Return a thing that is no action: its card if it waits, and the messages behind it.

    Shape: `id`, `kind`, `card` (None when it does not wait), `fact` (None unless it is one),
    `messages` (see services.preview).
    """
    from aios_defs.services.inbox import inbox as cards_of
    from aios_defs.services.preview import message_view

    card = next((one for one in cards_of(kernel) if one["id"] == identity), None)
    with kernel.ledger.view() as view:
        rows = _messages_of(view, kind, identity)
        messages = [message_view(kernel, view, row) for row in rows if row.state != "quarantined"]
        about = _fact(kernel, view, identity) if kind == "fact" else None
    return {"id": identity, "kind": kind, "card": card, "fact": about, "messages": [*messages]}


def _fact(kernel: "Kernel", view: "View", identity: str) -> "JsonObject | None":
    from aios_defs.core.rows.facts import FactRow
    from aios_defs.services.cards import readable

    row = view.get(FactRow, identity)
    if row is None:
        return None
    return {
        "subject": row.subject_id,
        "topic": row.topic,
        "predicate": row.predicate,
        "value": readable(kernel, row.value),
        "trust": str(row.label.trust),
        "state": row.state,
    }


def _messages_of(view: "View", kind: str, identity: str) -> "list[MessageRow]":
    from aios_defs.cli.session import ROWS
    from aios_defs.core.rows.messages import MessageRow as Messages
    from aios_defs.core.rows.tasks import TaskRow

    if kind == "message":
        row = view.get(Messages, identity)
        return [row] if row else []
    owner = view.get(ROWS[kind], identity)
    task_id = identity if kind == "task" else getattr(owner, "task_id", None)
    task = view.get(TaskRow, task_id) if task_id else None
    found = [view.get(Messages, one) for one in task.message_ids] if task else []
    return [one for one in found if one is not None]
