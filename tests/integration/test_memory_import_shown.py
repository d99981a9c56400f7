"""Proves that what an import left out asks for attention, and that its undo is shown first."""

import json
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.imports.undo import undo
from tests.integration.desk import Desk
from tests.integration.memory_files import CARDS_30, imported_from, rows, state_of_memory, written
from tests.servers.database import home_environment

BROKEN = f"{CARDS_30}BEGIN:VCARD\nFN:X\n"
MENDED = "name,email,fact:colour\nEva,eva@x.example,red\n"


@pytest.fixture(autouse=True)
def _home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401 - any JSON
    capsys.readouterr()
    assert main(["memory", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_entries_that_could_not_be_taken_raise_one_card_until_they_can(desk: Desk) -> None:
    """The card names the way to see each; the same file without them ends it."""
    path = written(desk, "c.vcf", BROKEN)

    done = imported_from(desk, path)
    (card,) = desk.cards("notice")
    written(desk, "c.vcf", CARDS_30)
    imported_from(desk, path)

    assert str(card["summary"]).startswith("1 of the entries")
    assert f"aios memory import --show {done.import_id}" in str(card["remedy"])
    assert desk.cards("notice") == []


def test_the_undo_of_an_import_ends_its_card(desk: Desk) -> None:
    """What was left out of an import that never was is nobody's business."""
    done = imported_from(desk, written(desk, "c.vcf", BROKEN))
    assert desk.cards("notice")

    undo(desk.kernel, done.import_id)

    assert desk.cards("notice") == []


def test_an_import_of_which_all_was_taken_raises_no_card(desk: Desk) -> None:
    """There is nothing to look at."""
    imported_from(desk, written(desk, "c.csv", MENDED))

    assert desk.cards("notice") == []


@pytest.mark.parametrize("way", [("import", "--undo"), ("rollback", "--source")])
def test_the_undo_of_an_import_is_shown_first(
    desk: Desk, capsys: pytest.CaptureFixture[str], way: tuple[str, ...]
) -> None:
    """Without --yes nothing changes; with it exactly what was shown goes, by either command."""
    before = state_of_memory(desk)
    done = imported_from(desk, written(desk, "c.csv", MENDED))
    after = state_of_memory(desk)
    (fact,) = rows(desk, FactRow, import_id=done.import_id)

    shown = ran(capsys, *way, done.import_id)
    untouched = state_of_memory(desk)
    taken = ran(capsys, *way, done.import_id, "--yes")

    assert untouched == after
    assert shown == {
        "source": done.import_id,
        "is_done": False,
        "retracted": [fact.id],
        "kept": [],
        "restored": [],
        "profiles": 1,
        "interactions": 0,
    }
    assert taken == {**shown, "is_done": True}
    assert state_of_memory(desk) == before


def test_the_preview_of_an_undo_is_for_people(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the facts and the people."""
    done = imported_from(desk, written(desk, "c.csv", MENDED))
    capsys.readouterr()

    assert main(["memory", "import", "--undo", done.import_id]) == 0

    told = capsys.readouterr().out
    assert "colour: red" in told
    assert "Profiles that would be what they are without it: 1 (Eva)." in told
    assert "add --yes" in told
