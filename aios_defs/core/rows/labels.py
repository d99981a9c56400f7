"""Owns the rows of labels that the operator lowered."""

from dataclasses import dataclass
from typing import ClassVar

from aios_defs.core.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow(Row):
    """A fact or message whose level was lowered once: by its id.

    `former` is the level it was given first, `level` the one it has now; the two are the same once
    the word was taken back. `position` is that of the last word.
    """

    TABLE: ClassVar[str] = "lowered_labels"
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = (("is_lowered",),)
    id: str
    kind: str
    content_hash: str
    former: str
    level: str
    is_lowered: bool
    event_id: str
    position: int
