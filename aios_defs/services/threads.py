"""Owns threads: which conversation a message belongs to.

A message joins a thread that it references only when its sender already takes part in it: a
forged reference must not bring a stranger into somebody else's conversation.
"""

from collections.abc import Sequence

from aios_defs.core.connector import ParsedMessage
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import InteractionRow, ThreadMailRow
from aios_defs.services.kernel import Kernel


def mail_hashes(kernel: Kernel, parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the keyed Message-IDs of a message: its own first, then those it answers."""
    named = dict.fromkeys((parsed.message_id, *reversed(parsed.references)))
    return tuple(kernel.mail_hash(one) for one in named)


def find_thread(view: View, hashes: Sequence[str], profile_ids: Sequence[str]) -> str | None:
    """Return the thread that one of the Message-IDs belongs to and one of the profiles is in."""
    for mail_hash in hashes:
        known = view.get(ThreadMailRow, mail_hash)
        if known is not None and _takes_part(view, known.thread_id, profile_ids):
            return known.thread_id
    return None


def _takes_part(view: View, thread_id: str, profile_ids: Sequence[str]) -> bool:
    return any(
        view.select(InteractionRow, thread_id=thread_id, profile_id=one, order="position", limit=1)
        for one in profile_ids
    )
