"""Owns what a suite of expectations said of one build of an artifact: by row ids, never by text."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from aios_defs.core.model import Instant, Model

Artifact = Literal[
    "profiles",
    "interactions",
    "facts",
    "cold_memory",
    "messages",
    "tickets",
    "replies",
    "outcomes",
]
"""What has a suite."""


class Unmet(Model):
    """An expectation that a build does not meet.

    `words` say what was expected; `count` is of the rows that are otherwise, `ids` names the first
    of them. Both are empty where it is about the build as a whole.
    """

    words: str
    count: int = 0
    ids: tuple[str, ...] = ()


class Measured(Model):
    """What drift is told by: how many rows, which share of each value, how many cells are filled.

    `shares` and `filled` are by column, each between 0 and 1.
    """

    rows: int = 0
    shares: Mapping[str, Mapping[str, float]] = Field(default_factory=dict)
    filled: Mapping[str, float] = Field(default_factory=dict)


class Verdict(Model):
    """What was found at one build.

    `position` is that of the ledger the build was read at, `served` that of what serves now.
    `is_kept_back` says that it does not serve because of what is `unmet`; `drifted` only warns.
    `measured` is of the last sound build.
    """

    artifact: Artifact
    at: Instant
    position: int
    served: int
    rows: int
    is_kept_back: bool = False
    unmet: tuple[Unmet, ...] = ()
    drifted: tuple[Unmet, ...] = ()
    measured: Measured = Measured()

    @property
    def is_sound(self) -> bool:
        """Whether the build meets all that is expected of it."""
        return not self.unmet
