"""Owns the way on after an act: the next card of the list that the operator was going through.

What a form sends here only chooses among our own pages of cards that wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from aios_defs.console.forms import Sent
from aios_defs.core.errors import UnknownId
from aios_defs.services.card_detail import card_detail
from aios_defs.services.inbox_list import Asked, cards_of, list_inbox
from aios_defs.services.kernel import Kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The part of the inbox that was shown, and the card that would come next."""

    asked: Asked
    following: str

    def onward(self, kernel: Kernel, card_id: str, decided: str) -> str:
        """Return the address after an act on a card: the next that still waits, or the list.

        `decided` is the card that stands for it now: an edit makes another one.
        """
        target = self.following if self._waits(kernel) else self._first(kernel, card_id)
        return self.back(target, did=decided)

    def back(self, card_id: str, **more: str) -> str:
        """Return the address of a card in the same list; of the list for no card."""
        path = f"/inbox/{quote(card_id, safe='')}" if card_id else "/inbox"
        return f"{path}{self.asked.query(**more)}"

    def decided(self, ids: Sequence[str], answer: str) -> str:
        """Return the address that says what became of a batch."""
        return f"/inbox/decided{self.asked.query(ids='.'.join(ids), answer=answer, after='')}"

    def _waits(self, kernel: Kernel) -> bool:
        try:
            return bool(self.following and card_detail(kernel, self.following)["is_waiting"])
        except UnknownId:
            return False

    def _first(self, kernel: Kernel, decided: str) -> str:
        waiting = cards_of(list_inbox(kernel, self.asked))
        return next((str(one["id"]) for one in waiting if one["id"] != decided), "")


def way_of(sent: Sent) -> Way:
    """Return the way on, from what the form carries beside the act."""
    given = parse_qs(sent.text("list"))
    names = ("q", "kind", "workflow", "group", "after")
    chosen = {name: given[name][0] for name in names if name in given}
    return Way(asked=Asked(**chosen), following=sent.text("next"))
