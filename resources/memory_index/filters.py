"""Owns the words of a filter, as the tables' own language writes them."""

from collections.abc import Iterable


def one_of(column: str, values: Iterable[str]) -> str:
    """Return the condition that a column has one of the values; none at all is met by nothing."""
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in values)
    return f"{column} IN ({listed})" if listed else "false"
