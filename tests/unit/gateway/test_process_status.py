"""Proves that what the supervisor says of its processes is read by nobody else."""

from pathlib import Path

from resources.process_status import run_folder


def test_a_home_that_begins_with_its_run_folder_is_private(tmp_path: Path) -> None:
    """Whatever makes the home first, others may neither read nor write it."""
    home = tmp_path / "home"

    folder = run_folder(home)

    assert home.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_mode & 0o777 == 0o700
