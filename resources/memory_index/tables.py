"""Owns the tables of one index: one for each level, in builds, with the index of their words.

    <embedder>/<level>_<build>.lance

Forgetting makes a new build without what is forgotten and removes the former one as a whole, so no
file of it is left; a build that nothing refers to was left by a process that was killed.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aios_defs.core.labels import Level
from aios_defs.settings.environment import quiet_lance
from resources.memory_index.rows import schema

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import LanceTable

VECTOR_INDEX_FROM = 20_000
"""With fewer rows comparing all that the filter lets through is as fast, and exact."""
MOST_FRAGMENTS = 64
"""With more pieces than these, a write compacts before it returns."""
KEPT_VERSIONS = timedelta(hours=1)
"""How long former versions stay, for readers that are at work."""
_INDEXED_FROM = 2_000
"""With fewer rows a filter reads them all in no time."""
_SORTED = ("id", "spot", "subject", "position", "at", "retired_position", "valid_from", "valid_to")


class Tables:
    """The tables in one folder, for vectors of one length; opens each once and keeps it."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Keep tables under this folder."""
        self._folder = folder
        self._dimensions = dimensions
        self._open: dict[str, tuple[int, LanceTable]] = {}

    def opened(self, level: Level, build: int) -> "LanceTable | None":
        """Return a table as it stands now, or None when there is none.

        A folder that was deleted and made anew is another table.
        """
        name = _name(level, build)
        try:
            folder = (self._folder / f"{name}.lance").stat().st_ino
        except FileNotFoundError:
            self._open.pop(name, None)
            return None
        known = self._open.get(name)
        if known is None or known[0] != folder:
            known = self._open[name] = (folder, self._database().open_table(name))
        known[1].checkout_latest()
        return known[1]

    def made(self, level: Level, build: int) -> "LanceTable":
        """Return a table, made empty if there is none."""
        table = self.opened(level, build)
        if table is None:
            table = self.make(level, build, schema(self._dimensions).empty_table())
        return table

    def make(self, level: Level, build: int, rows: "pa.Table | Iterator[pa.RecordBatch]") -> Any:  # noqa: ANN401 - lancedb's own type is not exported
        """Make a build of a table from rows, in place of one that is there."""
        import pyarrow as pa

        form = schema(self._dimensions)
        data = rows if isinstance(rows, pa.Table) else pa.RecordBatchReader.from_batches(form, rows)
        name = _name(level, build)
        mode = "overwrite" if (self._folder / f"{name}.lance").exists() else "create"
        table = self._database().create_table(name, data, schema=form, mode=mode)
        table.set_unenforced_primary_key("id")
        _index_words(table)
        self._open[name] = ((self._folder / f"{name}.lance").stat().st_ino, table)
        return table

    def remove_others(self, builds: dict[Level, int]) -> None:
        """Delete the folders of all builds but these."""
        kept = {f"{_name(level, build)}.lance" for level, build in builds.items()}
        for folder in self._folder.glob("*.lance"):
            if folder.name not in kept:
                self._open.pop(folder.stem, None)
                shutil.rmtree(folder)

    def _database(self) -> Any:  # noqa: ANN401 - as above
        quiet_lance()
        import lancedb

        return lancedb.connect(self._folder)


def tend(table: "LanceTable", *, keep: timedelta = KEPT_VERSIONS) -> None:
    """Compact a table, index what is new, drop former versions; more indexes from a size on."""
    from lancedb.index import Bitmap, BTree, IvfRq

    table.optimize(cleanup_older_than=keep)
    indexed = {one.columns[0] for one in table.list_indices()}
    count = table.count_rows()
    wanted: dict[str, Any] = {}
    if count >= _INDEXED_FROM:
        wanted = {**dict.fromkeys(_SORTED, BTree()), "level": Bitmap()}
    if count >= VECTOR_INDEX_FROM:
        wanted["vector"] = IvfRq(distance_type="dot")
    for column, config in wanted.items():
        if column not in indexed:
            table.create_index(column, config=config)


def fragments(table: Any) -> int:  # noqa: ANN401 - as above
    """Return in how many pieces a table lies."""
    return int(table.stats()["fragment_stats"]["num_fragments"])


def _index_words(table: Any) -> None:  # noqa: ANN401 - as above
    """Make the index of words; terms are split at white space and taken as they are."""
    from lancedb.index import FTS

    words = FTS(
        base_tokenizer="whitespace",
        max_token_length=None,
        lower_case=False,
        stem=False,
        remove_stop_words=False,
        ascii_folding=False,
    )
    table.create_index("terms", config=words)


def _name(level: Level, build: int) -> str:
    return f"{level}_{build}"
