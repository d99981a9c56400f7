"""Owns an item of memory in one piece: its fields as JSON, and its token vectors as bytes."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.memory_index import MemoryItem, MemoryKind
from aios_defs.core.recall.item import Days

if TYPE_CHECKING:
    from numpy import float32, int8
    from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_decode = json.JSONDecoder().raw_decode
"""What `json.loads` does, without looking for white space around it."""


def packed_text(packed: str | bytes) -> str:
    """Return the text of a packed item."""
    return str(json.loads(packed)[-1])


def packed_item(one: MemoryItem) -> str:
    """Return all of an item but its terms and vectors, as JSON."""
    cells = (
        one.id,
        one.kind,
        one.subject,
        one.thread,
        one.place,
        one.position,
        one.retired_position,
        _number(one.at),
        one.speaker,
        one.direction,
        one.label.level,
        one.label.audience,
        one.label.trust,
        _number(one.valid_from),
        _number(one.valid_to),
        one.source_event,
        one.day,
        [(str(days.first), str(days.last)) for days in one.mentions],
        one.text,
    )
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def unpacked_item(
    packed: str,
    *,
    terms: tuple[str, ...],
    vector: "NDArray[float32] | None",
    tokens: "NDArray[int8] | None",
) -> MemoryItem:
    """Return the item of what was packed."""
    cells: list[Any] = _decode(packed)[0]
    return MemoryItem(
        id=cells[0],
        kind=cast("MemoryKind", cells[1]),
        subject=cells[2],
        thread=cells[3],
        place=cells[4],
        position=cells[5],
        retired_position=cells[6],
        at=_EPOCH + cells[7] * _MICROSECOND,
        speaker=cells[8],
        direction=cells[9],
        label=_label(cells[10], tuple(cells[11]), cells[12]),
        valid_from=_instant(cells[13]),
        valid_to=_instant(cells[14]),
        source_event=cells[15],
        day=cells[16],
        mentions=tuple(_days(*one) for one in cells[17]),
        text=cells[18],
        terms=terms,
        vector=vector,
        tokens=tokens,
    )


def microseconds_of(instant: datetime) -> int:
    """Return an instant as microseconds since 1970, UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def _number(instant: datetime | None) -> int | None:
    return None if instant is None else microseconds_of(instant)


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + microseconds * _MICROSECOND


@lru_cache(maxsize=10_000)
def _label(level: str, audience: tuple[str, ...], trust: str) -> Label:
    return Label(level=Level(level), audience=audience, trust=Trust(trust))


def _days(first: str, last: str) -> Days:
    return Days(first=date.fromisoformat(first), last=date.fromisoformat(last))


def packed_tokens(tokens: "NDArray[int8]") -> bytes:
    """Return token vectors as bytes: how many there are in two, then their numbers."""
    return len(tokens).to_bytes(2, "little") + tokens.tobytes()


def tokens_of(record: bytes, first: int) -> "NDArray[int8]":
    """Return the token vectors whose bytes begin there and end with the record."""
    import numpy as np

    count = int.from_bytes(record[first : first + 2], "little")
    return np.frombuffer(record, np.int8, offset=first + 2).reshape(count, -1 if count else 0)
