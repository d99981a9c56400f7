"""Proves every way out of the command: exit codes, reports, and nothing personal in them."""

import json
import subprocess
import sys
from collections.abc import Sequence

import click
import pytest

from aios_defs.cli.edge import is_json, run_guarded
from aios_defs.cli.main import main
from aios_defs.core.errors import HomeMissing, PolicyRefused, UsageInvalid

SECRET = "kim@somewhere.example"


def failing(error: BaseException) -> "Raising":
    return Raising(error)


class Raising:
    """A command that raises."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, _words: Sequence[str]) -> object:
        raise self.error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HomeMissing("None here.", remedy="Make one."), 1),
        (UsageInvalid("No.", remedy="Yes."), 2),
        (click.UsageError("No such thing."), 2),
        (PolicyRefused("No.", remedy="Change it."), 3),
        (KeyboardInterrupt(), 130),
        (ValueError(SECRET), 1),
    ],
)
def test_each_way_out_has_its_code(error: BaseException, code: int) -> None:
    """Done is 0, failed 1, usage 2, refused 3, interrupted 130."""
    assert run_guarded(failing(error), []) == code
    assert run_guarded(lambda _words: None, []) == 0


def test_an_error_is_an_object_with_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the error stands on stdout with code, message, remedy and its fields."""
    error = HomeMissing("None here.", remedy="Make one.", place="there")

    run_guarded(failing(error), ["status", "--json"])

    assert json.loads(capsys.readouterr().out) == {
        "error": {
            "code": "home_missing",
            "message": "None here.",
            "remedy": "Make one.",
            "place": "there",
        }
    }


def test_a_fault_of_ours_shows_no_personal_text(capsys: pytest.CaptureFixture[str]) -> None:
    """An unexpected error is told by its type and place, never by its message or a traceback."""
    run_guarded(failing(ValueError(SECRET)), [])

    shown = capsys.readouterr()
    assert "ValueError" in shown.err
    assert "test_edge.py" in shown.err
    assert SECRET not in shown.err + shown.out
    assert "Traceback" not in shown.err


def test_only_our_own_option_asks_for_json() -> None:
    """What stands behind `--` is an argument."""
    assert is_json(["answer", "x", "--json"])
    assert not is_json(["answer", "x", "--", "--json"])


def test_alone_it_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments the help shows the commands of a day, and the exit code is 0."""
    code = main([])

    shown = capsys.readouterr().out
    assert code == 0
    assert all(f"aios {one}" in shown for one in ("run", "inbox", "show", "approve", "status"))


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is no command exits 2 and, asked for JSON, prints nothing else."""
    code = main(["nothing", "--json"])

    assert code == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage_invalid"


def test_help_loads_nothing_heavy() -> None:
    """The help needs neither pydantic, SQLAlchemy, Dagster nor a home."""
    script = (
        "import sys; from aios_defs.cli.main import main; main(['--help']);"
        "heavy = {'pydantic', 'sqlalchemy', 'dagster', 'rich.table', 'aios_defs.core.errors'};"
        "sys.exit(sorted(heavy & set(sys.modules)).__repr__() if heavy & set(sys.modules) else 0)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr


def test_a_reader_that_leaves_is_no_error() -> None:
    """When the reader of a pipe is gone the command ends without a word."""
    command = [sys.executable, "-m", "aios_defs.cli.main", "--help"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()

        said = started.stderr.read()

    assert said == ""


def test_a_word_that_is_no_text_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Letters of another encoding are wrong usage, told by their place, and no fault of ours."""
    assert main(["memory", "search", "caf\udce9"]) == 2

    assert "Word 3 after `aios` is no UTF-8." in capsys.readouterr().err
