"""Proves that no personal text reaches Dagster's storage, its logs or our output, come what may."""

import shutil
from pathlib import Path

import pytest

from aios_defs.core.decision import ContextPack, Decision
from aios_defs.definitions import run_workflow
from resources.testing.connector_server import FakeServer
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.dagster.leaking import PLANTED
from tests.integration.dagster.runs import refresh_memory
from tests.integration.desk import Desk, Mail
from tests.integration.outside import AGENTS, CATALOG, CONTACTS

SENDER = "zerlina.planted@private.example"
WORDS = ("Zerlina Plantagenet", SENDER, "my knee operation", "4711-0815", PLANTED, "Kim A")
ALLOW = "version: 1\nrules:\n  - id: let-it-go\n    action: fake.send\n    effect: allow\n"
LEAKING = """outside:
  kind: tests.integration.dagster.leaking:LeakingConnector
  path: outside
  since: 2025-01-01T00:00:00Z
"""
LETTER = Mail(
    text="After my knee operation: what does the blue widget cost? My number is 4711-0815.",
    sender=f"Zerlina Plantagenet <{SENDER}>",
    subject="Zerlina Plantagenet asks",
)


def found(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Return where one of the words stands in a file below a folder, in any case."""
    return [
        f"{word} in {path.name}"
        for path in folder.rglob("*")
        if path.is_file()
        for word in words
        if word.lower().encode() in path.read_bytes().lower()
    ]


class Quoting:
    """An agent that breaks and quotes what it read, as far as it may, in a chain of errors."""

    name, version, destination = "support", "1", None

    def decide(self, pack: ContextPack) -> Decision:
        text = " ".join(item.text for item in pack.of_kind("message"))
        raise ValueError(PLANTED + text) from KeyError(text)


def test_a_run_with_failing_agents_tells_nothing(
    shown: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    """An agent that quotes a mail in its error leaves a code behind, no word of it."""
    shown.agents = {"support": Quoting()}
    shown.reopen()
    shown.deliver(LETTER)

    report = run_workflow(shown.home, WORKFLOW)

    assert report.counts["tickets.failed"] == 1
    printed = "".join(capfd.readouterr())
    assert [word for word in WORDS if word in printed] == []
    assert found(shown.path / "dagster", WORDS) == []


def test_a_whole_run_and_refresh_tell_nothing(
    shown: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    """With memory built in plain text, its words stand in the artifacts and nowhere in Dagster."""
    shown.deliver(LETTER)

    run_workflow(shown.home, WORKFLOW)
    refresh_memory(shown.home)

    printed = "".join(capfd.readouterr())
    assert [word for word in WORDS if word in printed] == []
    assert found(shown.path / "dagster", WORDS) == []
    assert found(shown.path / "lance/workflows", WORDS) == []
    assert found(shown.path / "lance/memory", ("my knee operation",)) != []


def test_a_failing_connector_tells_nothing(
    tmp_path: Path, storage: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A connector that quotes people in every error is known by codes and names of classes only."""
    shutil.copytree(storage, tmp_path / "dagster")
    files = {"catalog.yaml": CATALOG, "connectors.yaml": LEAKING, "policies.yaml": ALLOW}
    desk = Desk(tmp_path, agents=AGENTS, files={**files, "contacts.csv": CONTACTS}).begin()
    FakeServer(tmp_path / "outside").deliver(LETTER.raw(1))

    first = run_workflow(desk.home, "answers")
    run_workflow(desk.home, "answers")

    desk.home.ledger.close()
    assert any("outside" in one for one in first.failed)
    printed = "".join(capfd.readouterr())
    assert [word for word in WORDS if word in printed] == []
    assert found(tmp_path / "dagster", WORDS) == []


def test_a_build_that_breaks_tells_nothing(shown: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    """A store that refuses a table fails the step with a code, without the rows."""
    shown.deliver(LETTER)
    folder = shown.path / "lance/workflows"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")

    report = run_workflow(shown.home, WORKFLOW)

    assert report.failed == ("messages: storage_failed",)
    printed = "".join(capfd.readouterr())
    assert [word for word in WORDS if word in printed] == []
    assert found(shown.path / "dagster", WORDS) == []
