"""Owns what forgetting needs to know: which rows go, and whether bytes of them are still there."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resources.memory_index.postings import Postings, key_of
from resources.memory_index.row_log import RowLog

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

_PIECE = 48
"""How many bytes of a text are looked for: long enough to be nobody else's."""
_LEAST = 16
_CHUNK = 1 << 20


def parted(
    log: RowLog, served: int, subjects: Collection[str], ids: Collection[str]
) -> "tuple[NDArray[int64], NDArray[int64]]":
    """Return the rows of a log that stay, and those that are of the subjects or have the ids.

    Of the first `served` ones those that were replaced are neither.
    """
    import numpy as np

    rows = log.rows(log.count())
    numbers = np.arange(len(rows))
    stands = numbers >= served
    stands[Postings.of(rows["id"][:served], numbers[:served].astype(np.uint32)).last()] = True
    is_gone = np.zeros(len(rows), bool)
    for column, wanted in (("subject", subjects), ("id", ids)):
        is_gone |= np.isin(rows[column], np.array([key_of(one) for one in wanted], np.uint64))
    return np.flatnonzero(stands & ~is_gone), np.flatnonzero(is_gone)


def traces(
    folder: Path, texts: Sequence[str], staying: Callable[[], Iterable[str]] = tuple
) -> list[str]:
    """Return the files under a folder in which a piece of one of the texts stands, as JSON.

    Pieces of fewer than 16 bytes are no evidence and are not looked for; nor is one that stands in
    a text of what stays, such as an entry of a calendar that two take part in: it is theirs as
    well. `staying` returns those texts, and is asked only where something was found.
    """
    wanted = [one for one in {_written(text)[:_PIECE] for text in texts} if len(one) >= _LEAST]
    found = _holding(folder, wanted)
    if found:
        shared = {one for text in staying() for one in wanted if one in _written(text)}
        found = _holding(folder, [one for one in wanted if one not in shared])
    return found


def _written(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def _holding(folder: Path, wanted: Sequence[bytes]) -> list[str]:
    files = sorted(one for one in folder.rglob("*") if one.is_file()) if wanted else []
    return [str(one.relative_to(folder)) for one in files if _holds(one, wanted)]


def _holds(file: Path, wanted: Sequence[bytes]) -> bool:
    with file.open("rb") as content:
        before = b""
        while chunk := content.read(_CHUNK):
            window = before + chunk
            if any(one in window for one in wanted):
                return True
            before = window[-_PIECE:]
    return False
