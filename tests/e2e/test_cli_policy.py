"""Proves the policy commands: every mistake with its line, and verdicts with or without a home."""

import json
from pathlib import Path

import pytest

from tests.e2e.shell import Shell

QUESTION = json.dumps(
    {
        "task": {"workflow": "w", "intent": "", "participants": ["kim@a.example"]},
        "action": {
            "operation": "mail.send",
            "arguments": {"to": ["kim@a.example"], "subject": "x", "body": "y"},
        },
        "observed": [],
    }
)
DENY = "version: 1\nrules:\n  - id: never\n    action: mail.send\n    effect: deny\n"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(home=tmp_path / "home")


def test_all_mistakes_come_at_once_with_their_lines(shell: Shell, tmp_path: Path) -> None:
    """A file with three mistakes names three lines and exits 1."""
    path = tmp_path / "p.yaml"
    path.write_text(
        "version: 1\nrules:\n  - id: a\n    action: mail.send\n    effect: alow\n"
        "  - id: b\n    action: mail.send\n    effect: ask\n    when: action.nothing\n    x: 1\n",
        encoding="utf-8",
    )

    ran = shell.run("policy", "check", str(path), "--json")

    assert (ran.code, ran.json["ok"]) == (1, False)
    assert [one["line"] for one in ran.json["mistakes"]] == [5, 9, 10]


def test_a_file_that_is_not_there_is_wrong_usage(shell: Shell) -> None:
    """Checking a missing file exits 2 and names it."""
    ran = shell.run("policy", "check", "nowhere.yaml")

    assert ran.code == 2
    assert "nowhere.yaml" in ran.err


def test_verdicts_need_no_home(shell: Shell, tmp_path: Path) -> None:
    """Without a home the given file judges the mail connector's operations."""
    path = tmp_path / "p.yaml"
    path.write_text(DENY, encoding="utf-8")

    ran = shell.run("policy", "eval", "--policies", str(path), stdin=QUESTION + "\n")

    assert (ran.code, ran.json["effect"], ran.json["rule"]) == (0, "deny", "never")


def test_a_home_brings_its_own_rules(shell: Shell) -> None:
    """Without --policies the home's file is in force."""
    shell.run("init")
    (shell.home / "business" / "policies.yaml").write_text(DENY, encoding="utf-8")

    ran = shell.run("policy", "eval", stdin=QUESTION)

    assert ran.json["rule"] == "never"


def test_an_unusable_line_keeps_its_place(shell: Shell) -> None:
    """A line that can't be judged prints an error there, the others their verdicts; exit 2."""
    ran = shell.run("policy", "eval", stdin=f"{QUESTION}\nno json\n{QUESTION}\n")

    kinds = ["error" if "error" in json.loads(one) else "verdict" for one in ran.out.splitlines()]
    assert (ran.code, kinds) == (2, ["verdict", "error", "verdict"])
