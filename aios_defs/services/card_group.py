"""Owns one group of alike cards: which rows it stands for, and its cards a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.core.rows.row import Row
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id

Maker = Callable[[Kernel, View, Sequence[Any]], list[JsonObject]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Alike cards: the rows that `where` (or `ids`, in that order) names, without those `aside`.

    `risk` is the highest of them.
    """

    key: str
    kind: str
    title: str
    count: int
    row: type[Row]
    make: Maker
    where: dict[str, Any] = field(default_factory=dict[str, Any])
    ids: tuple[str, ...] | None = None
    aside: frozenset[str] = frozenset()
    workflow: str | None = None
    operation: str | None = None
    rule: str | None = None
    risk: int | None = None

    def page(self, kernel: Kernel, view: View, after: str, limit: int) -> list[JsonObject]:
        """Return the cards that come after one, oldest first; at most `limit`."""
        return self.make(kernel, view, self._rows(view, after, limit))

    def of_ids(self, kernel: Kernel, view: View, ids: Sequence[str]) -> list[JsonObject]:
        """Return the cards of these ids, in their order; one that has no row is left out."""
        rows = by_id(view, self.row, ids)
        return self.make(kernel, view, [rows[one] for one in ids if one in rows])

    def all_ids(self, view: View) -> list[str]:
        """Return the ids of all its cards, oldest first."""
        ids = view.column(self.row, "id", **self.where) if self.ids is None else self.ids
        return [one for one in ids if one not in self.aside]

    def without(self, view: View, aside: tuple[str, ...]) -> "Group":
        """Return the group without the cards that were set aside."""
        hidden = frozenset(self.only(view, aside))
        return replace(self, aside=hidden, count=self.count - len(hidden))

    def only(self, view: View, aside: tuple[str, ...]) -> list[str]:
        """Return which of these ids are in the group."""
        if self.ids is not None:
            return [one for one in aside if one in self.ids]
        return view.column(self.row, "id", id=aside, **self.where)

    def narrowed(self, ids: Sequence[str]) -> "Group":
        """Return the group with these of its cards alone."""
        return replace(self, ids=tuple(ids), count=len(ids), aside=frozenset())

    def _rows(self, view: View, after: str, limit: int) -> list[Any]:
        if self.ids is None:
            more = limit + len(self.aside)
            found: list[Any] = view.select(self.row, id__gt=after, limit=more, **self.where)
            return [row for row in found if row.id not in self.aside][:limit]
        ids = [one for one in self.ids if one not in self.aside]
        start = ids.index(after) + 1 if after in ids else 0
        some = ids[start : start + limit]
        rows = by_id(view, self.row, some)
        return [rows[one] for one in some if one in rows]
