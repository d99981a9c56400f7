"""Proves what is said when keys.db is wrong, missing, unreadable or too old: nothing is written."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.integration.desk import STRANGER, Desk, Mail

WAY_OUT = "key_missing.md"


@pytest.fixture
def shell(desk: Desk) -> Shell:
    """A closed home with a mail answered, and its commands."""
    desk.receive(Mail(text="How much is the blue widget?"))
    desk.home.ledger.close()
    return Shell(home=desk.path)


def test_a_missing_key_file_is_said_and_none_is_made(shell: Shell) -> None:
    """No new keys take the place of the old ones, so bringing them back mends all."""
    keys = shell.home / "keys.db"
    kept = keys.rename(keys.with_suffix(".kept"))

    told = shell.run("status")
    is_made = keys.exists()
    kept.rename(keys)

    assert told.code == 1
    assert "This home has no keys.db" in told.err
    assert WAY_OUT in told.err
    assert not is_made
    assert shell.run("ledger", "verify").code == 0


def test_the_keys_of_another_home_open_nothing_and_write_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    """They are told from the keys that wrote the ledger, and nothing is opened or written."""
    other = Shell(home=tmp_path / "other")
    other.run("init")
    before = shell.run("ledger", "verify", "--json").json["events"]
    own = (shell.home / "keys.db").read_bytes()
    shutil.copyfile(other.home / "keys.db", shell.home / "keys.db")

    told, found = shell.run("pause"), shell.run("ledger", "verify")
    (shell.home / "keys.db").write_bytes(own)

    assert told.code == 1
    assert "the ledger of another home: other keys wrote it" in told.err
    assert found.code == 1
    after = shell.run("ledger", "verify", "--json").json
    assert (after["ok"], after["events"]) == (True, before)


def test_a_key_file_that_is_no_key_file_is_said(shell: Shell) -> None:
    """Bytes that are no database are said to be damage of keys.db."""
    own = (shell.home / "keys.db").read_bytes()
    (shell.home / "keys.db").write_bytes(b"no keys at all" * 500)

    told = shell.run("status")
    (shell.home / "keys.db").write_bytes(own)

    assert told.code == 1
    assert "keys.db is damaged" in told.err
    assert shell.run("ledger", "verify").code == 0


def test_keys_older_than_the_ledger_are_found_by_the_doctor(desk: Desk) -> None:
    """Whose key is missing is counted; the others are read as before."""
    desk.receive(Mail(text="How much is the blue widget?"))
    desk.home.ledger.close()
    old = (desk.path / "keys.db").read_bytes()
    desk.open()
    for number in range(70):  # new keys are made in advance, some dozens at once
        desk.deliver(Mail(text="Hello", sender=f"{number}-{STRANGER}"))
    desk.take()
    desk.home.ledger.close()
    new = (desk.path / "keys.db").read_bytes()
    (desk.path / "keys.db").write_bytes(old)
    shell = Shell(home=desk.path)

    doctor = shell.run("doctor", "--json").json["findings"]
    verified = shell.run("ledger", "verify")
    (desk.path / "keys.db").write_bytes(new)

    (keys,) = [one for one in doctor if one["name"] == "keys"]
    assert "keys.db lacks the keys of" in keys["message"]
    assert "from the backup that goes with ledger.db" in keys["remedy"]
    assert verified.code == 0
