"""Owns the rows of imports into memory, and of the entries that could not be taken."""

from dataclasses import dataclass
from typing import ClassVar

from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow(Row):
    """One import of a file. `state`: begun, complete, undone; `event_id` is what began it."""

    TABLE: ClassVar[str] = "imports"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("source",),)
    id: str
    kind: str
    source: str
    name: Sealed
    state: str
    event_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLineRow(Row):
    """An entry of a file that could not be taken, with its text.

    `place` is empty where the event has it sealed.
    """

    TABLE: ClassVar[str] = "import_lines"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("import_id",),)
    id: str
    import_id: str
    place: str
    reason: str
    remedy: str
    raw: BlobRef
    event_id: str
    position: int
