"""Owns the fixtures of the tests with Dagster: its empty storage is made once and copied."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aios_defs.definitions import RunReport, run_workflow
from resources.dagster_instance import open_instance, render_instance
from resources.testing.fixed_clock import FixedClock
from tests.integration.desk import FILES, STRANGER, Desk, Mail
from tests.integration.outside import Outside

WORKFLOW = "support"


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dagster's storage of a home in which nothing ran yet; making it takes seconds."""
    home = tmp_path_factory.mktemp("storage")
    with open_instance(home):
        pass
    return home / "dagster"


@pytest.fixture
def shown_home(tmp_path: Path, storage: Path) -> Path:
    """The folder of a home that has nothing but Dagster's storage, rendered for it."""
    home = tmp_path / "home"
    shutil.copytree(storage, home / "dagster")
    render_instance(home)
    return home


@pytest.fixture
def shown(desk: Desk, storage: Path) -> Desk:
    """A desk whose home has Dagster's storage."""
    shutil.copytree(storage, desk.path / "dagster", dirs_exist_ok=True)
    return desk


@pytest.fixture
def past(tmp_path: Path, storage: Path) -> Iterator[Desk]:
    """A desk in days that Dagster's own clock knows as past."""
    files = {"connectors.yaml": FILES["connectors.yaml"].replace("2031", "2025")}
    desk = Desk(tmp_path, clock=FixedClock(datetime(2025, 5, 6, 7, 8, tzinfo=UTC)), files=files)
    desk.begin()
    shutil.copytree(storage, desk.path / "dagster", dirs_exist_ok=True)
    yield desk
    desk.home.ledger.close()


@pytest.fixture
def shown_outside(opens: Outside, storage: Path) -> Outside:
    """Opens homes with a fake connector, beside Dagster's storage."""
    shutil.copytree(storage, opens.path / "dagster", dirs_exist_ok=True)
    return opens


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory, storage: Path) -> Iterator["Worked"]:
    """A home after two runs: an answered mail, one that waits for approval, nothing new since."""
    path = tmp_path_factory.mktemp("worked")
    shutil.copytree(storage, path / "dagster")
    desk = Desk(path).begin()
    desk.deliver(Mail(text="How much is the blue widget?", identity="first@outside.example"))
    desk.deliver(Mail(text="What does the blue widget cost?", sender=STRANGER))
    yield Worked(desk)
    desk.home.ledger.close()


class Worked:
    """A desk, its first two reports, and the ledger's positions around the second."""

    def __init__(self, desk: Desk) -> None:
        """Run the workflow twice."""
        self.desk = desk
        self.first = self._run()
        self.before = self.position()
        self.second = self._run()

    def _run(self) -> RunReport:
        return run_workflow(self.desk.home, WORKFLOW)

    def position(self) -> int:
        """Return the last position of the ledger."""
        with self.desk.kernel.ledger.view() as view:
            return view.head().position
