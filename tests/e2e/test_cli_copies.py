"""Proves the commands that copy a home, as they are typed."""

from pathlib import Path

from tests.e2e.shell import Shell

PASSPHRASE = "five words are quite enough"


def test_a_home_is_backed_up_and_restored_by_two_commands(tmp_path: Path) -> None:
    """The passphrase comes from the environment; the new home verifies and knows its doubts."""
    shell = Shell(home=tmp_path / "home")
    shell.run("init", "--sample")
    made = shell.run("backup", "--json", AIOS_BACKUP_PASSPHRASE=PASSPHRASE)
    assert made.code == 0, made.out
    file = made.json["path"]

    new = Shell(home=tmp_path / "new")
    done = new.run("restore", file, "--home", str(new.home), AIOS_BACKUP_PASSPHRASE=PASSPHRASE)

    assert done.code == 0, done.err
    assert "Never start the old home again" in done.out
    assert new.run("ledger", "verify", "--json").json["ok"] is True


def test_without_a_passphrase_nothing_is_written(tmp_path: Path) -> None:
    """A program that gives none is told which variable to set."""
    shell = Shell(home=tmp_path / "home")
    shell.run("init")

    ran = shell.run("backup", "--json")

    assert ran.code == 2
    assert ran.json["error"]["code"] == "usage_invalid"
    assert not (tmp_path / "home" / "backups").exists()
