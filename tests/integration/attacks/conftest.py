"""Owns the fixtures of the attacks: the guarded console, and Dagster's pages behind theirs."""

from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp

from resources.dagster_web import dagster_web
from tests.integration.attacks.dagster_kit import DagsterStage
from tests.integration.attacks.kit import Stage
from tests.integration.desk import Desk


@pytest.fixture
def stage(desk: Desk) -> Stage:
    """The console behind its guard, nobody logged in."""
    return Stage(desk)


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    """Dagster's real app over an empty workspace."""
    home = tmp_path_factory.mktemp("dagster-home")
    workspace = home / "workspace.yaml"
    workspace.write_text("load_from: []\n", encoding="utf-8")
    with dagster_web(home, workspace) as app:
        yield app


@pytest.fixture
def pages(stage: Stage, web: ASGIApp) -> DagsterStage:
    """Dagster's pages behind our guard, one browser let in."""
    return DagsterStage(stage, web)
