"""Owns the tables of one index: one for each level, in builds.

    <embedder>/<level>_<build>.lance

Forgetting makes a new build without what is forgotten and removes the former one as a whole, so no
file of it is left; a build that nothing refers to was left by a process that was killed.
"""

import shutil
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aios_defs.core.labels import Level
from aios_defs.core.model import JsonObject
from aios_defs.settings.environment import quiet_lance
from resources.memory_index.rows import schema
from resources.memory_index.served import LEVELS, Served

if TYPE_CHECKING:
    import pyarrow as pa
    from lancedb.table import LanceTable

MOST_FRAGMENTS = 64
"""With more pieces than these, a write compacts before it returns."""
KEPT_VERSIONS = timedelta(hours=1)
"""How long former versions stay, for readers that are at work."""


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
        self._open[name] = ((self._folder / f"{name}.lance").stat().st_ino, table)
        return table

    def remove_others(self, kept: Collection[str]) -> None:
        """Delete the folders of all builds but these, such as `local_0`."""
        for folder in self._folder.glob("*.lance"):
            if folder.stem not in kept:
                self._open.pop(folder.stem, None)
                shutil.rmtree(folder)

    def _database(self) -> Any:  # noqa: ANN401 - as above
        quiet_lance()
        import lancedb

        return lancedb.connect(self._folder)


def standing_tables(folder: Path, served: Served) -> list[JsonObject]:
    """Return the tables of what is served: each `name` below lance/, `rows` and Lance's `version`.

    A level of which nothing was ever put in has none.
    """
    tables = Tables(folder, served.dimensions)
    found = [(level, tables.opened(level, served.builds[level])) for level in LEVELS]
    return [
        {
            "name": f"cold/{folder.name}/{_name(level, served.builds[level])}",
            "rows": table.count_rows(),
            "version": table.version,
        }
        for level, table in found
        if table is not None
    ]


def tend(table: "LanceTable", *, keep: timedelta = KEPT_VERSIONS) -> None:
    """Compact a table, drop former versions."""
    table.optimize(cleanup_older_than=keep)


def fragments(table: Any) -> int:  # noqa: ANN401 - as above
    """Return in how many pieces a table lies."""
    return int(table.stats()["fragment_stats"]["num_fragments"])


def _name(level: Level, build: int) -> str:
    return f"{level}_{build}"
