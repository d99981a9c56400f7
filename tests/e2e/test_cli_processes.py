"""Proves what needs a whole process or a whole run: the demo, the countdown, a cut ledger."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.generated_business import generate_business
from tests.servers.database import copy_home, home_environment, on_sqlite

SEED = 11
COMMAND = [sys.executable, "-m", "aios_defs.cli.main"]


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = generate_business(tmp_path_factory.mktemp("demo"), SEED).home
    policy = home / "business" / "policies.yaml"
    policy.write_text("version: 1\nrules: []\n", encoding="utf-8")
    assert Shell(home=home).run("demo", "--json").code == 0
    return home


@pytest.fixture
def shell(demonstrated: Path, tmp_path: Path) -> Shell:
    home = tmp_path / "home"
    copy_home(demonstrated, home)
    return Shell(home=home)


@pytest.mark.slow
def test_the_demo_accounts_for_every_mail_and_repeats_nothing(shell: Shell) -> None:
    """The sum of the four places is the store's count; a second run appends and sends nothing."""
    before = shell.run("status", "--json").json
    stored = sum(
        len(list((shell.home / "mail" / "inbox" / one).iterdir())) for one in ("new", "cur")
    )

    again = shell.run("demo", "--json")

    messages = again.json["messages"]
    assert again.code == 0
    assert messages["received"] == stored
    assert stored == sum(value for name, value in messages.items() if name != "received")
    assert again.json["ledger"] == before["ledger"]
    assert again.json["actions"] == before["actions"]


@pytest.mark.slow
def test_an_unknown_workflow_is_wrong_usage(shell: Shell) -> None:
    """Running what the catalog does not name exits 2 and lists what it does."""
    ran = shell.run("run", "supprt", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "usage_invalid")
    assert "support" in ran.json["error"]["message"] + ran.json["error"]["remedy"]


@pytest.mark.slow
def test_an_interrupt_in_the_window_undoes(shell: Shell) -> None:
    """Ctrl-C while it counts down puts the decision back, exits 130 and sends nothing."""
    action = shell.cards("decision")[0]["id"]
    environment = os.environ | home_environment(shell.home)
    command = [*COMMAND, "approve", action, "--json"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        assert started.stderr is not None
        waiting = started.stderr.readline()

        started.send_signal(signal.SIGINT)
        printed, _ = started.communicate()

    assert "Ctrl-C undoes" in waiting
    assert started.returncode == 130
    assert json.loads(printed)["state"] == "awaiting_approval"
    assert shell.outbox() == []


@on_sqlite
@pytest.mark.slow
def test_a_changed_event_is_named(shell: Shell) -> None:
    """Verify exits 1 and names the position of an event that was edited behind our back."""
    with sqlite3.connect(shell.home / "ledger.db") as database:
        guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in guards.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE events SET actor = 'operator!' WHERE position = 7")
    database.close()

    ran = shell.run("ledger", "verify", "--json")

    assert (ran.code, ran.json["ok"], ran.json["first_bad_position"]) == (1, False, 7)
