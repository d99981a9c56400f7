"""Proves that the operator says what a profile is, and that it stays in its versions."""

import json
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.imports.undo import imports, undo
from tests.integration.desk import KIM, STRANGER, Desk, Mail
from tests.integration.memory_files import imported_from, rows, who, written
from tests.servers.database import home_environment


@pytest.fixture(autouse=True)
def _home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401 - any JSON
    capsys.readouterr()
    assert main(["memory", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main(["memory", "describe", *words]) in (1, 2)
    return capsys.readouterr().err


def test_a_project_is_created_and_goes_its_way(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its company; each status is a version that memory still tells."""
    ran(capsys, "describe", "Acme", "--new", "company", "--stage", "customer")
    made = ran(
        capsys,
        *("describe", "New site", "--new", "project", "--status", "planned", "--company", "Acme"),
    )
    with desk.kernel.ledger.view() as view:
        planned = view.head().position
    ran(capsys, "describe", "New site", "--status", "active", "--language", "pt-BR")

    (now,) = ran(capsys, "list", "projects")["items"]
    (then,) = ran(capsys, "list", "projects", "Acme", "--known-at", f"#{planned}")["items"]

    assert now["id"] == then["id"] == made["id"]
    assert (then["status"], then["language"], now["status"], now["language"]) == (
        "planned",
        None,
        "active",
        "pt-BR",
    )
    assert now["company"]["name"] == "Acme"
    assert now["version"] == then["version"] + 1


def test_a_sender_that_is_a_company_becomes_one(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Kind, stage and name change; it stays a stranger, whom describing does not vouch for."""
    desk.receive(Mail(text="Hello there", sender=f"Sales <{STRANGER}>"))

    said = ("--kind", "company", "--stage", "customer", "--name", "Else GmbH")
    ran(capsys, "describe", STRANGER, *said)

    found = who(desk, "Else")
    assert (found.id, found.kind, found.stage) == (who(desk, STRANGER).id, "company", "customer")
    assert not found.is_endorsed


def test_what_is_said_again_makes_no_event(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """And `none` takes away what was said."""
    said = ("describe", KIM, "--language", "de")
    ran(capsys, *said)
    with desk.kernel.ledger.view() as view:
        before = view.head().position

    ran(capsys, *said)

    with desk.kernel.ledger.view() as view:
        assert view.head().position == before
    ran(capsys, "describe", KIM, "--language", "none")
    assert who(desk, KIM).language is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((KIM,), "Nothing is said"),
        ((KIM, "--stage", "friend"), "'friend' is none of lead, customer, former"),
        ((KIM, "--stage", "former"), "contacts.csv"),
        ((KIM, "--name", "K"), "contacts.csv"),
        ((KIM, "--status", "active"), "Only a project has a status"),
        ((KIM, "--language", "german!"), "is none"),
        ((KIM, "--company", "Nobody Inc"), "Nobody is known by that"),
        ((KIM, "--company", KIM), "no company"),
        ((KIM, "--new", "person"), "known already"),
        (("New one", "--new", "robot"), "'robot' is none of person, company, project"),
        (("New one", "--new", "person", "--status", "done"), "Only a project has a status"),
    ],
)
def test_what_makes_no_sense_is_refused_whole(
    desk: Desk, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """With the reason, and nothing changes: no profile is left half made."""
    before = rows(desk, ProfileRow)

    assert said in " ".join(refused(capsys, *words).split())

    assert rows(desk, ProfileRow) == before


def test_the_undo_of_an_import_leaves_what_the_operator_said(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The import's own word goes; the operator's of later stays, and so does the profile."""
    table = written(desk, "p.csv", "name,kind,status,language\nNew site,project,planned,fr\n")
    imported_from(desk, table)
    ran(capsys, "describe", "New site", "--kind", "company", "--status", "none")

    undo(desk.kernel, str(imports(desk.kernel)[0]["id"]))

    found = who(desk, "New site")
    assert (found.kind, found.status, found.is_withdrawn) == ("company", None, False)
