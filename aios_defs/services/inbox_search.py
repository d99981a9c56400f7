"""Owns searching the cards that wait: their texts are opened once a process, a part at a time.

The texts are sealed in the ledger, so a search opens each card once and keeps what it read in
memory, for as long as the card waits. An erasure drops all of it.
"""

from collections.abc import Sequence

from aios_defs.core.folding import fold_text
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.card_group import Group
from aios_defs.services.cards import readable
from aios_defs.services.identity.whole import roots
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import values_by_id

OPENED_AT_ONCE = 500
"""How many cards one search opens that were not opened before."""


def search(
    kernel: Kernel, view: View, groups: Sequence[Group], words: str
) -> tuple[list[Group], int]:
    """Return the groups narrowed to the cards that hold all words, and how many are unread yet.

    Searched are summary, recipients, sender and subject; case and accents make no difference.
    """
    kernel.shelf.drop_refolded(view)
    opened = kernel.shelf.opened
    opened.drop_erased(view)
    wanted = fold_text(words).split()
    texts, left = opened.texts, OPENED_AT_ONCE
    found: list[Group] = []
    unread = 0
    for group in groups:
        ids = group.all_ids(view)
        fresh = [one for one in ids if one not in texts]
        texts.update(_read(kernel, view, group, fresh[:left]))
        unread += max(0, len(fresh) - left)
        left -= min(left, len(fresh))
        hits = [one for one in ids if one in texts and _holds(texts[one], wanted)]
        if hits:
            found.append(group.narrowed(hits))
    return found, unread


def _holds(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text for word in wanted)


def _read(kernel: Kernel, view: View, group: Group, ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    senders = _senders(kernel, view, ids) if group.row is ActionRow else {}
    cards = group.of_ids(kernel, view, ids)
    return {str(card["id"]): _text(card, senders.get(str(card["id"]), "")) for card in cards}


def _text(card: JsonObject, sender: str) -> str:
    recipients = card["recipients"]
    to = " ".join(map(str, recipients)) if isinstance(recipients, list) else ""
    return fold_text(f"{card['summary']} {to} {sender}")


def _senders(kernel: Kernel, view: View, ids: Sequence[str]) -> dict[str, str]:
    """Return the name of whom each action's task is about."""
    tasks = values_by_id(view, ActionRow, "task_id", ids)
    profiles = values_by_id(view, TaskRow, "profile_id", tasks.values())
    leads = roots(view, profiles.values())
    names = values_by_id(view, ProfileRow, "name", leads.values())
    readings = {profile: readable(kernel, name) for profile, name in names.items()}
    whose = {task: readings.get(leads[profile], "") for task, profile in profiles.items()}
    return {one: whose.get(task, "") for one, task in tasks.items()}
