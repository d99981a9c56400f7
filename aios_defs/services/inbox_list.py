"""Owns the list of the inbox: what waits in sections by urgency and kind, searched, in pages.

It stays usable at ten thousand cards: groups are counted by tally, and only the cards that a page
shows are opened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlencode

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.services.alike import groups, later_groups
from aios_defs.services.card_group import Group
from aios_defs.services.inbox import decision_cards, set_aside_ids
from aios_defs.services.inbox_search import search
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id

SOON = timedelta(hours=4)
"""A decision that expires within this comes first."""
PAGE = 50
"""How many cards of one group a page shows."""
_SAMPLE = 4
"""How many cards of each group stand on the overview of many."""
_FEW_GROUPS = 4
_LARGE_SAMPLE = 12
_GROUPS = 24
"""How many groups the overview shows; the others are named with their counts."""
_EXPIRING = 10
LATER = "later"
"""The kind of what was set aside, for who asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What part of the inbox is asked for; `after` is the id of the last card of the page before.

    `kind`, `workflow` and `group` (a key of services.alike) narrow; empty is all. `q` searches.
    """

    q: str = ""
    kind: str = ""
    workflow: str = ""
    group: str = ""
    after: str = ""

    def query(self, **changes: str) -> str:
        """Return it as the query of an address, `?…` or empty, with some parts changed."""
        given = {name: value for name, value in {**asdict(self), **changes}.items() if value}
        return f"?{urlencode(given)}" if given else ""


def list_inbox(kernel: Kernel, asked: Asked) -> JsonObject:
    """Return what waits, as asked.

    Shape: `total`, `counts` by kind, `aside` (how many are set aside until later: the kind
    `later`), `unread` (how many cards a search has not come to yet: ask again), `workflows` (names
    of those with cards), `sections`, each
    `{"key", "kind", "title", "workflow", "operation", "rule", "count", "risk", "cards", "next"}`
    with cards as `aios inbox --json` has them, `next` the `after` of the section's next page (None
    at its end), `others` (groups that did not fit: key, title, count), and `asked`.
    """
    with kernel.ledger.view() as view:
        every = groups(kernel, view)
        chosen = _chosen(kernel, view, asked, every)
        found, unread = search(kernel, view, chosen, asked.q) if asked.q else (chosen, 0)
        return {
            **_totals(every),
            "aside": len(set_aside_ids(kernel, view)),
            "unread": unread,
            "asked": dict[str, JsonValue](asdict(asked)),
            **_sections(kernel, view, asked, found),
        }


def _chosen(kernel: Kernel, view: View, asked: Asked, every: list[Group]) -> list[Group]:
    if asked.kind == LATER:
        return later_groups(kernel, view)
    return [one for one in every if _is_asked(one, asked)]


def _is_asked(group: Group, asked: Asked) -> bool:
    return (
        asked.kind in ("", group.kind)
        and asked.workflow in ("", group.workflow or "-")
        and asked.group in ("", group.key)
    )


def _totals(every: Sequence[Group]) -> JsonObject:
    counts: dict[str, JsonValue] = {}
    for group in every:
        counts[group.kind] = int(str(counts.get(group.kind, 0))) + group.count
    workflows = sorted({group.workflow for group in every if group.workflow})
    total = sum(group.count for group in every)
    return {"total": total, "counts": counts, "workflows": list[JsonValue](workflows)}


def _sections(kernel: Kernel, view: View, asked: Asked, chosen: Sequence[Group]) -> JsonObject:
    is_all = not asked.query()
    urgent = _expiring(kernel, view) if is_all else []
    if len(chosen) == 1 and not urgent:
        cards = chosen[0].page(kernel, view, asked.after, PAGE + 1)
        return {"sections": [_section(chosen[0], cards, PAGE)], "others": []}
    size = _LARGE_SAMPLE if len(chosen) <= _FEW_GROUPS else _SAMPLE
    shown = {str(card["id"]) for card in urgent}
    sections: list[JsonValue] = []
    if urgent:
        sections.append(_urgent_section(urgent))
    for group in chosen[:_GROUPS]:
        cards = group.page(kernel, view, "", size + 1 + len(shown))
        fresh = [card for card in cards if card["id"] not in shown]
        if fresh:
            sections.append(_section(group, fresh, size))
    others = [_named(group) for group in chosen[_GROUPS:]]
    return {"sections": sections, "others": list[JsonValue](others)}


def _expiring(kernel: Kernel, view: View) -> list[JsonObject]:
    """Return the decisions that expire soon, the soonest first."""
    until = kernel.clock.now() + SOON
    asking = view.select(
        ApprovalRow, state="requested", expires_at__lt=until, order="expires_at", limit=_EXPIRING
    )
    rows = by_id(view, ActionRow, (row.action_id for row in asking))
    found = [rows[one.action_id] for one in asking if one.action_id in rows]
    aside = set_aside_ids(kernel, view)
    asks = ActionState.AWAITING_APPROVAL
    waiting = [row for row in found if row.state is asks and row.id not in aside]
    return decision_cards(kernel, view, waiting)


def _urgent_section(cards: list[JsonObject]) -> JsonObject:
    about: JsonObject = {"key": "", "kind": "decision", "title": "Expiring soon"}
    blank: JsonObject = dict.fromkeys(("workflow", "operation", "rule", "risk", "next"))
    return {**about, **blank, "count": len(cards), "cards": list[JsonValue](cards)}


def _section(group: Group, cards: list[JsonObject], size: int) -> JsonObject:
    shown = cards[:size]
    return {
        **_named(group),
        "kind": group.kind,
        "workflow": group.workflow,
        "operation": group.operation,
        "rule": group.rule,
        "risk": group.risk,
        "cards": list[JsonValue](shown),
        "next": str(shown[-1]["id"]) if len(cards) > size else None,
    }


def _named(group: Group) -> JsonObject:
    return {"key": group.key, "title": group.title, "count": group.count}


def cards_of(found: JsonObject) -> Iterator[JsonObject]:
    """Yield the cards of a list in the order of the eye."""
    sections = found["sections"]
    for section in sections if isinstance(sections, list) else ():
        cards = section.get("cards") if isinstance(section, dict) else None
        for card in cards if isinstance(cards, list) else ():
            if isinstance(card, dict):
                yield card


def next_card(found: JsonObject, card_id: str) -> str | None:
    """Return the id of the card to look at after that one: the following, else the one before."""
    ids = [str(card["id"]) for card in cards_of(found)]
    if card_id not in ids:
        return ids[0] if ids else None
    at = ids.index(card_id)
    rest = [*ids[at + 1 :], *reversed(ids[:at])]
    return rest[0] if rest else None
