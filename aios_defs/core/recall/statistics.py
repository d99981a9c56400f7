"""Owns what the words of a search say about all that is searched: how many items, how often."""

from collections import Counter
from collections.abc import Iterable, Sequence

from aios_defs.core.recall.item import Statistics


def statistics_of(items: Iterable[Sequence[str]], terms: Iterable[str]) -> Statistics:
    """Return the statistics of items given as their terms, for the terms of a search."""
    wanted, frequencies = set(terms), Counter[str]()
    count = total = 0
    for one in items:
        count, total = count + 1, total + len(one)
        frequencies.update(wanted.intersection(one))
    return Statistics(
        items=count, average_terms=total / count if count else 0.0, frequencies=dict(frequencies)
    )
