"""Owns the index of memory in LanceDB: a folder for each embedder, a table for each level.

Writers take turns by a lock on the folder; readers never wait. Rows have a declared key besides, as
two processes that put the same items without one would keep both.
"""

import fcntl
import hashlib
import shutil
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aios_defs.core.errors import IndexBroken, StorageFailed
from aios_defs.core.labels import Level
from aios_defs.core.memory_index import Forgotten, Found, MemoryItem, Search, Standing
from resources.memory_index.asking import Place, ask
from resources.memory_index.filters import condition, one_of
from resources.memory_index.forgetting import traces
from resources.memory_index.rows import (
    REBUILD,
    packed_text,
    refuse_other_length,
    to_items,
    to_rows,
)
from resources.memory_index.served import (
    LEVELS,
    Served,
    Words,
    no_words,
    read_served,
    served_mark,
    write_served,
)
from resources.memory_index.tables import MOST_FRAGMENTS, Tables, fragments, tend

_LOCK = "lock"
_MANY = 8192
"""How many rows are read at once when a table is read through."""


class LanceMemoryIndex:
    """Keeps items in `<folder>/<embedder>/`, for vectors of one embedder."""

    def __init__(self, folder: Path, *, embedder: str, dimensions: int) -> None:
        """Keep the index of this embedder's key and vector length under a folder."""
        self._folder = folder / folder_name(embedder)
        self._embedder = embedder
        self._dimensions = dimensions
        self._tables = Tables(self._folder, dimensions)
        self._checked: dict[Level, tuple[int, int, int]] = {}
        self._seen: tuple[object, Served, Words] | None = None
        self._opened: dict[Level, Any] = {}
        self._reading = threading.Lock()

    def standing(self) -> Standing:
        """Return how far it is filled."""
        served, _ = read_served(self._folder)
        return Standing(
            embedder=self._embedder,
            position=served.position,
            hash=served.hash,
            items=sum(served.items.values()),
        )

    def search(self, search: Search) -> Found:
        """Return candidates of the levels that are asked for, level by level."""
        if search.vector is not None:
            refuse_other_length(len(search.vector), self._dimensions)
        with self._reading, _storage():
            served, words = self._read()
            places: list[Place] = []
            for level in search.scope.levels:
                table = self._opened.get(level)
                if table is not None and served.items[level]:
                    last = min(served.position, search.scope.position)
                    upto = self._checked_upto(level, table, last)
                    where = condition(search.scope, level, upto=upto)
                    places.append(Place(table=table, where=where))
            rows, chosen = ask(places, search)
        items = [one for some in rows for one in to_items(some)]
        return Found(
            items=[
                one
                for one in items
                if one.id in chosen
                or (search.scope.admits(one) and one.position <= served.position)
            ],
            statistics=words.statistics(served, search.scope.levels, search.terms),
        )

    def _read(self) -> tuple[Served, Words]:
        """Return what is served, read anew once it changed: its tables as they stood then."""
        mark = served_mark(self._folder)
        if self._seen is None or self._seen[0] != mark:
            served, words = read_served(self._folder)
            self._opened = {one: self._tables.opened(one, served.builds[one]) for one in LEVELS}
            self._seen = (mark, served, words)
        return self._seen[1], self._seen[2]

    def put(self, items: Sequence[MemoryItem]) -> None:
        """Keep items, in place of those of the same ids."""
        by_level: dict[Level, list[MemoryItem]] = {}
        for one in {one.id: one for one in items}.values():
            by_level.setdefault(one.label.level, []).append(one)
        rows = {
            level: to_rows(some, self._embedder, self._dimensions)
            for level, some in by_level.items()
        }
        with self._writing() as served:
            for level, some in rows.items():
                table = self._tables.made(level, served.builds[level])
                merge(table, some)
                if fragments(table) > MOST_FRAGMENTS:
                    tend(table)

    def finish(self, position: int, hash_: str) -> None:
        """Serve what was put in up to a position; what is served already is not counted again."""
        with self._writing() as served:
            if position < served.position:
                return
            _, words = read_served(self._folder)
            begin = f"position > {served.position} AND " if served.position else ""
            counted, more = self._counted(served, f"{begin}position <= {position}")
            self._serve(replace(counted, position=position, hash=hash_), words.joined(more))

    def tend(self) -> None:
        """Compact, index, drop former versions and what killed processes left.

        Readers look at the tables anew once the file of what is served was written again.
        """
        if not self._folder.exists():
            return
        with self._writing() as served:
            self._tables.remove_others({one: served.builds[one] for one in LEVELS})
            for level in LEVELS:
                table = self._tables.opened(level, served.builds[level])
                if table is not None:
                    tend(table)
            write_served(self._folder, served, read_served(self._folder)[1])

    def forget(self, *, subjects: Collection[str] = (), ids: Collection[str] = ()) -> Forgotten:
        """Build the tables anew without some items, remove the former builds, look for traces."""
        if not self._folder.exists():
            return Forgotten(items=0, is_verified=True)
        where = f"({one_of('subject', subjects)} OR {one_of('id', ids)})"
        with self._writing() as served:
            builds, gone = dict(served.builds), list[str]()
            for level in LEVELS:
                table = self._tables.opened(level, builds[level])
                found = _texts(table, where) if table is not None else []
                if table is not None and found:
                    builds[level] += 1
                    self._tables.make(level, builds[level], _batches(table, f"NOT {where}"))
                    gone += found
            if gone:
                self._recount(replace(served, builds=builds))
            self._tables.remove_others({one: builds[one] for one in LEVELS})
            left = traces(self._folder, gone)
            return Forgotten(items=len(gone), is_verified=not left, left=left)

    def drop(self) -> None:
        """Delete the folder of this embedder."""
        if self._folder.exists():
            with self._writing():
                self._tables = Tables(self._folder, self._dimensions)
                self._checked.clear()
                self._seen = None
                shutil.rmtree(self._folder)

    def _recount(self, served: Served) -> None:
        """Count all that is served anew: words of what is forgotten must not stay either."""
        empty = replace(Served(), builds=served.builds)
        counted, words = self._counted(empty, f"position <= {served.position}")
        told = replace(counted, position=served.position, hash=served.hash)
        self._serve(told, no_words().joined(words))

    def _serve(self, served: Served, words: Words) -> None:
        made_by = {"embedder": self._embedder, "dimensions": self._dimensions}
        write_served(self._folder, replace(served, **made_by), words)

    def _counted(self, served: Served, span: str) -> tuple[Served, dict[Level, Counter[str]]]:
        """Return what is served with the items of a span added, and the words of these."""
        items, total, words = dict(served.items), dict(served.terms), dict[Level, Counter[str]]()
        for level in LEVELS:
            table = self._tables.opened(level, served.builds[level])
            words[level] = Counter()
            for batch in [] if table is None else _batches(table, span, ["terms"]):
                for one in batch.column("terms").to_pylist():
                    terms = one.split(" ") if one else []
                    words[level].update(set(terms))
                    items[level] += 1
                    total[level] += len(terms)
        return replace(served, items=items, terms=total), words

    def _checked_upto(self, level: Level, table: Any, last: int) -> int | None:  # noqa: ANN401 - lancedb's own type
        """Return the last position to give back, None where nothing lies beyond it.

        What the table holds is looked at once for each of its versions.
        """
        version = int(table.version)
        known = self._checked.get(level)
        if known is None or known[:2] != (version, last):
            self._refuse_wrong(level, table)
            known = self._checked[level] = (
                version,
                last,
                table.count_rows(f"position > {last}"),
            )
        return last if known[2] else None

    def _refuse_wrong(self, level: Level, table: Any) -> None:  # noqa: ANN401 - as above
        if wrong := table.count_rows(f"level <> '{level}'"):
            raise IndexBroken(
                f"The table of level {level} holds {wrong} items of another level.",
                remedy=REBUILD,
                reason="level",
            )
        if wrong := table.count_rows(f"embedder <> '{self._embedder}'"):
            raise IndexBroken(
                f"The table of level {level} holds {wrong} vectors of another embedder.",
                remedy=REBUILD,
                reason="embedder",
            )

    @contextmanager
    def _writing(self) -> Iterator[Served]:
        """Wait for other writers of this folder, then yield what is served."""
        with _storage():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._folder.parent / f"{self._folder.name}.{_LOCK}").open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                yield read_served(self._folder)[0]


def folder_name(embedder: str) -> str:
    """Return a name for an embedder's folder that no key can leave or share."""
    plain = "".join(one if one.isalnum() or one in "-." else "_" for one in embedder)
    return f"{plain[:60]}_{hashlib.sha256(embedder.encode()).hexdigest()[:8]}"


def merge(table: Any, rows: Any) -> None:  # noqa: ANN401 - lancedb's own types
    """Put rows into a table in place of those of the same id; safe among processes by its key."""
    merging = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
    merging.execute(rows)


@contextmanager
def _storage() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StorageFailed(
            f"Cold memory could not be read or written ({type(error).__name__}).",
            remedy="Look at the disk; the ledger has all of it.",
            artifact="cold_memory",
        ) from None


def _texts(table: Any, where: str) -> list[str]:  # noqa: ANN401 - as above
    return [
        packed_text(packed)
        for batch in _batches(table, where, ["packed"])
        for packed in batch.column("packed").to_pylist()
    ]


def _batches(table: Any, where: str, columns: list[str] | None = None) -> Iterator[Any]:  # noqa: ANN401 - as above
    query = table.search().where(where)
    query = query.select(columns) if columns else query
    return iter(query.to_batches(batch_size=_MANY))
