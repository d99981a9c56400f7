"""Owns the shell of the CLI tests: the command in this process, on a home of its own."""

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aios_defs.cli.main import main
from aios_defs.services.decide import decidable_tasks, decide_task
from aios_defs.services.receive import take_in
from aios_defs.settings.environment import load_settings
from resources.home import open_home
from tests.servers.database import home_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command left: exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command printed
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Runs commands with AIOS_HOME set to a home."""

    home: Path

    def run(self, *words: str, stdin: str = "", **environment: str) -> Ran:
        """Run one command line; what is printed is kept apart from pytest's own streams."""
        out, err = _stream(), _stream()
        source = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        with _environment(home_environment(self.home) | environment):
            before = sys.stdin
            sys.stdin = source
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    code = main(words)
            finally:
                sys.stdin = before
        return Ran(code=code, out=_text(out), err=_text(err))

    def turn(self) -> None:
        """Take everything in and decide it, without Dagster and without committing."""
        kernel = open_home(load_settings(home_environment(self.home))).kernel
        for name in kernel.connectors:
            take_in(kernel, name)
        for workflow in kernel.business.workflows:
            for task_id in decidable_tasks(kernel, workflow.name):
                decide_task(kernel, task_id)

    def cards(self, kind: str) -> list[dict[str, Any]]:
        """Return the waiting cards of a kind."""
        return [one for one in self.run("inbox", "--json").json if one["kind"] == kind]

    def outbox(self) -> list[bytes]:
        """Return the bytes of every mail that was sent."""
        found = (self.home / "mail" / "outbox" / "new").glob("*")
        return [one.read_bytes() for one in sorted(found)]


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
