"""Owns the index of memory: a folder for each embedder, in it for each level a table and its rows.

The table is LanceDB's: what is remembered, to be read by whatever reads Lance. The rows are what
questions are answered from (row_log.py says how they lie): asking a table for words, for vectors
and for the items found took three to five times as long as a question may (docs/decisions/0014).
Both are written together. Writers take turns by a lock on the folder; readers never wait. Rows of a
table have a declared key besides, as two processes that put the same items without one would keep
both.
"""

import fcntl
import hashlib
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from aios_defs.core.errors import StorageFailed
from aios_defs.core.labels import Level
from aios_defs.core.memory_index import Forgotten, Found, MemoryItem, Search, Standing
from resources.memory_index.choosing import choose
from resources.memory_index.filters import one_of
from resources.memory_index.forgetting import parted, traces
from resources.memory_index.held import Held
from resources.memory_index.record import packed_text
from resources.memory_index.row_log import RowLog
from resources.memory_index.rows import refuse_other_length, to_rows
from resources.memory_index.segment import Segment, remove_other_segments
from resources.memory_index.served import LEVELS, Served, read_served, served_mark, write_served
from resources.memory_index.tables import MOST_FRAGMENTS, Tables, fragments, tend

_LOCK = "lock"
_MANY = 8192
"""How many rows are read at once when a table is read through."""
_TAIL = 2048
_TAIL_PART = 8
"""Rows without postings are few: no more than so many, or that part of those that have some."""


class LanceMemoryIndex:
    """Keeps items in `<folder>/<embedder>/`, for vectors of one embedder."""

    def __init__(self, folder: Path, *, embedder: str, dimensions: int) -> None:
        """Keep the index of this embedder's key and vector length under a folder."""
        self._folder = folder / folder_name(embedder)
        self._embedder = embedder
        self._dimensions = dimensions
        self._tables = Tables(self._folder, dimensions)
        self._seen: tuple[object, Served, dict[Level, Held]] | None = None
        self._reading = threading.Lock()

    def standing(self) -> Standing:
        """Return how far it is filled."""
        served = read_served(self._folder) or Served()
        return Standing(
            embedder=self._embedder,
            position=served.position,
            hash=served.hash,
            items=sum(served.items.values()),
        )

    def search(self, search: Search) -> Found:
        """Return candidates of the levels that are asked for."""
        if search.vector is not None:
            refuse_other_length(len(search.vector), self._dimensions)
        with self._reading, _storage():
            return choose(self._read(search.scope.levels), search, self._dimensions)

    def _read(self, levels: Sequence[Level]) -> dict[Level, Held]:
        """Return the rows of some levels, read anew once what is served changed.

        A build that is gone by the time it is read was replaced: then what is served changed.
        """
        while True:
            mark = served_mark(self._folder)
            if self._seen is None or self._seen[0] != mark:
                self._seen = (mark, read_served(self._folder) or Served(), {})
            _, served, held = self._seen
            try:
                for one in levels:
                    if served.rows[one] and one not in held:
                        held[one] = self._held(one, served)
            except FileNotFoundError:
                if mark == served_mark(self._folder):
                    raise
            else:
                return {one: held[one] for one in levels if one in held}

    def _held(self, level: Level, served: Served) -> Held:
        held = Held.of(
            self._log(level, served.builds[level]),
            count=served.rows[level],
            indexed=served.indexed[level],
            position=served.position,
        )
        held.refuse_wrong(level, self._embedder)
        return held

    def put(
        self, items: Sequence[MemoryItem], *, is_wanted: Callable[[], bool] | None = None
    ) -> bool:
        """Keep items, in place of those of the same ids, if they are still wanted."""
        by_level: dict[Level, list[MemoryItem]] = {}
        for one in {one.id: one for one in items}.values():
            by_level.setdefault(one.label.level, []).append(one)
        rows = {
            level: to_rows(some, self._embedder, self._dimensions)
            for level, some in by_level.items()
        }
        with self._writing() as served:
            if is_wanted is not None and not is_wanted():
                return False
            for level, some in rows.items():
                table = self._tables.made(level, served.builds[level])
                merge(table, some)
                self._log(level, served.builds[level]).append(by_level[level], self._embedder)
                if fragments(table) > MOST_FRAGMENTS:
                    tend(table)
        return True

    def finish(self, position: int, hash_: str) -> None:
        """Serve what was put in up to a position."""
        with self._writing() as served:
            if position >= served.position:
                rows = {one: self._log(one, served.builds[one]).count() for one in LEVELS}
                self._serve(replace(served, position=position, hash=hash_, rows=rows))

    def tend(self) -> None:
        """Compact, index, drop former versions and what killed processes left."""
        if not self._folder.exists():
            return
        with self._writing() as served:
            self._remove_others(served)
            for level in LEVELS:
                table = self._tables.opened(level, served.builds[level])
                if table is not None:
                    tend(table)
            self._serve(served, tail=0)

    def forget(self, *, subjects: Collection[str] = (), ids: Collection[str] = ()) -> Forgotten:
        """Build the levels concerned anew without some items, remove the former builds."""
        if not self._folder.exists():
            return Forgotten(items=0, is_verified=True)
        with self._writing() as served:
            built, count, gone = served, 0, list[str]()
            for level in LEVELS:
                built, items, texts = self._without(built, level, subjects, ids)
                count, gone = count + items, gone + texts
            if gone:
                self._serve(built, tail=0)
            self._remove_others(built)
            left = traces(self._folder, gone, lambda: self._kept(built))
            return Forgotten(items=count, is_verified=not left, left=left)

    def _without(
        self, served: Served, level: Level, subjects: Collection[str], ids: Collection[str]
    ) -> tuple[Served, int, list[str]]:
        """Build a level without some items, if it has any; returns their number and texts."""
        where = f"({one_of('subject', subjects)} OR {one_of('id', ids)})"
        table = self._tables.opened(level, served.builds[level])
        log, build = self._log(level, served.builds[level]), served.builds[level] + 1
        kept, gone = parted(log, served.rows[level], subjects, ids)
        texts = _texts(table, where) if table is not None else []
        if not len(gone) and not texts:
            return served, 0, []
        if table is not None:
            self._tables.make(level, build, _batches(table, f"NOT {where}"))
        new = self._log(level, build)
        shutil.rmtree(new.folder, ignore_errors=True)
        log.copy_to(new, kept, log.count())
        changed = replace(
            served,
            builds={**served.builds, level: build},
            rows={**served.rows, level: int((kept < served.rows[level]).sum())},
            indexed={**served.indexed, level: 0},
        )
        return changed, len(texts), texts + log.texts(gone)

    def _kept(self, served: Served) -> Iterator[str]:
        """Yield the texts of all that is there in these builds."""
        for level in LEVELS:
            log = self._log(level, served.builds[level])
            yield from log.texts(range(log.count()))

    def drop(self) -> None:
        """Delete the folder of this embedder."""
        if self._folder.exists():
            with self._writing():
                self._tables = Tables(self._folder, self._dimensions)
                self._seen = None
                shutil.rmtree(self._folder)

    def _serve(self, served: Served, *, tail: int = _TAIL) -> None:
        """Serve the rows that are counted, with postings of all but the last few."""
        items, indexed = dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, 0)
        for level in LEVELS:
            log, count = self._log(level, served.builds[level]), served.rows[level]
            if count:
                log.sync()
                indexed[level] = _indexed(log, count, served.indexed[level], tail)
                held = Held.of(log, count=count, indexed=indexed[level], position=served.position)
                items[level] = held.items
        write_served(self._folder, replace(served, items=items, indexed=indexed))
        for level in LEVELS:
            kept = {served.indexed[level], indexed[level]}
            remove_other_segments(self._log(level, served.builds[level]).folder, kept)

    def _log(self, level: Level, build: int) -> RowLog:
        return RowLog(self._folder / f"{level}_{build}.rows", self._dimensions)

    def _remove_others(self, served: Served) -> None:
        """Delete every build of a level but the one that is served."""
        kept = {f"{level}_{build}" for level, build in served.builds.items()}
        self._tables.remove_others(kept)
        for folder in self._folder.glob("*.rows"):
            if folder.stem not in kept:
                shutil.rmtree(folder)

    @contextmanager
    def _writing(self) -> Iterator[Served]:
        """Wait for other writers of this folder, then yield what is served.

        What lies there in another form is deleted: it is filled anew from the ledger.
        """
        with _storage():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._folder.parent / f"{self._folder.name}.{_LOCK}").open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                served = read_served(self._folder)
                if served is None:
                    shutil.rmtree(self._folder, ignore_errors=True)
                    self._folder.mkdir(mode=0o700, parents=True)
                    served = Served(embedder=self._embedder, dimensions=self._dimensions)
                    write_served(self._folder, served)
                yield served


def _indexed(log: RowLog, count: int, indexed: int, tail: int) -> int:
    """Return of how many rows there are postings; makes them where too many have none."""
    if count - indexed <= (tail and max(tail, indexed // _TAIL_PART)):
        return indexed
    later = log.rows(count)[indexed:]
    made = Segment.of(later, log.words(later), indexed)
    whole = Segment.load(log.folder, indexed).with_later(made) if indexed else made
    whole.save(log.folder, count)
    return count


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
