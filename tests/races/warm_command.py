"""Owns a warm process of the command: its entry point called again and again, as by a shell.

Run by tests as a program: reads one JSON list of words a line, answers with one JSON line.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aios_defs.cli.main import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a decider got for an answer: whether it was the one, and the words."""

    who: str
    has_won: bool
    words: str


class WarmCommand:
    """A process that has everything imported, over a home."""

    def __init__(self, home: Path, who: str) -> None:
        """Start the process."""
        self._who = who
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.races.warm_command"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "AIOS_HOME": str(home)},
        )

    def __enter__(self) -> Self:
        """Wait until it is warm."""
        self.run("--version")
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._process.communicate()

    def run(self, *words: str) -> Said:
        """Run one command line."""
        source, sink = self._process.stdin, self._process.stdout
        assert source is not None
        assert sink is not None
        source.write(f"{json.dumps(words)}\n")
        source.flush()
        answer = json.loads(sink.readline())
        return Said(who=self._who, has_won=answer["code"] == 0, words=answer["words"])


def _answer(words: Sequence[str]) -> dict[str, object]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = main(words)
    return {"code": code, "words": out.getvalue()}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_answer(json.loads(line)))}\n")
        sys.stdout.flush()
