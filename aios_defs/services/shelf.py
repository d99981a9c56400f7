"""Owns the shelf: what one process keeps of the house's own pack items between decisions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from aios_defs.core.decision import PackItem
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.sealed import BlobRef

if TYPE_CHECKING:  # it reads with the kernel, which holds the shelf
    from aios_defs.services.messages import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHouse:
    """House items as they are stored: the very objects, and the blob that lists their blobs."""

    items: tuple[PackItem, ...]
    listing: BlobRef

    def holds(self, items: tuple[PackItem, ...]) -> bool:
        """Return whether these are the very same item objects, which never change."""
        return len(items) == len(self.items) and all(
            one is other for one, other in zip(items, self.items, strict=True)
        )


_KEPT = 100_000
"""How many texts are kept before all are dropped: most belong to cards that wait no more."""
_LISTINGS = 32
"""How many listings of the house are kept before all are dropped."""
_TURNS, _LONGEST_TURN = 4_000, 20_000
"""How many mails that were read are kept before all are dropped, and how many letters of one."""
_ERASED = ("subject.erased.v1", "profile.reverted.v1")


@dataclass(slots=True)
class Opened:
    """Personal texts that were unsealed to be searched, in memory until something is erased.

    `texts` are those of cards, folded, by the card's id; `skeletons` the known addresses by what
    they look like, `names` by the name they go by, `hosts` one of each domain; `host_skeletons` and
    `near` the domains by what they look like. `listed_to` is the last look-up that was opened, and
    `is_listed` says that there were no more; `followed` is up to where the log was read for those
    that became known since the listing began, `position` up to where erasures were looked for.
    """

    position: int = 0
    texts: dict[str, str] = field(default_factory=dict[str, str])
    skeletons: dict[str, str] = field(default_factory=dict[str, str])
    names: dict[str, str] = field(default_factory=dict[str, str])
    hosts: dict[str, str] = field(default_factory=dict[str, str])
    host_skeletons: dict[str, str] = field(default_factory=dict[str, str])
    near: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    listed_to: str = ""
    is_listed: bool = False
    followed: int = 0

    def drop_erased(self, view: View) -> None:
        """Forget everything if something was erased since, or if too much is kept."""
        erased = view.events(after=self.position, types=_ERASED, limit=1)
        if any(erased) or len(self.texts) > _KEPT:
            for kept in (self.texts, self.skeletons, self.names, self.hosts, self.host_skeletons):
                kept.clear()
            self.near.clear()
            self.listed_to, self.is_listed = "", False
        self.position = view.head().position


@dataclass(slots=True, kw_only=True)
class HouseFacts:
    """The facts of the house, and the pack item of each, by its id and whether it is due."""

    rows: tuple[FactRow, ...]
    items: dict[tuple[str, bool], PackItem] = field(
        default_factory=dict[tuple[str, bool], PackItem]
    )


def _no_turns() -> "dict[str, Turn]":
    return {}


@dataclass(slots=True)
class Shelf:
    """A cache of one process, empty at its start and never needed for correctness.

    `turns` are mails that were read, by their interaction.
    `sizes` are those of its items, by the item itself.
    `items` are a workflow's own house items and `facts` those of the house, right up to ledger
    `position`, of rows that were folded anew `folds` times; `stored` those that are durably stored;
    `loaded` items read back, by the digest of their listing; `opened` what was unsealed to be
    searched; `erased` until when the look-ups of whom was forgotten are of them, up to the event at
    `erased_to`.
    """

    position: int = -1
    folds: int = 0
    items: dict[str, tuple[PackItem, ...]] = field(default_factory=dict[str, tuple[PackItem, ...]])
    facts: HouseFacts | None = None
    turns: "dict[str, Turn]" = field(default_factory=_no_turns)
    sizes: dict[int, int] = field(default_factory=dict[int, int])
    stored: StoredHouse | None = None
    loaded: dict[str, tuple[PackItem, ...]] = field(default_factory=dict[str, tuple[PackItem, ...]])

    opened: Opened = field(default_factory=Opened)
    erased: dict[str, datetime] = field(default_factory=dict[str, datetime])
    erased_to: int = 0

    def keep_turn(self, turn: "Turn") -> None:
        """Keep a mail that was read; who takes it out looks first whether it was erased since."""
        if len(turn.text) > _LONGEST_TURN:
            return
        if len(self.turns) >= _TURNS:
            self.turns.clear()
        self.turns[turn.interaction_id] = turn

    def drop_refolded(self, view: View) -> None:
        """Forget what comes from rows that were folded anew since, by whichever process."""
        if (folds := view.folds()) == self.folds:
            return
        self.clear(-1)
        self.turns.clear()
        self.opened = Opened()
        self.folds = folds

    def clear(self, position: int) -> None:
        """Forget the items: a fact of the house changed."""
        self.position = position
        self.items.clear()
        self.sizes.clear()
        self.facts = None

    def keep_loaded(self, digest: str, items: tuple[PackItem, ...]) -> None:
        """Keep items that were read back; each change of a fact makes another listing of them."""
        if len(self.loaded) >= _LISTINGS:
            self.loaded.clear()
        self.loaded[digest] = items

    def remember(self, house: StoredHouse) -> None:
        """Remember what is stored, once its transaction is durable."""
        self.stored = house
        self.loaded[house.listing.digest] = house.items
