"""Owns the base of the rows: what is folded from the log, and the operational rows beside it.

A row class is the one definition of its table; its first field is the key. Field types are str,
int, float, bool, a StrEnum, an aware datetime, a pydantic Model, a tuple of str or of Models, or
any of them with None; the store derives columns from them. `FOLDED` rows are written by the fold
only and rebuilt from the log; the others (leases, cursors, spare keys) are outside it.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; its first field is its key."""

    TABLE: ClassVar[str]
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = ()
    UNIQUE: ClassVar[tuple[tuple[str, ...], ...]] = ()
    FOLDED: ClassVar[bool] = True

    def but(self, **changes: Any) -> Self:  # noqa: ANN401 - as dataclasses.replace
        """Return a copy with some fields changed."""
        return replace(self, **changes)
