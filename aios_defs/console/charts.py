"""Owns charts: what is drawn as bars or as a line of steps over time, with the axis it needs.

The picture stretches with the page: it is drawn in a box of 100 by 100 per cent, and every word
stands beside it as text, so that nothing is too small on a phone. templates/chart.html draws it and
puts a table of the same numbers beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10

HEIGHT = 100.0
_GAP = 0.2
"""How much of its slot a bar leaves free."""
_TICKS = 2
_LABELS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One thing over time; None is a gap. `look` is its class in the style sheet."""

    name: str
    values: tuple[float | None, ...]
    look: str = "a"
    is_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle of the picture, in per cent, with the words that a pointer shows."""

    x: float
    y: float
    width: float
    height: float
    look: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A line of steps of the picture, as SVG path data."""

    d: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart, ready to be drawn.

    `ticks` are the words of the value axis from the top down to zero, `marks` the moments under the
    picture; `columns` and `rows` are the table of the same numbers.
    """

    title: str
    unit: str
    slots: int
    bars: tuple[Bar, ...]
    paths: tuple[Path, ...]
    legend: tuple[tuple[str, str], ...]
    ticks: tuple[str, ...]
    marks: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_empty: bool


def chart(
    title: str,
    moments: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str,
    words: Callable[[float], str] = lambda value: f"{value:g}",
    nice: Callable[[float], float] | None = None,
) -> Chart:
    """Lay a chart out.

    Args:
        title: what it shows.
        moments: the words of each slot of the time axis, oldest first.
        series: bars stand beside one another in a slot, lines above them.
        unit: what the numbers count.
        words: how a value is written.
        nice: the top of the axis for a highest value; by default the next 1, 2 or 5.

    """
    highest = max((one for own in series for one in own.values if one), default=0.0)
    top = (nice or nice_top)(highest) if highest else 1.0
    bars = [one for one in series if not one.is_line]
    return Chart(
        title=title,
        unit=unit,
        slots=len(moments),
        bars=tuple(_bars(bars, moments, top, words)),
        paths=tuple(_path(one, top) for one in series if one.is_line),
        legend=tuple((one.look, one.name) for one in series),
        ticks=tuple(words(top * step / _TICKS) for step in range(_TICKS, -1, -1)),
        marks=tuple(_marks(moments)),
        columns=("when", *(one.name for one in series)),
        rows=tuple(
            (at, *(_cell(one.values[slot], words) for one in series))
            for slot, at in enumerate(moments)
        ),
        is_empty=not highest,
    )


def nice_top(highest: float) -> float:
    """Return the lowest 2, 4 or 10 times a power of ten that is not below a value."""
    size = 10.0 ** ceil(log10(highest) - 1)
    found = next(size * step for step in (1, 2, 4, 10, 20) if size * step >= highest)
    return max(found, float(_TICKS))


def _bars(
    series: Sequence[Series], moments: Sequence[str], top: float, words: Callable[[float], str]
) -> list[Bar]:
    found: list[Bar] = []
    slot_width = HEIGHT / max(1, len(moments))
    width = slot_width * (1 - _GAP) / max(1, len(series))
    for number, one in enumerate(series):
        for slot, value in enumerate(one.values):
            if value:
                x = slot * slot_width + slot_width * _GAP / 2 + number * width
                height = HEIGHT * value / top
                said = f"{moments[slot]}: {words(value)} {one.name}"
                found.append(
                    Bar(
                        x=round(x, 3),
                        y=round(HEIGHT - height, 3),
                        width=round(width, 3),
                        height=round(height, 3),
                        look=one.look,
                        words=said,
                    )
                )
    return found


def _path(series: Series, top: float) -> Path:
    """Return a line of steps: flat over each slot, broken where there is a gap."""
    width = HEIGHT / max(1, len(series.values))
    parts: list[str] = []
    for slot, value in enumerate(series.values):
        if value is None:
            continue
        y = round(HEIGHT - HEIGHT * value / top, 3)
        follows = slot and series.values[slot - 1] is not None
        parts.append(f"{'V' if follows else f'M{slot * width:.3f} '}{y}H{(slot + 1) * width:.3f}")
    return Path(d="".join(parts), look=series.look)


def _marks(moments: Sequence[str]) -> list[str]:
    """Return a few moments, evenly spread, the first and the last among them."""
    if len(moments) <= _LABELS:
        return list(moments)
    last = len(moments) - 1
    return [moments[round(last * step / (_LABELS - 1))] for step in range(_LABELS)]


def _cell(value: float | None, words: Callable[[float], str]) -> str:
    return "-" if value is None else words(value)
