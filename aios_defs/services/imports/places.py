"""Owns where an entry that could not be taken stands in its file, as people read it."""

from aios_defs.core.ports import View
from aios_defs.core.rows.imports import ImportLineRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.cards import readable
from aios_defs.services.kernel import Kernel


def place_of(kernel: Kernel, view: View, row: ImportLineRow) -> str:
    """Return the place, `(erased)` with its text; events of before it was sealed have it plain."""
    told = view.event(row.event_id)
    sealed = told.data.get("sealed_place") if told else None
    return readable(kernel, Sealed.model_validate(sealed)) if sealed else row.place
