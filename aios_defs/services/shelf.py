"""Owns the shelf: what one process keeps of the house's own pack items between decisions."""

from dataclasses import dataclass, field

from aios_defs.core.decision import PackItem
from aios_defs.core.sealed import BlobRef


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


@dataclass(slots=True)
class Shelf:
    """A cache of one process, empty at its start and never needed for correctness.

    `items` are the house items of a workflow, right up to ledger `position`; `stored` those that
    are durably stored; `loaded` items read back, by the digest of their listing. `texts` are the
    texts that cards which wait are searched by, folded, by the card's id; `texts_position` is the
    position up to which no erasure has made one of them unreadable.
    """

    position: int = -1
    items: dict[str, tuple[PackItem, ...]] = field(default_factory=dict[str, tuple[PackItem, ...]])
    stored: StoredHouse | None = None
    loaded: dict[str, tuple[PackItem, ...]] = field(default_factory=dict[str, tuple[PackItem, ...]])

    texts: dict[str, str] = field(default_factory=dict[str, str])
    texts_position: int = 0

    def clear(self, position: int) -> None:
        """Forget the items: a fact of the house changed."""
        self.position = position
        self.items.clear()

    def remember(self, house: StoredHouse) -> None:
        """Remember what is stored, once its transaction is durable."""
        self.stored = house
        self.loaded[house.listing.digest] = house.items
