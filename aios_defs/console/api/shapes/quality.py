"""Owns the shapes of the checks of artifacts."""

from aios_defs.console.api.shapes.shape import Moment, Shape


class FailingRow(Shape):
    """A row that fails, and what it is about."""

    id: str
    kind: str
    about: str


class NotMet(Shape):
    """What was expected, how many rows are not so, and the first of them."""

    words: str
    count: int
    rows: list[FailingRow]


class Checked(Shape):
    """What the last check said of an artifact: of a build at `position`, while `served` serves."""

    artifact: str
    at: Moment
    position: int
    served: int
    rows: int
    is_sound: bool
    is_kept_back: bool
    is_late: bool
    unmet: list[NotMet]
    drifted: list[NotMet]
    remedy: str | None


class CheckedAll(Shape):
    """What the last check said of each artifact."""

    artifacts: list[Checked]
