"""Owns asking the tables: candidates by words and by vector, then the best ones' neighbours.

All tables are asked for names first, and the best names over all of them are kept; only those are
fetched, with the neighbours of the very best: a weak candidate that its neighbour lifts has a
strong one, which is among the best itself.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from aios_defs.core.memory_index import STEPS, Search
from resources.memory_index.filters import one_of
from resources.memory_index.rows import READ, spot

if TYPE_CHECKING:
    import pyarrow as pa

_PROBES = 20
_BEST = 24
"""Of how many candidates of each way the neighbours are fetched."""
_NAMES = ["id", "spot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A table to ask, and what its rows have to meet."""

    table: Any
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A row that was chosen: where it lies, and how good it is of its way (less is better)."""

    place: int
    id: str
    thread: str
    at: int
    rank: float


def ask(places: Sequence[Place], search: Search) -> "tuple[list[pa.Table], set[str]]":
    """Return the rows of the candidates and of what stands beside them, each once, by table.

    With them come the ids of the candidates: these met the filter, their neighbours may not.
    """
    ways = [_by_words, _by_vector] if search.vector is not None else [_by_words]
    asked = [
        [_pool().submit(way, at, one, search) for at, one in enumerate(places)] for way in ways
    ]
    chosen = [
        sorted((name for some in way for name in some.result()), key=lambda one: (one.rank, one.id))
        for way in asked
    ]
    kept = [way[: search.most] for way in chosen]
    fetched = _pool().map(partial(_fetch, kept, search), range(len(places)), places)
    found = [rows for rows in fetched if rows is not None]
    return found, {one.id for way in kept for one in way}


def _best(names: list[_Name], most: int) -> list[_Name]:
    return sorted(names, key=lambda one: (one.rank, one.id))[:most]


def _fetch(
    kept: Sequence[Sequence[_Name]], search: Search, at: int, place: Place
) -> "pa.Table | None":
    ids = {one.id for way in kept for one in way if one.place == at}
    spots = {spot(thread, number) for thread, number in search.beside}
    spots.update(
        spot(one.thread, one.at + step) for way in kept for one in way[:_BEST] for step in STEPS
    )
    if not ids and not spots:
        return None
    wanted = f"{one_of('id', sorted(ids))} OR {one_of('spot', sorted(spots))}"
    query = place.table.search().where(wanted).select([*READ])
    rows: pa.Table = query.limit(len(ids) + len(spots)).to_arrow()
    return rows


def _by_words(at: int, place: Place, search: Search) -> list[_Name]:
    from lancedb.query import MatchQuery

    text = " ".join(one for one in search.terms if one.strip())
    if not text:
        return []
    match = MatchQuery(text, "terms")  # pyright: ignore[reportCallIssue] - the others have defaults
    query = place.table.search(match, query_type="fts")
    return [_name(at, one, -one["_score"]) for one in _rows(query, place, search, "_score")]


def _by_vector(at: int, place: Place, search: Search) -> list[_Name]:
    query = place.table.search(search.vector, vector_column_name="vector")
    query = query.distance_type("dot").nprobes(_PROBES)
    return [_name(at, one, one["_distance"]) for one in _rows(query, place, search, "_distance")]


def _rows(query: Any, place: Place, search: Search, score: str) -> list[dict[str, Any]]:  # noqa: ANN401 - lancedb's own type
    found = query.where(place.where, prefilter=True).select([*_NAMES, score])
    rows: list[dict[str, Any]] = found.limit(search.most).to_arrow().to_pylist()
    return rows


def _name(at: int, row: dict[str, Any], rank: float) -> _Name:
    thread, _, number = row["spot"].rpartition("/")
    return _Name(place=at, id=row["id"], thread=thread, at=int(number), rank=rank)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="memory")
