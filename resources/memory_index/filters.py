"""Owns the words of a filter: a scope as the store's own condition, answered by its indexes."""

from collections.abc import Iterable
from datetime import UTC, datetime

from aios_defs.core.labels import Level
from aios_defs.core.memory_index import Scope


def condition(scope: Scope, level: Level, *, upto: int | None) -> str:
    """Return what an item of one level's table has to meet; it means what `Scope.admits` means.

    `upto` is the last position to serve, None where nothing beyond it lies in the table.
    """
    moment = _moment(scope.valid_at)
    stands = (
        f"retired_position > {scope.position} AND valid_from <= {moment} AND valid_to > {moment}"
    )
    parts = [
        f"level = {quoted(level)}",
        f"(retired_position IS NULL OR ({stands}))",
        *([] if upto is None else [f"position <= {upto}"]),
        *_listed("subject", scope.subjects),
        *_listed("kind", scope.kinds),
        *([] if scope.since is None else [f"at >= {_moment(scope.since)}"]),
        *([] if scope.until is None else [f"at < {_moment(scope.until)}"]),
    ]
    return " AND ".join(parts)


def quoted(text: str) -> str:
    """Return a text as the store's language writes it."""
    return "'" + text.replace("'", "''") + "'"


def one_of(column: str, values: Iterable[str]) -> str:
    """Return the condition that a column has one of the values; none at all is met by nothing."""
    listed = ", ".join(quoted(one) for one in values)
    return f"{column} IN ({listed})" if listed else "false"


def _listed(column: str, values: Iterable[str] | None) -> list[str]:
    return [] if values is None else [one_of(column, values)]


def _moment(instant: datetime) -> str:
    plain = instant.astimezone(UTC).replace(tzinfo=None)
    return f"timestamp '{plain.isoformat(sep=' ', timespec='microseconds')}'"
