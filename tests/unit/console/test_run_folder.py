"""Proves that a home is private from its first folder on, whoever makes it."""

import stat
from pathlib import Path

from resources.process_status import run_folder


def test_a_home_that_begins_with_its_processes_is_private(tmp_path: Path) -> None:
    """Where nothing of a home is there yet, its folder is made for its owner only."""
    home = tmp_path / "home"

    folder = run_folder(home)

    assert {stat.S_IMODE(one.stat().st_mode) for one in (home, folder)} == {0o700}
