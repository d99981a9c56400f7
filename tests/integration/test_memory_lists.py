"""Proves that memory is listed by type, with versions, as it is and as it was."""

import json
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.services.erasure.forget import forget
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.identity.merging import merge, split
from tests.integration.desk import FILES, KIM, LOU, STRANGER, Desk, Mail
from tests.integration.memory_files import imported_from, who, written
from tests.servers.database import home_environment

PROJECTS = (
    "name,kind,status,company,stage,email\n"
    "New site,project,active,Acme,,\n"
    "Old site,project,done,Acme,,\n"
    "Jo Lead,person,,Acme,lead,jo@acme.example\n"
)


@pytest.fixture(autouse=True)
def _home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)


def listed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["memory", "list", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def names(found: dict[str, Any]) -> list[str]:
    return [str(one["name"]) for one in found["items"]]


def head(desk: Desk) -> str:
    with desk.kernel.ledger.view() as view:
        return f"#{view.head().position}"


def test_leads_and_projects_are_profiles_of_a_kind(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lead is a person or company at that stage; a project is none, and has its company."""
    imported_from(desk, written(desk, "projects.csv", PROJECTS))
    desk.receive(Mail(text="Hello there", sender=f"Sam One <{STRANGER}>"))

    assert set(names(listed(capsys, "leads"))) == {"Sam One", "Jo Lead", "Acme"}
    projects = listed(capsys, "projects")["items"]
    assert {(one["name"], one["status"]) for one in projects} == {
        ("New site", "active"),
        ("Old site", "done"),
    }
    assert {one["company"]["name"] for one in projects} == {"Acme"}
    assert set(names(listed(capsys, "projects", "Acme"))) == {"New site", "Old site"}
    assert names(listed(capsys, "projects", KIM)) == []


def test_a_list_comes_in_pages(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Page by page each profile comes once, the latest known first."""
    assert who(desk, KIM).id < who(desk, LOU).id
    everybody = names(listed(capsys, "profiles"))

    first = listed(capsys, "profiles", "--limit", "1")
    rest = listed(capsys, "profiles", "--limit", "1", "--skip", str(first["more"]))

    assert names(first) + names(rest) == everybody == ["Lou B", "Kim A"]
    assert (first["total"], first["more"], rest["more"]) == (2, 1, None)


def test_profiles_are_listed_as_they_were(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A renamed, moved or merged profile is what it was, as of a place before; then is no now."""
    before = head(desk)
    desk.write(
        "contacts.csv",
        FILES["contacts.csv"].replace("Kim A", "Kim C").replace("customer", "former", 1),
    )
    desk.reopen()
    other = who(desk, LOU).id
    merge(desk.kernel, who(desk, KIM).id, other)
    merged = head(desk)
    split(desk.kernel, other)

    then = {one["name"]: one for one in listed(capsys, "profiles", "--known-at", before)["items"]}
    now = {one["name"]: one for one in listed(capsys, "profiles")["items"]}

    assert {name: one["stage"] for name, one in then.items()} == {
        "Kim A": "customer",
        "Lou B": "customer",
    }
    assert {name: one["stage"] for name, one in now.items()} == {
        "Kim C": "former",
        "Lou B": "customer",
    }
    assert (then["Kim A"]["version"], now["Kim C"]["version"]) == (1, 2)
    assert names(listed(capsys, "profiles", "--known-at", merged)) == ["Kim C"]


def test_who_was_forgotten_is_in_no_list(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither now nor as of a time when they were known."""
    before = head(desk)

    forget(desk.kernel, who(desk, KIM).id)

    assert names(listed(capsys, "profiles")) == ["Lou B"]
    assert names(listed(capsys, "profiles", "--known-at", before)) == ["Lou B"]


def test_facts_are_listed_of_all_or_of_one(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """With whom they are about; of one subject also as they were known."""
    before = head(desk)
    set_fact(desk.kernel, Word(predicate="colour", text="red", subject_id=who(desk, KIM).id))

    every = listed(capsys, "facts")["items"]
    assert [(one["predicate"], one["subject"] and one["subject"]["name"]) for one in every] == [
        ("colour", "Kim A"),
        ("price", None),
    ]
    assert [one["predicate"] for one in listed(capsys, "facts", "house")["items"]] == ["price"]
    assert [one["predicate"] for one in listed(capsys, "facts", KIM)["items"]] == ["colour"]
    assert listed(capsys, "facts", KIM, "--known-at", before)["items"] == []


def test_intents_have_versions(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed intent is a new version in force; the former stands as of its time."""
    before = head(desk)
    desk.write("catalog.yaml", FILES["catalog.yaml"].replace("questions about", "any question on"))
    desk.reopen()

    (now,) = listed(capsys, "intents")["items"]
    (then,) = listed(capsys, "intents", "--known-at", before)["items"]

    assert (now["version"], now["text"]) == (2, "Answer any question on widgets.")
    assert (then["version"], then["text"]) == (1, "Answer questions about widgets.")
    assert now["is_confirmed"]
    assert now["operations"] == ["mail.send"]


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("profiles", "house"),
        ("intents", KIM),
        ("facts", "--known-at", "#1"),
        ("profiles", "--known-at", "yesterday"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused_with_the_way_out(
    desk: Desk, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """It is wrong usage, said in a sentence."""
    assert desk.kernel

    assert main(["memory", "list", *words]) == 2

    assert "aios:" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["profiles", "facts", "leads", "projects", "intents"])
def test_a_list_is_a_table_for_people(
    desk: Desk, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Each type is shown with its columns."""
    imported_from(desk, written(desk, "projects.csv", PROJECTS))
    capsys.readouterr()

    assert main(["memory", "list", kind]) == 0

    assert "version" in capsys.readouterr().out or kind == "facts"
