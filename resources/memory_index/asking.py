"""Owns asking one table: candidates by words and by vector, then the best ones' neighbours.

What is only a name so far (id and place) is fetched with its neighbours in one query. Neighbours
are fetched of the best only: a weak candidate that its neighbour lifts has a strong one, which is
among the best itself.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from aios_defs.core.labels import Level
from aios_defs.core.memory_index import STEPS, MemoryItem, Search
from resources.memory_index.filters import condition, one_of
from resources.memory_index.rows import spot, to_items

_PROBES = 20
_BEST = 32
"""Of how many candidates of each way the neighbours are fetched."""
_NAMES = ["id", "thread", "place"]


def ask(table: Any, search: Search, level: Level, *, upto: int | None) -> list[MemoryItem]:  # noqa: ANN401 - lancedb's own type
    """Return the candidates of one level's table with their neighbours, each once."""
    where = condition(search.scope, level, upto=upto)
    words = _pool().submit(_by_words, table, search, where)
    near = _by_vector(table, search, where)
    chosen = [words.result(), near]
    ids = sorted({one["id"] for some in chosen for one in some})
    spots = {spot(thread, place) for thread, place in search.beside}
    for some in chosen:
        for one in some[:_BEST]:
            spots.update(spot(one["thread"], one["place"] + step) for step in STEPS)
    if not ids and not spots:
        return []
    wanted = f"({one_of('id', ids)} OR {one_of('spot', sorted(spots))}) AND {where}"
    rows = table.search().where(wanted).limit(len(ids) + len(spots)).to_arrow()
    return to_items(rows)


def _by_words(table: Any, search: Search, where: str) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    from lancedb.query import MatchQuery

    text = " ".join(one for one in search.terms if one.strip())
    if not text:
        return []
    match = MatchQuery(text, "terms")  # pyright: ignore[reportCallIssue] - the others have defaults
    query = table.search(match, query_type="fts")
    return _names(query, where, search.most, "_score")


def _by_vector(table: Any, search: Search, where: str) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    if search.vector is None:
        return []
    query = table.search(search.vector, vector_column_name="vector")
    return _names(query.distance_type("dot").nprobes(_PROBES), where, search.most, "_distance")


def _names(query: Any, where: str, most: int, score: str) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    found = query.where(where, prefilter=True).select([*_NAMES, score]).limit(most)
    rows: list[dict[str, Any]] = found.to_arrow().to_pylist()
    return rows


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="memory")
