"""Owns a segment: the postings of rows that stand together in a row log, by all they are found by.

    <level>_<build>.rows/index_<rows>/      the segment of the first so many rows, as files

What came after it is few: whoever reads makes the postings of those by itself.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resources.durable import sync_folder
from resources.memory_index.postings import Postings, spots_of

if TYPE_CHECKING:
    from numpy import uint64
    from numpy.typing import NDArray

_NAMES = ("words", "ids", "subjects", "spots")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The postings of some rows, which are numbered as in the whole log."""

    words: Postings
    ids: Postings
    subjects: Postings
    spots: Postings

    @classmethod
    def of(cls, rows: Any, words: "NDArray[uint64]", first: int) -> "Segment":  # noqa: ANN401 - as a row log gives
        """Make the segment of rows, the first of which has this number."""
        import numpy as np

        numbers = np.arange(first, first + len(rows), dtype=np.uint32)
        return cls(
            words=Postings.of(words, np.repeat(numbers, rows["terms"])),
            ids=Postings.of(rows["id"], numbers),
            subjects=Postings.of(rows["subject"], numbers),
            spots=Postings.of(spots_of(rows["thread"], rows["place"]), numbers),
        )

    def with_later(self, later: "Segment") -> "Segment":
        """Return it with the rows of one that comes right after it."""
        return Segment(
            **{name: getattr(self, name).with_later(getattr(later, name)) for name in _NAMES}
        )

    def save(self, folder: Path, rows: int) -> None:
        """Keep it in a row log's folder; durable when it returns, and there as a whole or not."""
        place, draft = folder / _name(rows), folder / f".{_name(rows)}"
        for one in (place, draft):
            shutil.rmtree(one, ignore_errors=True)
        draft.mkdir()
        for name in _NAMES:
            getattr(self, name).save(draft, name)
        for file in draft.iterdir():
            with file.open("rb") as written:
                os.fsync(written.fileno())
        draft.rename(place)
        sync_folder(folder)

    @classmethod
    def load(cls, folder: Path, rows: int) -> "Segment":
        """Map the segment of the first so many rows."""
        return cls(**{name: Postings.load(folder / _name(rows), name) for name in _NAMES})


def remove_other_segments(folder: Path, kept: set[int]) -> None:
    """Delete the segments of a row log but these, and what a killed process left of one."""
    names = {_name(rows) for rows in kept}
    for one in folder.glob("*index_*"):
        if one.name not in names:
            shutil.rmtree(one)


def _name(rows: int) -> str:
    return f"index_{rows}"
