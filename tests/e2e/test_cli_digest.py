"""Proves digests from the command line, and checking the ledger against one that was mailed."""

from pathlib import Path

import pytest

from tests.e2e.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(home=tmp_path / "home")
    made.run("init", "--sample")
    return made


def test_a_digest_is_made_and_printed(shell: Shell) -> None:
    """The text ends with the ledger's head; the JSON holds the same and its parts."""
    text = shell.run("digest")
    made = shell.run("digest", "--json")

    assert (text.code, made.code) == (0, 0)
    assert text.out.strip().splitlines()[-1].startswith("Ledger head: ")
    assert made.json["text"].startswith("What waits and what happened")
    assert made.json["channels"] == []


def test_a_digest_that_is_sent_lies_in_the_home(shell: Shell) -> None:
    """Without a channel of their own, operators find it as a file."""
    ran = shell.run("digest", "--send")

    assert ran.code == 0
    assert "By folder: told" in ran.err
    assert len(list((shell.home / "digests").glob("*.txt"))) == 1


def test_the_ledger_is_checked_against_a_mailed_head(shell: Shell) -> None:
    """The right line holds, another hash or a later position does not, half a line is refused."""
    line = shell.run("digest").out.strip().splitlines()[-1]
    position, digest = line.removeprefix("Ledger head: ").split()

    codes = [
        shell.run("ledger", "verify", "--head", one).code
        for one in (line, f"{position} {'0' * 64}", f"99999 {digest}", f"{position} abc")
    ]

    assert codes == [0, 1, 1, 2]
