"""Owns which profiles are compared at all: those that share a block, so that 100,000 are no burden.

A block is a short text that near-duplicates have in common: the name in any order, the beginning or
the end of one word with the initial of another, what stands before the `@`. A block of many says
nothing and is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from aios_defs.services.identity.likeness import BAR, Known, Likeness, likeness, long_form

_LARGEST = 60
"""How many profiles a block may hold."""
_BEGINNING = 5


def blocks(known: Known) -> set[str]:
    """Return the blocks of a profile."""
    found = {f"l:{one}" for one in (*known.locals, *known.as_locals)}
    words = known.words
    if not words:
        return found
    found.add(f"n:{known.form}")
    if known.kind != "person":
        return found | {f"c:{words[0][:_BEGINNING]}"} | {f"d:{host}" for host in known.hosts}
    for word in words:
        others = [one for one in words if one is not word]
        if len(word) > 1:
            ends = (f"w:{word[:_BEGINNING]}", f"e:{word[-_BEGINNING:]}")
            found |= {f"{end}:{long_form(one)[0]}" for one in others for end in ends}
    return found


def near_duplicates(everybody: Iterable[Known]) -> Iterator[tuple[Known, Known, Likeness]]:
    """Yield each two profiles that are alike enough to ask about, once, in no order."""
    people = list(everybody)
    by_block: dict[str, list[int]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for place, one in enumerate(people):
        counts[one.form] += 1
        for block in blocks(one):
            by_block[block].append(place)
    seen: set[tuple[int, int]] = set()
    for places in by_block.values():
        for pair in _pairs(places):
            if pair in seen:
                continue
            seen.add(pair)
            one, other = people[pair[0]], people[pair[1]]
            found = likeness(one, other, lambda form: counts[form])
            if found.score >= BAR:
                yield one, other, found


def _pairs(places: list[int]) -> Iterator[tuple[int, int]]:
    if len(places) > _LARGEST:
        return
    for index, one in enumerate(places):
        for other in places[index + 1 :]:
            yield one, other
