"""Owns where an entry that could not be taken stands: in its file, and in quarantine already."""

from aios_defs.core.ports import View
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.imports import ImportLineRow, ImportRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.cards import readable
from aios_defs.services.kernel import Kernel

KEPT = "in_quarantine"
"""What becomes of an entry that can't be taken and stands in quarantine already."""


def place_of(kernel: Kernel, view: View, row: ImportLineRow) -> str:
    """Return the place, `(erased)` with its text; events of before it was sealed have it plain."""
    told = view.event(row.event_id)
    sealed = told.data.get("sealed_place") if told else None
    return readable(kernel, Sealed.model_validate(sealed)) if sealed else row.place


def is_in_quarantine(view: View, mark: str) -> bool:
    """Return whether an entry of this mark stands in quarantine, by an import that was not undone.

    Marks are operational: without them an entry is put there anew.
    """
    kept = view.get(CursorRow, mark)
    line = view.get(ImportLineRow, kept.value) if kept else None
    row = view.get(ImportRow, line.import_id) if line else None
    return row is not None and row.state != "undone"
