"""Owns the points of the product: reaching one does nothing."""


class NoPoints:
    """Passes every named point by."""

    def reached(self, point: str) -> None:
        """Do nothing."""
