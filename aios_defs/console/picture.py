"""Owns the picture of a trace: steps one below the other, with rails for its branches.

Like the graph of a version history it is one column, so that it fits a phone: the trunk on the
first rail, each action and each group of facts on a rail of its own as long as it lasts. The server
draws it; the list beside it says the same in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aios_defs.core.visible import one_line

WIDTH = 360
"""Width of the picture in its own units; it fits the narrowest phone without scrolling."""
_ROW, _TOP, _RAIL, _LEFT = 60, 30, 20, 14
_LETTER = 7.5
"""Width of a letter of 13 px on average, generously."""
_MOST_RAILS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a step is drawn: its mark at x, y and its two lines of text from `text_x` on."""

    step: Mapping[str, Any]
    number: int
    x: int
    y: int
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A line between two marks; `kind` is `leads`, `cites` or `replaces`."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the template draws."""

    width: int
    height: int
    text_x: int
    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]


def draw(steps: Sequence[Mapping[str, Any]]) -> Picture:
    """Return the picture of a story's steps, in their order from top to bottom."""
    rails = _rails(steps)
    text_x = _LEFT + _RAIL * max(rails, default=0) + 20
    letters = int((WIDTH - text_x - 4) / _LETTER)
    spots = tuple(
        Spot(
            step=step,
            number=place + 1,
            x=_LEFT + _RAIL * rail,
            y=_TOP + _ROW * place,
            title=_cut(f"{place + 1}. {step['title']}", letters),
            detail=_cut(_detail(step), letters),
        )
        for place, (step, rail) in enumerate(zip(steps, rails, strict=True))
    )
    return Picture(
        width=WIDTH,
        height=_TOP + _ROW * max(1, len(steps)) - 10,
        text_x=text_x,
        spots=spots,
        ways=_ways(spots),
    )


def _rails(steps: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return each step's rail: 0 for the trunk, else the lowest that is free as long as it lasts.

    A branch lasts from the step it comes from to its last step, so that no line crosses a mark.
    """
    places = {step["id"]: place for place, step in enumerate(steps)}
    lasts: dict[str, list[int]] = {}
    for place, step in enumerate(steps):
        if step["branch"]:
            group = _group(step)
            ends = [place, *(places[one] for one in _others(step) if one in places)]
            known = lasts.setdefault(group, [place, place])
            lasts[group] = [min(known[0], *ends), max(known[1], *ends)]
    for place, step in enumerate(steps):
        for one in step["after"]:
            if one in places and steps[places[one]]["branch"] == "facts":
                lasts["facts"][1] = max(lasts["facts"][1], place)
    return [_rail_of(lasts, _group(step)) if step["branch"] else 0 for step in steps]


def _group(step: Mapping[str, Any]) -> str:
    return str(step["branch"])


def _others(step: Mapping[str, Any]) -> list[str]:
    replaced = step["replaced_by"]
    return [*step["after"], *([replaced] if replaced else [])]


def _rail_of(lasts: Mapping[str, Sequence[int]], group: str) -> int:
    taken: dict[str, int] = {}
    for name, (start, end) in sorted(lasts.items(), key=lambda one: (one[1][0], one[1][1])):
        met = [one for one in taken if lasts[one][1] >= start and lasts[one][0] <= end]
        busy = {taken[one] for one in met}
        taken[name] = next((one for one in range(1, _MOST_RAILS) if one not in busy), _MOST_RAILS)
    return taken[group]


def _ways(spots: Sequence[Spot]) -> tuple[Way, ...]:
    by_id = {spot.step["id"]: spot for spot in spots}
    ways: list[Way] = []
    for spot in spots:
        for before in spot.step["after"]:
            if before in by_id:
                is_fact = by_id[before].step["kind"] == "fact"
                ways.append(_way(by_id[before], spot, "cites" if is_fact else "leads"))
        replacing = by_id.get(spot.step["replaced_by"])
        if replacing is not None:
            ways.append(_way(spot, replacing, "replaces"))
    return tuple(ways)


def _way(start: Spot, end: Spot, kind: str) -> Way:
    """Return a line that stays on the outer of its two rails but for one bend of half a row.

    One that says what replaces a step runs beside its rail, so that it meets no other mark.
    """
    if kind == "replaces":
        beside, bend = max(start.x, end.x) + _RAIL // 2, _ROW // 4
        turns = f"Q{beside} {start.y} {beside} {start.y + bend}V{end.y - bend}"
        return Way(path=f"M{start.x} {start.y}{turns}Q{beside} {end.y} {end.x} {end.y}", kind=kind)
    if start.x == end.x:
        return Way(path=f"M{start.x} {start.y}V{end.y}", kind=kind)
    bend = _ROW // 2
    if end.x > start.x:
        turn = start.y + bend
        path = f"M{start.x} {start.y}C{start.x} {turn} {end.x} {start.y} {end.x} {turn}V{end.y}"
    else:
        turn = end.y - bend
        path = f"M{start.x} {start.y}V{turn}C{start.x} {end.y} {end.x} {turn} {end.x} {end.y}"
    return Way(path=path, kind=kind)


def _detail(step: Mapping[str, Any]) -> str:
    quote = one_line(step["quote"]) if step["quote"] else ""
    return f"{step['state']} · {quote}" if quote else str(step["state"])


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
