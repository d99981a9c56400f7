"""Proves what `aios metrics` prints: a table with a picture, JSON, and what it refuses."""

from pathlib import Path

import pytest

from aios_defs.cli.metrics_command import bar
from tests.e2e.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(home=tmp_path / "home")


def test_a_home_without_work_has_metrics_of_nothing(shell: Shell) -> None:
    """Before the first mail there is a line of zeros, and lengths that were never counted."""
    shell.run("init", "--json")

    table = shell.run("metrics")
    told = shell.run("metrics", "--since", "24h", "--json")

    assert (table.code, told.code) == (0, 0)
    assert "0 questions wait for you now." in table.out
    assert told.json["step"] == "hour"
    assert len(told.json["series"]) == 25
    assert told.json["lengths"]["decision_ms"] == {"count": 0, "p50_ms": None, "p95_ms": None}


def test_a_time_that_is_none_is_a_wrong_usage(shell: Shell) -> None:
    """A span that can't be read, or is longer than is kept, exits 2 with what to give."""
    shell.run("init", "--json")

    codes = [shell.run("metrics", "--since", span).code for span in ("soon", "0", "9999d")]

    assert codes == [2, 2, 2]


def test_the_picture_shows_every_value_above_nothing() -> None:
    """The highest value is the longest bar, the smallest still one block, nothing is none."""
    assert [len(bar(value, 400)) for value in (400, 200, 1, 0)] == [20, 10, 1, 0]
    assert not bar(0, 0)
