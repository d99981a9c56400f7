"""Owns the shelf: what one process keeps of the house's own pack items between decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aios_defs.core.decision import PackItem
from aios_defs.core.sealed import BlobRef


@dataclass(slots=True)
class Shelf:
    """A cache of one process, empty at its start and never needed for correctness.

    `items` are the house items of a workflow, right up to ledger `position`; `loaded` items read
    back from their blobs, by digest.
    """

    position: int = -1
    items: dict[str, tuple[PackItem, ...]] = field(default_factory=dict[str, tuple[PackItem, ...]])
    loaded: dict[str, PackItem] = field(default_factory=dict[str, PackItem])
    _blobs: dict[int, tuple[PackItem, BlobRef]] = field(
        default_factory=dict[int, tuple[PackItem, BlobRef]]
    )

    def clear(self, position: int) -> None:
        """Forget the items and their blobs: a fact of the house changed."""
        self.position = position
        self.items.clear()
        self._blobs.clear()

    def blob_of(self, item: PackItem) -> BlobRef | None:
        """Return the blob that this very item object is stored as, if it is known to be."""
        known = self._blobs.get(id(item))
        return known[1] if known is not None and known[0] is item else None

    def remember(self, items: Iterable[PackItem], blobs: Mapping[str, BlobRef]) -> None:
        """Remember where items were stored, once their transaction is durable."""
        for item in items:
            blob = blobs.get(item.name)
            if blob is not None:
                self._blobs[id(item)] = (item, blob)
                self.loaded[blob.digest] = item
