"""Owns what is expected of each artifact: a suite of Great Expectations' own expectations, as data.

Only what no honest ledger can break stands here, for a build that breaks it is not served. That a
build is what the ledger says is the other check (aios_defs.services.artifact_checks).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from aios_defs.core.actions import ActionState
from aios_defs.core.events.profiles import Stage
from aios_defs.core.labels import Level, Trust
from aios_defs.core.memory_index import MemoryKind
from aios_defs.core.tasks import Standing, TaskState
from aios_defs.services.quality.verdict import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One expectation: Great Expectations' name for it, its arguments, and the same in words."""

    kind: str
    arguments: Mapping[str, Any]
    words: str

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        return [str(self.arguments[one]) for one in self.arguments if one.startswith("column")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What is expected of an artifact, whose rows `key` names; how drift of it is told.

    The shares of the values of `shares`, and how many cells of `filled` are not empty, are
    compared with those of the last sound build; without `shares` a build is only a part.
    """

    key: str
    expectations: tuple[Expectation, ...]
    shares: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    columns: frozenset[str] = field(init=False)

    @property
    def tells_drift(self) -> bool:
        """Whether a build is all of it, so that one can be compared with the next."""
        return bool(self.shares)

    def __post_init__(self) -> None:
        """Collect the columns that all of it reads."""
        read = (name for one in self.expectations for name in one.columns)
        names = frozenset({self.key, *read, *self.shares, *self.filled})
        object.__setattr__(self, "columns", names)


def _named(column: str) -> Expectation:
    return Expectation(
        kind="expect_column_values_to_be_unique",
        arguments={"column": column},
        words=f"{column} stands once",
    )


def _present(*columns: str) -> list[Expectation]:
    return [
        Expectation(
            kind="expect_column_values_to_not_be_null",
            arguments={"column": one},
            words=f"{one} is there",
        )
        for one in columns
    ]


def _one_of(column: str, values: Iterable[str]) -> Expectation:
    known = sorted(map(str, values))
    return Expectation(
        kind="expect_column_values_to_be_in_set",
        arguments={"column": column, "value_set": known},
        words=f"{column} is {', '.join(known[:-1])} or {known[-1]}",
    )


def _between(column: str, least: float, most: float | None = None) -> Expectation:
    end = "at least" if most is None else "between"
    return Expectation(
        kind="expect_column_values_to_be_between",
        arguments={"column": column, "min_value": least, "max_value": most},
        words=f"{column} is {end} {least:g}" + ("" if most is None else f" and {most:g}"),
    )


def _json(column: str) -> Expectation:
    return Expectation(
        kind="expect_column_values_to_be_json_parseable",
        arguments={"column": column},
        words=f"{column} is JSON, or empty",
    )


def _suite(
    key: str, *expectations: Expectation | list[Expectation], **drift: tuple[str, ...]
) -> Suite:
    """Return a suite: the key stands once and is there, and what else is expected."""
    flat = [one for some in expectations for one in (some if isinstance(some, list) else [some])]
    return Suite(key=key, expectations=(_named(key), *_present(key), *flat), **drift)


_LABEL = [
    *_present("level", "trust"),
    _one_of("level", Level),
    _one_of("trust", Trust),
]
_EVENT = [*_present("event_id"), _between("position", 1)]

SUITES: Mapping[Artifact, Suite] = {
    "profiles": _suite(
        "profile_id",
        _one_of("kind", ("person", "company", "project")),
        _one_of("stage", get_args(Stage)),
        _one_of("origin", ("operator", "inbound")),
        _LABEL,
        _EVENT,
        _present("seal"),
        shares=("kind", "stage", "level"),
        filled=("name",),
    ),
    "interactions": _suite(
        "interaction_id",
        _present("profile_id", "channel", "thread_id", "at", "seal"),
        _one_of("direction", ("in", "out")),
        _LABEL,
        _EVENT,
        shares=("direction", "channel", "level"),
        filled=("text",),
    ),
    "facts": _suite(
        "fact_id",
        _present("predicate", "seal"),
        _one_of("state", ("asserted", "superseded", "retracted", "disputed")),
        _between("confidence", 0, 1),
        _json("value"),
        _LABEL,
        _EVENT,
        shares=("state", "level", "trust"),
        filled=("value",),
    ),
    "cold_memory": _suite(
        "id",
        _present("thread", "at", "source_event", "day", "text"),
        _one_of("kind", get_args(MemoryKind)),
        _one_of("direction", ("", "in", "out")),
        _between("place", 0),
        _between("position", 1),
        _LABEL,
    ),
    "messages": _suite(
        "message_id",
        _present("connector", "stored_at"),
        _one_of("state", ("received", "held", "ignored", "quarantined")),
        _EVENT,
        shares=("state", "connector"),
    ),
    "tickets": _suite(
        "task_id",
        _present("workflow", "kind", "created_at", "deadline"),
        _one_of("state", TaskState),
        _between("attempt", 0),
        shares=("state", "workflow"),
    ),
    "replies": _suite(
        "action_id",
        _present("task_id", "operation", "rule", "content_hash", "event_id"),
        _one_of("state", ActionState),
        _between("slot", 0),
        shares=("state", "operation"),
    ),
    "outcomes": _suite(
        "message_id",
        _one_of("standing", get_args(Standing)),
        _between("received_position", 1),
        shares=("standing",),
    ),
}
