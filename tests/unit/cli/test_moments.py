"""Proves that spans are read and moments told as people say them."""

from datetime import UTC, datetime, timedelta

import pytest

from aios_defs.cli.moments import parse_span, relative
from aios_defs.core.errors import UsageInvalid

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("30s", 30), ("10m", 600), ("2h", 7200), ("7d", 604800)]
)
def test_a_span_is_a_number_and_a_unit(text: str, seconds: int) -> None:
    """Seconds, minutes, hours and days are read; a number alone counts seconds."""
    assert parse_span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "d", "-1d", "1.5h", "7 days", "9999999d"])
def test_anything_else_is_wrong_usage(text: str) -> None:
    """What is no span is refused with an example of one."""
    with pytest.raises(UsageInvalid, match="7d"):
        parse_span(text)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "now"), (10, "in 10 s"), (-90, "1 min ago"), (7300, "in 2 h"), (-200000, "2 d ago")],
)
def test_a_moment_is_told_from_now(seconds: int, shown: str) -> None:
    """The largest whole unit is told, before or after now."""
    assert relative(NOW + timedelta(seconds=seconds), NOW) == shown
