"""Owns a process that migrates a home and waits at its first progress, to be killed there."""

import sys
from pathlib import Path

from resources.migration import Migration
from tests.integration.copies.kit import settings_of


def main(path: str, url: str) -> None:
    """Migrate; at the first step that is told, say which and wait for the end."""

    def tell(step: str, done: int, _total: int) -> None:
        sys.stdout.write(f"{step} {done}\n")
        sys.stdout.flush()
        sys.stdin.read()

    Migration.of(settings_of(Path(path)), url, tell).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
