"""Proves the commands of who is who and of imports: shown first, done on a word, taken back."""

import json
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.services.profiles import find_profile
from tests.integration.desk import KIM, LOU, Desk, Mail
from tests.integration.memory_files import CARDS_30, written
from tests.servers.database import home_environment


@pytest.fixture(autouse=True)
def _home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:  # noqa: ANN401 - any JSON
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def whose(desk: Desk, address: str) -> str:
    with desk.kernel.ledger.view() as view:
        found = find_profile(desk.kernel, view, address)
    return found.id if found else ""


def test_profiles_are_merged_and_split(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """By address or name, and apart again by the id that the list of merges shows."""
    lou = whose(desk, LOU)

    ran(capsys, "memory", "merge", KIM, "Lou B")
    merged = ran(capsys, "memory", "duplicates", "--merged")
    assert [one["id"] for one in merged] == [lou]
    assert whose(desk, LOU) == whose(desk, KIM)

    ran(capsys, "memory", "split", lou)
    assert whose(desk, LOU) == lou


def test_a_short_id_means_somebody_everywhere(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id that a list shows is taken where an address is: to look, say, write and forget."""
    lou, kim = whose(desk, LOU), whose(desk, KIM)
    there = str(desk.path.parent / "lou.zip")

    assert ran(capsys, "memory", "describe", lou[-8:], "--language", "de")["id"] == lou
    ran(capsys, "memory", "set", lou[-8:], "likes", "blue")
    assert ran(capsys, "memory", "export", lou[-8:], "--to", there)["profile_id"] == lou
    assert ran(capsys, "memory", "forget", lou[-8:])["profile_id"] == lou
    ran(capsys, "memory", "merge", KIM, lou[-8:])
    assert ran(capsys, "memory", "forget", lou[-8:])["profile_id"] == kim
    assert main(["memory", "forget", "nobody"]) == 1
    assert "Nobody is known" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["search", "list", "show", "describe"])
@pytest.mark.parametrize("how", ["name", "short id", "address"])
def test_what_a_person_would_type_means_somebody(
    desk: Desk, capsys: pytest.CaptureFixture[str], command: str, how: str
) -> None:
    """A whole name, a short id and an address mean the same one, whatever asks for a subject."""
    lou = whose(desk, LOU)
    desk.receive(Mail(text="How much is the blue widget?", sender=f"Lou B <{LOU}>"))
    ran(capsys, "memory", "set", lou, "likes", "blue")
    given = {"name": "lou b", "short id": lou[-8:], "address": LOU}[how]
    asked = {
        "search": ("blue", "--subject", given),
        "list": ("facts", given),
        "show": (given,),
        "describe": (given, "--language", "de"),
    }

    found = ran(capsys, "memory", command, *asked[command])

    if command == "search":
        assert {one["subject"]["id"] for one in found["hits"]} == {lou}
    elif command == "describe":
        assert found["id"] == lou
    else:
        assert len(found["items" if command == "list" else "facts"]) == 1


def test_a_name_of_several_lists_each_of_them(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its id, with what it is; who is nobody's name is told how to find somebody."""
    made = [ran(capsys, "memory", "describe", KIM, "--language", "de")["id"]]
    desk.receive(Mail(text="Hello there", sender="Kim A <kim.a@home.example>"))
    made.append(whose(desk, "kim.a@home.example"))

    assert main(["memory", "search", "blue", "--subject", "Kim A"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert all(one in said for one in made)
    assert "(person, lead)" in said
    assert main(["memory", "search", "blue", "--subject", "Nobody At All"]) == 1
    assert "aios memory list profiles" in capsys.readouterr().err


def test_likely_duplicates_are_answered(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Looking lists them; rejecting keeps them apart, and they are not listed again."""
    desk.receive(Mail(text="Hello there", sender="Kim A <kim.a@home.example>"))

    (found,) = ran(capsys, "memory", "duplicates")
    assert ran(capsys, "reject", str(found["id"]))["state"] == "apart"

    assert ran(capsys, "memory", "duplicates") == []


def test_an_approved_duplicate_is_merged(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """`aios approve` makes the two one."""
    desk.receive(Mail(text="Hello there", sender="Kim A <kim.a@home.example>"))

    (found,) = ran(capsys, "memory", "duplicates")
    assert ran(capsys, "approve", str(found["id"]))["state"] == "merged"

    assert whose(desk, "kim.a@home.example") == whose(desk, KIM)


def test_an_import_is_shown_done_listed_and_undone(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --yes nothing happens; with it the import can be listed, shown and taken back."""
    path = str(written(desk, "a.vcf", f"{CARDS_30}BEGIN:VCARD\nFN:X\n"))

    would = ran(capsys, "memory", "import", path)
    assert would["would"] == {"new": 2, "quarantined": 1}
    assert whose(desk, "ana@prensa.example") == ""

    done = ran(capsys, "memory", "import", path, "--yes")
    (listed,) = ran(capsys, "memory", "import", "--list")
    assert listed["id"] == done["id"]
    shown = ran(capsys, "memory", "import", "--show", str(done["id"]))
    assert shown["lines"][0]["place"] == "line 23"
    assert whose(desk, "ana@prensa.example")

    undo = ("memory", "import", "--undo", str(done["id"])[-8:])
    assert ran(capsys, *undo)["is_done"] is False
    assert whose(desk, "ana@prensa.example")
    assert ran(capsys, *undo, "--yes")["is_done"] is True
    assert whose(desk, "ana@prensa.example") == ""


def test_the_preview_of_an_import_says_what_becomes_of_what(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mapping and the way to go on stand on the terminal."""
    path = str(written(desk, "c.csv", "Kunde Nr,E-Mail,Telefon\n1,eva@x.example,030 12345\n"))

    assert main(["memory", "import", path]) == 0

    out = capsys.readouterr().out
    assert "E-Mail" in out
    assert "fact:kunde_nr" in out
    assert "Nothing was done" in out
    assert "country: DE" in out
