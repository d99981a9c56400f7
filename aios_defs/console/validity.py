"""Owns the picture of a fact's versions: from when until when each is valid, one bar a version.

Bars stretch with the page, in per cent of one span of time; what never was true, as is known now,
is drawn hollow. The words beside each bar say the same, with when it became known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aios_defs.core.model import parse_rfc3339

_LEAST = timedelta(days=1)
_AROUND = 0.08
"""How much of the span is left free on either side, for what has no beginning or end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidBar:
    """The bar of one version, in per cent of the picture's width."""

    id: str
    x: float
    width: float
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The bars of the versions by their ids, and where now is."""

    bars: dict[str, ValidBar]
    now: float


def validity(history: Sequence[dict[str, Any]], now: datetime) -> Validity:
    """Return the picture of a fact's history, as `fact_view` has it."""
    known = [one for one in history if one["recorded_at"]]
    moments = [now, *(moment for one in known for moment in _moments(one))]
    first, last = min(moments), max(moments)
    span = max(last - first, _LEAST)
    first, span = first - span * _AROUND, span * (1 + 2 * _AROUND)

    def place(moment: datetime) -> float:
        return round(100 * ((moment - first) / span), 2)

    bars: dict[str, ValidBar] = {}
    for one in known:
        start = place(parse_rfc3339(one["valid_from"])) if one["valid_from"] else 0.0
        end = place(parse_rfc3339(one["valid_to"])) if one["valid_to"] else 100.0
        look = "void" if one["is_gone"] else "on" if one["holds"] else "was"
        bars[one["id"]] = ValidBar(
            id=one["id"], x=start, width=max(0.5, round(end - start, 2)), look=look
        )
    return Validity(bars=bars, now=place(now))


def _moments(one: dict[str, Any]) -> list[datetime]:
    given = (one["valid_from"], one["valid_to"], one["recorded_at"])
    return [parse_rfc3339(moment) for moment in given if moment]
