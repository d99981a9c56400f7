"""Owns the artifacts of a home on disk: Parquet files for workflows, Lance tables for memory.

    lance/
      workflows/<name>.parquet
      memory/<name>_<level>.lance    one table for each level

A build replaces what is there only when it is whole: everything is converted before anything is
written, and each file or table changes in one step. An unchanged build writes nothing.
"""

import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aios_defs.core.errors import StorageFailed
from aios_defs.core.model import JsonObject
from aios_defs.services.tables.table import Cell, ColumnKind, Form, Record, Table, plain

if TYPE_CHECKING:
    import lancedb
    import pyarrow as pa

KEPT_VERSIONS = timedelta(days=7)
"""How long the former versions of a Lance table stay readable; erasure drops them at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One table as it is kept: its name under lance/, its rows, its version, whether it changed.

    `version` is Lance's; 0 for a Parquet file, which has none.
    """

    name: str
    rows: int
    version: int
    is_changed: bool


class ArtifactStore:
    """The artifacts under one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep artifacts under this folder, the home's `lance/`."""
        self._folder = folder

    def write(self, table: Table) -> list[Kept]:
        """Replace an artifact by a new build of it; returns each table that it is kept in.

        Raises:
            StorageFailed: the build is empty though the artifact is not, or a row does not fit its
                columns, or the disk fails; what was there stays.

        """
        if not table.rows and self.count(table.form):
            raise StorageFailed(
                f"The new build of {table.name} is empty, so the former one stays.",
                remedy="Check the ledger with: aios ledger verify",
                artifact=table.name,
            )
        try:
            return self._write_leveled(table) if table.form.levels else [self._write_file(table)]
        except (OSError, ValueError, RuntimeError) as error:
            raise StorageFailed(
                f"Artifact {table.name} could not be written ({type(error).__name__}).",
                remedy="Look at the disk; the former build is still there.",
                artifact=table.name,
            ) from None

    def read(self, form: Form) -> dict[str, list[JsonObject]]:
        """Return the rows of an artifact as JSON by level (one level, empty, without levels)."""
        found = {level: self._arrow(form, level) for level in form.levels or ("",)}
        return {
            level: [] if arrow is None else [_json(row) for row in arrow.to_pylist()]
            for level, arrow in found.items()
        }

    def count(self, form: Form) -> int:
        """Return how many rows an artifact holds, 0 when there is none."""
        found = (self._arrow(form, level) for level in form.levels or ("",))
        return sum(arrow.num_rows for arrow in found if arrow is not None)

    def drop(self, form: Form) -> None:
        """Delete an artifact with all its versions; the next build makes it again."""
        self._file(form.name).unlink(missing_ok=True)
        for level in form.levels:
            if (self._folder / "memory" / f"{form.name}_{level}.lance").exists():
                self._lance().drop_table(f"{form.name}_{level}")

    def _file(self, name: str) -> Path:
        return self._folder / "workflows" / f"{name}.parquet"

    def _lance(self) -> "lancedb.DBConnection":
        import lancedb

        return lancedb.connect(self._folder / "memory")

    def _arrow(self, form: Form, level: str) -> "pa.Table | None":
        if level:
            where = self._folder / "memory" / f"{form.name}_{level}.lance"
            name = f"{form.name}_{level}"
            return self._lance().open_table(name).to_arrow() if where.exists() else None
        import pyarrow.parquet as pq

        file = self._file(form.name)
        return pq.read_table(file) if file.exists() else None

    def _write_file(self, table: Table) -> Kept:
        import pyarrow.parquet as pq

        file = self._file(table.name)
        built = to_arrow(table.form, table.rows)
        former = self._arrow(table.form, "")
        is_changed = former is None or not former.equals(built)
        if is_changed:
            _replace(file, lambda draft: pq.write_table(built, draft))
        name = str(file.relative_to(self._folder))
        return Kept(name=name, rows=built.num_rows, version=0, is_changed=is_changed)

    def _write_leveled(self, table: Table) -> list[Kept]:
        rows: dict[str, list[Record]] = {level: [] for level in table.form.levels}
        for row in table.rows:
            rows[str(row.cells()["level"])].append(row)
        built = {level: to_arrow(table.form, tuple(some)) for level, some in rows.items()}
        return [self._write_level(table, level, arrow) for level, arrow in built.items()]

    def _write_level(self, table: Table, level: str, built: "pa.Table") -> Kept:
        former = self._arrow(table.form, level)
        is_changed = former is None or not former.equals(built)
        name = f"{table.name}_{level}"
        store = self._lance()
        if is_changed:
            kept = store.create_table(name, built, mode="overwrite")
            kept.optimize(cleanup_older_than=KEPT_VERSIONS)
        else:
            kept = store.open_table(name)
        return Kept(
            name=f"memory/{name}", rows=built.num_rows, version=kept.version, is_changed=is_changed
        )


def to_arrow(form: Form, rows: tuple[Record, ...]) -> "pa.Table":
    """Return rows as an Arrow table of the form's columns; raises ValueError on a misfit.

    They go through JSON: `Table.from_pylist` imports pandas, which costs more than a whole run.
    """
    import pyarrow as pa
    import pyarrow.json as arrow_json

    schema = _schema(form)
    if not rows:
        return pa.Table.from_batches([], schema)
    lines = b"\n".join(json.dumps(row.to_json()).encode() for row in rows)
    return arrow_json.read_json(
        io.BytesIO(lines),
        read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=arrow_json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="error"
        ),
    )


def _schema(form: Form) -> "pa.Schema":
    import pyarrow as pa

    kinds: dict[ColumnKind, pa.DataType] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "time": pa.timestamp("us", tz="UTC"),
        "texts": pa.list_(pa.string()),
    }
    return pa.schema([pa.field(name, kinds[kind]) for name, kind in form.columns().items()])


def _replace(file: Path, write: Callable[[Path], None]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    write(draft)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(file)


def _json(row: dict[str, Cell | list[str]]) -> JsonObject:
    return {
        name: [*cell] if isinstance(cell, list) else plain(_utc(cell)) for name, cell in row.items()
    }


def _utc(cell: Cell) -> Cell:
    return cell.astimezone(UTC) if isinstance(cell, datetime) else cell
