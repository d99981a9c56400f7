"""Owns the file that says what an index serves: how far it is filled, and what its words weigh.

    <embedder>/served.arrow     a row per term, sorted, with the items it stands in at each level

One file, replaced in one step, holds position and statistics, so that they are always of one time.
It is mapped, not read: a look-up of a few terms costs the same however many there are.
"""

import json
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from aios_defs.core.labels import Level
from aios_defs.core.recall.item import Statistics
from resources.durable import sync_folder

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "served.arrow"
LEVELS = tuple(Level)
_KEY = b"aios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What is served: up to which event, from which build of each level's table, of how much.

    `terms` counts all terms of all items of a level, their repeats included. `embedder` and
    `dimensions` say what made the vectors.
    """

    embedder: str = ""
    dimensions: int = 0
    position: int = 0
    hash: str = ""
    builds: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    items: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    terms: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """In how many items of each level each term stands, as a table sorted by term."""

    table: "pa.Table"

    def statistics(
        self, served: Served, levels: Iterable[Level], terms: Iterable[str]
    ) -> Statistics:
        """Return the statistics of all items of some levels, for some terms."""
        wanted = list(levels)
        items = sum(served.items[one] for one in wanted)
        total = sum(served.terms[one] for one in wanted)
        frequencies = {one: self._count(one, wanted) for one in terms}
        return Statistics(
            items=items,
            average_terms=total / items if items else 0.0,
            frequencies={term: count for term, count in frequencies.items() if count},
        )

    def _count(self, term: str, levels: list[Level]) -> int:
        column = self.table.column("term")
        place = bisect_left(_Terms(column), term)
        if place == len(column) or column[place].as_py() != term:
            return 0
        return sum(cast("int", self.table.column(one)[place].as_py()) for one in levels)

    def joined(self, counts: Mapping[Level, Counter[str]]) -> "Words":
        """Return these with the counts of further items."""
        import pyarrow as pa

        every = sorted({term for one in counts.values() for term in one})
        more = {one: [counts.get(one, Counter())[term] for term in every] for one in LEVELS}
        both = pa.concat_tables([self.table, pa.table({"term": every, **more}, _schema())])
        summed = both.group_by("term").aggregate([(one, "sum") for one in LEVELS])
        summed = summed.rename_columns([one.removesuffix("_sum") for one in summed.column_names])
        return Words(table=summed.select(["term", *LEVELS]).sort_by("term").cast(_schema()))


class _Terms:
    """A column of texts as a sequence to bisect."""

    def __init__(self, column: "pa.ChunkedArray") -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, place: int) -> str:
        return cast("str", self._column[place].as_py())


def no_words() -> Words:
    """Return the words of an index without items."""
    return Words(table=_schema().empty_table())


def read_served(folder: Path) -> tuple[Served, Words]:
    """Return what the index of a folder serves; nothing where there is no file."""
    import pyarrow as pa

    file = folder / FILE
    if not file.exists():
        return Served(), no_words()
    table = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
    return Served(**json.loads(table.schema.metadata[_KEY])), Words(table=table)


def served_mark(folder: Path) -> tuple[int, int]:
    """Return what tells one file from the next: it changes whenever it is written."""
    try:
        found = (folder / FILE).stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def write_served(folder: Path, served: Served, words: Words) -> None:
    """Replace the file in one step; durable when it returns."""
    import pyarrow as pa

    content = json.dumps(asdict(served)).encode()
    table = words.table.replace_schema_metadata({_KEY: content}).combine_chunks()
    draft = folder / f".{FILE}.{os.getpid()}"
    with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(folder / FILE)
    sync_folder(folder)


def _schema() -> "pa.Schema":
    import pyarrow as pa

    return pa.schema(
        [pa.field("term", pa.string()), *(pa.field(str(one), pa.int64()) for one in LEVELS)]
    )
