"""Proves that an installed AIOS has what a clone has beside its packages."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aios_defs.settings.environment import child_environment
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it, which is all that installing does to its files."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the installed packages before any other."""
    environment = child_environment(PYTHONPATH=str(installed), AIOS_HOME=str(installed / "none"))
    return subprocess.run(
        [sys.executable, *words],
        cwd=installed.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_names_a_page_that_is_installed(installed: Path) -> None:
    """An error of the installed command leads to its page, which came with it."""
    told = run(installed, "-m", "aios_defs.cli.main", "status")

    page = "aios_defs/docs/errors/home_missing.md"
    assert told.returncode == 1
    assert page in told.stderr
    assert (installed / page).read_text() == (ROOT / "docs/errors/home_missing.md").read_text()


def test_the_console_shows_the_page_that_is_installed(installed: Path) -> None:
    """The page is rendered from the installed file."""
    script = "from aios_defs.console.error_pages import FOLDER, page_of; print(FOLDER); "
    told = run(installed, "-c", script + "print(page_of('ledger_broken'))")

    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(str(installed))
    assert "The way out" in told.stdout


def test_dagster_is_configured_from_the_installed_template(installed: Path) -> None:
    """`dagster.yaml` lies where the installed package looks for it."""
    script = "from resources.dagster_instance import TEMPLATES; print(TEMPLATES[0].is_file())"

    assert run(installed, "-c", script).stdout == "True\n"
