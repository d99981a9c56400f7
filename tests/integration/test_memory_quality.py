"""Proves `aios memory quality`, and that the doctor says what is kept back."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from aios_defs.cli.main import main
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.context import build_pack
from aios_defs.services.quality.verdict import Unmet, Verdict
from resources.quality.findings import examine_quality
from resources.quality.verdicts import Verdicts
from tests.integration.desk import Desk, Mail
from tests.servers.database import home_environment


@pytest.fixture(autouse=True)
def _home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def kept_back(desk: Desk) -> str:
    """A home of whose facts one was found bad, and its id."""
    with desk.kernel.ledger.view() as view:
        fact_id = view.select(FactRow)[0].id
    unmet = Unmet(words="confidence is between 0 and 1", count=1, ids=(fact_id,))
    verdict = Verdict(
        artifact="facts",
        at=desk.clock.now(),
        position=9,
        served=5,
        rows=1,
        is_kept_back=True,
        unmet=(unmet,),
    )
    Verdicts(desk.path).keep(verdict)
    return fact_id


def test_the_rows_that_fail_are_shown(kept_back: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and as JSON: what is expected, which row is not so, what it is about."""
    assert main(["memory", "quality", "facts"]) == 0
    said = capsys.readouterr().out
    assert main(["memory", "quality", "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["artifacts"]

    assert "kept back" in said
    assert "confidence is between 0 and 1" in said
    assert kept_back in said
    assert shown["unmet"][0]["rows"] == [{"id": kept_back, "kind": "fact", "about": kept_back}]


def test_before_any_check_it_says_what_makes_one(capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing checked, or another name, it says what to do."""
    assert main(["memory", "quality"]) == 0
    assert "aios up" in capsys.readouterr().out
    assert main(["memory", "quality", "nonsense"]) == 1
    assert "Name one of" in capsys.readouterr().err


def test_rows_are_folded_anew(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What was changed behind the ledger's back is again as the events say."""
    with desk.kernel.ledger.view() as view:
        before = view.select(FactRow)
    with desk.home.ledger._engine.begin() as connection:
        connection.execute(text("UPDATE facts SET confidence = 7.5"))

    assert main(["memory", "quality", "--rebuild", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["events"] > 0
    with desk.kernel.ledger.view() as view:
        assert view.select(FactRow) == before


def test_what_runs_beside_it_takes_up_what_was_folded_anew(desk: Desk) -> None:
    """A process that had read what is wrong decides and writes by what another one put right."""
    desk.receive(Mail(text="How much is the blue widget?"))
    with desk.home.ledger._engine.begin() as connection:
        connection.execute(text("UPDATE facts SET predicate = 'rubbish'"))
    desk.home.ledger.close()
    desk.open()
    wrong = told(desk)

    subprocess.run(
        [Path(sys.executable).with_name("aios"), "memory", "quality", "--rebuild"],
        env=home_environment(desk.path),
        check=True,
        capture_output=True,
    )

    assert wrong == {"pack": ["rubbish"], "unit": ["rubbish"]}
    assert told(desk) == {"pack": ["price"], "unit": ["price"]}


def told(desk: Desk) -> dict[str, list[object]]:
    """Return the predicates of the house as an agent is given them, and as a unit of work reads."""
    with desk.kernel.ledger.view() as view:
        pack = build_pack(desk.kernel, view, desk.task(), "support")
        ids = view.column(FactRow, "id")
    with desk.kernel.ledger.transaction(actor="operator") as tx:
        rows = [tx.get(FactRow, one) for one in ids]
    return {
        "pack": [one.data["predicate"] for one in pack.of_kind("fact")],
        "unit": [row.predicate for row in rows if row],
    }


@pytest.mark.usefixtures("kept_back")
def test_the_doctor_says_what_is_kept_back(capsys: pytest.CaptureFixture[str]) -> None:
    """It is a failure with the command that shows the rows."""
    assert main(["doctor", "--json"]) == 1

    found = json.loads(capsys.readouterr().out)["findings"]
    (mine,) = [one for one in found if one["name"] == "artifact facts"]
    assert mine["level"] == "failure"
    assert "The former one stays." in mine["message"]
    assert "aios memory quality facts" in mine["remedy"]


def test_the_doctor_says_what_is_late(desk: Desk) -> None:
    """An artifact without what happened hours ago is worth a look; before that it is well."""
    verdict = Verdict(artifact="facts", at=desk.clock.now(), position=1, served=1, rows=1)
    Verdicts(desk.path).keep(verdict)
    before = [(one.name, one.level) for one in examine_quality(desk.home)]
    desk.clock.sleep(4 * 3600)

    after = [(one.name, one.level) for one in examine_quality(desk.home)]

    assert before == [("artifacts", "ok")]
    assert after == [("artifact facts", "warning")]
