"""Proves making, finding and examining a home from the command line, and its quarantine."""

import base64
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.servers.database import on_sqlite

POISON = b"Subject: nobody\x1b[2J\r\n\r\nno sender at all\r\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(home=tmp_path / "home")


def files(home: Path) -> dict[str, bytes]:
    found = (home / "business").rglob("*")
    return {str(one.relative_to(home)): one.read_bytes() for one in found if one.is_file()}


def test_a_home_begins_once(shell: Shell) -> None:
    """The first init makes files and the first event; the second changes nothing."""
    first = shell.run("init", "--json")
    before = files(shell.home), shell.run("status", "--json").json["ledger"]
    second = shell.run("init", "--json")

    assert (first.code, first.json["created"]) == (0, True)
    assert (second.code, second.json["created"]) == (0, False)
    assert (files(shell.home), shell.run("status", "--json").json["ledger"]) == before


@on_sqlite
def test_each_file_of_a_home_is_explained(shell: Shell) -> None:
    """Init names every file it made, and what it is for."""
    made = shell.run("init", "--json").json["files"]

    assert {one["state"] for one in made} == {"made"}
    assert {"business/operator.yaml", "business/policies.yaml", "ledger.db", "keys.db"} <= {
        one["path"] for one in made
    }
    assert all(one["explanation"] for one in made)


def test_the_operators_own_files_are_kept_alone(shell: Shell) -> None:
    """Where business files stand already, init adds none of its own beside them."""
    folder = shell.home / "business"
    folder.mkdir(parents=True)
    own = "name: Kim\nbusiness: Kim and Sons\nsignature: Kim\n"
    (folder / "operator.yaml").write_text(own, encoding="utf-8")

    ran = shell.run("init", "--json")

    assert ran.code == 0
    assert files(shell.home) == {"business/operator.yaml": own.encode()}


@on_sqlite
def test_a_home_is_private(shell: Shell) -> None:
    """Neither the home nor its databases can be read by others."""
    shell.run("init")

    modes = [(shell.home / name).stat().st_mode & 0o077 for name in (".", "ledger.db", "keys.db")]

    assert modes == [0, 0, 0]


def test_without_a_home_the_way_to_one_is_named(shell: Shell) -> None:
    """A command without a home exits 1 and says how to make one."""
    ran = shell.run("inbox", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (1, "home_missing")
    assert "aios init" in ran.json["error"]["remedy"]


def test_an_own_home_is_no_demo(shell: Shell) -> None:
    """The demo refuses a home that the operator made, because it lets connectors write."""
    shell.run("init")

    ran = shell.run("demo", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (1, "operator")
    assert shell.run("connector", "list", "--json").json[0]["state"] == "read_only"


def test_the_doctor_finds_a_fresh_home_well(shell: Shell) -> None:
    """A fresh home has no failure; what it still lacks is a warning with its remedy."""
    shell.run("init", "--sample")

    found = shell.run("doctor", "--json")

    assert (found.code, found.json["ok"]) == (0, True)
    assert {one["name"] for one in found.json["findings"]} >= {"disk", "ledger", "keys", "policy"}
    assert all(one["remedy"] for one in found.json["findings"] if one["level"] != "ok")


def test_the_doctor_names_what_is_wrong(shell: Shell) -> None:
    """An invalid policy and a home open to others are failures, each with a remedy; exit 1."""
    shell.run("init")
    (shell.home / "business" / "policies.yaml").write_text("rules: no\n", encoding="utf-8")
    shell.home.chmod(0o755)

    found = shell.run("doctor", "--json")

    broken = {one["name"] for one in found.json["findings"] if one["level"] == "failure"}
    assert found.code == 1
    assert broken >= {"policy", "permissions"}


def test_an_unreachable_store_hides_no_other_finding(shell: Shell) -> None:
    """With the inbox gone the doctor still reports on everything else."""
    shell.run("init", "--sample")
    (shell.home / "mail" / "inbox").rename(shell.home / "mail" / "elsewhere")

    found = shell.run("doctor", "--json").json["findings"]

    assert {"policy", "leases", "ledger"} <= {one["name"] for one in found}


def test_a_quarantined_mail_is_shown_and_released_safely(shell: Shell) -> None:
    """Raw bytes come untouched on request, visibly otherwise, and unreadable ones stay."""
    shell.run("init", "--sample")
    (shell.home / "mail" / "inbox" / "new" / "1.poison.host").write_bytes(POISON)
    shell.turn()
    by_size = {one["bytes"]: one["id"] for one in shell.run("quarantine", "list", "--json").json}
    message = by_size[len(POISON)]

    shown = shell.run("quarantine", "show", message)
    raw = shell.run("quarantine", "show", message, "--json").json["raw_base64"]
    released = shell.run("quarantine", "release", message, "--json")

    assert "\x1b" not in shown.out
    assert "<U+001B>" in shown.out
    assert base64.b64decode(raw) == POISON
    assert (released.code, released.json["error"]["code"]) == (1, "inbound_unreadable")
    assert message in [one["id"] for one in shell.cards("quarantine")]


def test_a_connector_is_trusted_for_a_while(shell: Shell) -> None:
    """Trust is recorded with its end, and a span that is none exits 2."""
    shell.run("init", "--sample")

    wrong = shell.run("connector", "trust", "mail", "--for", "a week", "--json")
    right = shell.run("connector", "trust", "mail", "--for", "7d", "--json")

    assert (wrong.code, wrong.json["error"]["code"]) == (2, "usage_invalid")
    assert right.json["trusted_until"] > "2026"
    assert shell.run("connector", "list", "--json").json[0]["state"] == "trusted"
