"""Owns the points of tests: they are kept in the order they were reached."""

from collections.abc import Callable


class RecordingPoints:
    """Keeps each reached point; `react` may raise or act there."""

    def __init__(self, react: Callable[[str], None] | None = None) -> None:
        self.reached_points: list[str] = []
        self._react = react

    def reached(self, point: str) -> None:
        """Keep the point, then react to it."""
        self.reached_points.append(point)
        if self._react is not None:
            self._react(point)
