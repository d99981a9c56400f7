"""Owns what goes into a context pack and what stays out: by clearance first, then by size."""

from collections.abc import Iterable

from aios_defs.core.decision import LeftOut, PackItem
from aios_defs.core.labels import Destination
from aios_defs.core.size import item_tokens


class Room:
    """The room that a pack has: items go in by rank, as long as they may go there and fit.

    `sizes` are those of items that are known already, by the item itself: the house's repeat from
    pack to pack.
    """

    def __init__(
        self, tokens: int, destination: Destination | None, sizes: dict[int, int] | None = None
    ) -> None:
        self.left = self.whole = tokens
        self.destination = destination
        self._sizes = {} if sizes is None else sizes
        self._left_out: list[LeftOut] = []

    def take(self, items: Iterable[PackItem], *, is_needed: bool = False) -> list[PackItem]:
        """Return those that go in, in their order; what is needed goes in whatever its size."""
        return [one for one in items if self._takes(one, is_needed=is_needed)]

    def take_house(self, items: Iterable[PackItem]) -> list[PackItem]:
        """Return those of the house's items that go in; their sizes are kept."""
        kept: list[PackItem] = []
        for one in items:
            size = self._sizes.get(id(one))
            if size is None:
                size = self._sizes[id(one)] = item_tokens(one)
            if self._admits(one) and self._has(one, size, is_needed=one.kind != "fact"):
                kept.append(one)
        return kept

    def leave_out(self, name: str, why: str) -> None:
        """Note that something is not in the pack, and why (`LeftOut`)."""
        self._left_out.append(LeftOut.model_validate({"name": name, "reason": why}))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What did not go in, in the order it was asked about."""
        return tuple(self._left_out)

    def _takes(self, item: PackItem, *, is_needed: bool) -> bool:
        return self._admits(item) and self._has(item, item_tokens(item), is_needed=is_needed)

    def _admits(self, item: PackItem) -> bool:
        if self.destination is None or self.destination.admits(item.label.level):
            return True
        self.leave_out(item.name, "clearance")
        return False

    def _has(self, item: PackItem, size: int, *, is_needed: bool) -> bool:
        if not is_needed and size > self.left:
            self.leave_out(item.name, "size")
            return False
        self.left -= size
        return True
