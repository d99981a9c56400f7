"""Owns looking at a build without Great Expectations, for what a mail's run writes.

The same expectations of the same suites, few enough to be met in a few lines each; a contract test
holds the two to the same findings and the same ids. A kind that is not here is an error.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aios_defs.services.quality.verdict import Unmet
from resources.quality.great import Row, named
from resources.quality.suites import Expectation

_Cells = Sequence[Any]
_Bad = Callable[[_Cells, Mapping[str, Any]], list[bool]]


def unmet_lightly(rows: Sequence[Row], key: str, expected: Sequence[Expectation]) -> list[Unmet]:
    """Return what rows do not meet, as `great.unmet` does: in its order, by the same ids.

    Raises:
        KeyError: an expectation is of a kind that only Great Expectations knows.

    """
    found = [(one, _bad_ids(rows, key, one)) for one in expected]
    return [named(one.words, ids) for one, ids in found if ids is not None]


def _bad_ids(rows: Sequence[Row], key: str, one: Expectation) -> list[str] | None:
    """Return the ids of the rows that are not so; None where all are, none if it can't be told."""
    is_bad, column = LIGHT[one.kind], str(one.arguments["column"])
    asked = [row for row in rows if one.kind == _PRESENT or row.get(column) is not None]
    try:
        bad = is_bad([row.get(column) for row in asked], one.arguments)
    except TypeError:  # a cell of another type: nothing to compare it by
        return []
    return [str(row.get(key)) for row, wrong in zip(asked, bad, strict=True) if wrong] or None


def _repeated(cells: _Cells, _: Mapping[str, Any]) -> list[bool]:
    times = Counter(cells)
    return [times[one] > 1 for one in cells]


def _absent(cells: _Cells, _: Mapping[str, Any]) -> list[bool]:
    return [one is None for one in cells]


def _unknown(cells: _Cells, arguments: Mapping[str, Any]) -> list[bool]:
    known = frozenset(arguments["value_set"])
    return [one not in known for one in cells]


def _outside(cells: _Cells, arguments: Mapping[str, Any]) -> list[bool]:
    least, most = arguments["min_value"], arguments["max_value"]
    return [one < least or (most is not None and one > most) for one in cells]


_PRESENT = "expect_column_values_to_not_be_null"
LIGHT: Mapping[str, _Bad] = {
    "expect_column_values_to_be_unique": _repeated,
    _PRESENT: _absent,
    "expect_column_values_to_be_in_set": _unknown,
    "expect_column_values_to_be_between": _outside,
}
