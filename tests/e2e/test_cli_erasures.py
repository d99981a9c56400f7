"""Proves the commands by which a restored home learns who was forgotten, as they are typed."""

import csv
from pathlib import Path

import pytest

from aios_defs.core.holding import REMEDY, SAID
from tests.e2e.shell import Ran, Shell
from tests.house.tree import ROOT
from tests.servers.database import on_sqlite

pytestmark = on_sqlite  # a backup is restored into files, whatever the home was on

PASSPHRASE = "five words are quite enough"
with (ROOT / "resources/sample/business/contacts.csv").open() as _file:
    ADDRESS = next(csv.DictReader(_file))["address"]
"""Of the first contact of the sample."""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A home that was backed up, and forgot a contact while the backup was away."""
    folder = tmp_path_factory.mktemp("erasures")
    shell = Shell(home=folder / "home")
    shell.run("init", "--sample")
    (folder / "disk").mkdir()
    target = str(folder / "disk/b")
    made = shell.run("backup", target, "--json", AIOS_BACKUP_PASSPHRASE=PASSPHRASE)
    assert made.code == 0, made.out
    (folder / "disk").rename(folder / "away")
    done = shell.run("memory", "forget", ADDRESS, "--yes", "--json")
    assert done.json["is_done"], done.out
    return shell


@pytest.fixture
def new(old: Shell, tmp_path: Path) -> Shell:
    """A home that was restored without a log, so that it is held."""
    new = Shell(home=tmp_path / "new")
    assert "aios memory erasures" in restore(old, new).out
    return new


def restore(old: Shell, new: Shell, *more: str) -> Ran:
    file = str(old.home.parent / "away/b")
    words = ("restore", file, "--home", str(new.home), *more)
    done = new.run(*words, AIOS_BACKUP_PASSPHRASE=PASSPHRASE)
    assert done.code == 0, done.err
    return done


def knows(shell: Shell) -> bool:
    """Return whether her address still leads to anybody."""
    return shell.run("memory", "show", ADDRESS).code == 0


def test_restored_with_the_log_she_is_forgotten_and_nothing_waits(
    old: Shell, tmp_path: Path
) -> None:
    """The command counts who was forgotten again; the home may be written, and knows her not."""
    new = Shell(home=tmp_path / "new")

    done = restore(old, new, "--erasures", str(old.home / "erasures.log"))

    assert "1 who were forgotten after the backup are forgotten here, too." in done.out
    listed = new.run("memory", "erasures", "--json").json
    assert (listed["is_held"], len(listed["erasures"])) == (False, 1)
    assert not knows(new)


def test_a_held_home_says_so_once(new: Shell) -> None:
    """The list of erasures ends with it and has no remark besides; other commands have that."""
    ran = new.run("memory", "erasures")

    assert ran.out.count(SAID) == 1
    assert f"{SAID} {REMEDY}" in ran.out
    assert ran.err == ""
    assert new.run("memory", "erasures", "--json").json["is_held"] is True
    assert new.run("status").err.count(SAID) == 1
    assert knows(new)


def test_the_log_given_later_opens_the_home(old: Shell, new: Shell) -> None:
    """Whom it names is forgotten, and nothing says any more that the home is read-only."""
    ran = new.run("memory", "erasures", str(old.home / "erasures.log"))

    assert ran.code == 0, ran.err
    assert "1 were forgotten again." in ran.out
    assert "The home may be written." in ran.out
    assert SAID not in ran.out + ran.err
    assert not knows(new)


def test_the_word_that_nobody_was_forgotten_opens_the_home(new: Shell) -> None:
    """It is taken once; a second time there is nothing to confirm."""
    first = new.run("memory", "erasures", "--none", "--json")
    again = new.run("memory", "erasures", "--none", "--json")

    assert (first.code, first.json["is_held"], first.json["forgotten_again"]) == (0, False, 0)
    assert (again.code, again.json["error"]["code"]) == (1, "transition_refused")
    assert knows(new)


def test_log_and_none_at_once_are_refused(old: Shell, new: Shell) -> None:
    """One says that somebody was forgotten, the other that nobody was: the home stays held."""
    ran = new.run("memory", "erasures", str(old.home / "erasures.log"), "--none", "--json")

    assert (ran.code, ran.json["error"]["code"]) == (2, "usage_invalid")
    assert new.run("memory", "erasures", "--json").json["is_held"] is True
