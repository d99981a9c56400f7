"""Owns fetching what many rows point at: a few queries for all, instead of one for each."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from aios_defs.core.ports import View
from aios_defs.core.rows.row import Row

R = TypeVar("R", bound=Row)
_KEY = "id"
_A_QUERY = 512
"""How many ids one query names; databases limit the parameters of a statement."""


def by_id(view: View, kind: type[R], ids: Iterable[str | None]) -> dict[str, R]:
    """Return the rows of those ids, by id; an id that is None or has no row is left out."""
    found: dict[str, R] = {}
    for some in chunks(ids):
        found.update((getattr(row, _KEY), row) for row in view.select(kind, id=some))
    return found


def values_by_id(
    view: View, kind: type[Row], name: str, ids: Iterable[str | None]
) -> dict[str, Any]:
    """Return one column of the rows of those ids, by id; what has no row is left out."""
    found: dict[str, Any] = {}
    for some in chunks(ids):
        found.update(view.tally(kind, "id", name, id=some).keys())
    return found


def chunks(ids: Iterable[str | None]) -> Iterator[tuple[str, ...]]:
    """Yield the ids, each once, in groups that one query can name."""
    wanted = list(dict.fromkeys(one for one in ids if one is not None))
    for start in range(0, len(wanted), _A_QUERY):
        yield tuple(wanted[start : start + _A_QUERY])
