"""Proves that a command which is printed can be typed as it stands."""

import sys
from pathlib import Path

import pytest

from aios_defs.cli.output import as_typed


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command in `.venv/bin` of the folder one works in, which is on no path."""
    found = tmp_path / ".venv" / "bin" / "aios"
    found.parent.mkdir(parents=True)
    found.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(found), "up"])
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("AIOS_HOME", raising=False)
    return found


def test_a_command_names_its_home_and_its_place(script: Path) -> None:
    """After `make run` neither is known to the shell, so both stand in what is printed."""
    home = script.parents[2] / ".aios-demo"

    assert as_typed(home) == "AIOS_HOME=.aios-demo .venv/bin/aios"


def test_a_command_is_short_where_the_shell_knows_it(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the path, and with the home that it would take anyway, its name is enough."""
    monkeypatch.setenv("PATH", str(script.parent))

    assert as_typed(script.parents[2] / ".aios") == "aios"
