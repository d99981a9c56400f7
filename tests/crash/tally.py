"""Owns what a part of the campaign did and found, as it travels from its process to the table."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from aios_defs.core.model import JsonObject


@dataclass(slots=True, kw_only=True)
class Tally:
    """Kills by point, and the sums over all homes.

    `pauses` counts processes that were stopped and went on; `retried` how often only the operator's
    word moved an action; `flaws` names every invariant that did not hold, with its home.
    """

    name: str
    seed: int
    kills: Counter[str] = field(default_factory=Counter[str])
    pauses: Counter[str] = field(default_factory=Counter[str])
    homes: int = 0
    actions: int = 0
    committed: int = 0
    parked: int = 0
    duplicates: int = 0
    lost: int = 0
    retried: int = 0
    flaws: list[str] = field(default_factory=list[str])

    @property
    def killed(self) -> int:
        """How many processes were killed."""
        return self.kills.total()

    def add(self, examined: JsonObject, settled: JsonObject) -> None:
        """Count one home that is done."""
        self.homes += 1
        for name in ("actions", "committed", "parked", "duplicates", "lost"):
            setattr(self, name, getattr(self, name) + int(str(examined[name])))
        self.retried += int(str(settled.get("retried", 0)))
        flaws = examined["flaws"]
        assert isinstance(flaws, list)
        self.flaws += [f"home {self.homes}: {one}" for one in flaws]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def tally_of(value: dict[str, Any]) -> Tally:
    """Return the tally that `to_json` wrote."""
    counters = {name: Counter[str](value[name]) for name in ("kills", "pauses")}
    return Tally(**{**value, **counters})


def table(tallies: list[Tally]) -> list[str]:
    """Return the lines of the campaign's table: each part, then its kills point by point."""
    lines = [_HEAD]
    for one in sorted(tallies, key=lambda one: one.name):
        lines.append(_line(one))
        lines += [f"    {point:<28}{count:>6} killed" for point, count in _sorted(one.kills)]
        lines += [f"    {point:<28}{count:>6} stopped" for point, count in _sorted(one.pauses)]
    ours = [one for one in tallies if not one.name.startswith("naive")]
    total = Tally(name="all of ours", seed=0)
    for one in ours:
        for name in ("homes", "actions", "committed", "parked", "duplicates", "lost", "retried"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        total.kills += one.kills
        total.pauses += one.pauses
    return [*lines, _line(total)]


_COLUMNS = ("kills", "pauses", "homes", "actions", "done", "parked", "double", "lost", "retried")
_HEAD = f"{'part':<24}" + "".join(f"{one:>9}" for one in _COLUMNS)


def _line(one: Tally) -> str:
    counts = (one.killed, one.pauses.total(), one.homes, one.actions, one.committed)
    rest = (one.parked, one.duplicates, one.lost, one.retried)
    return f"{one.name:<24}" + "".join(f"{count:>9}" for count in (*counts, *rest))


def _sorted(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items())
