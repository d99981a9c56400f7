"""Owns a process that appends to a home until it is ended: what a backup is made under."""

import sys
from itertools import count
from pathlib import Path

from aios_defs.services.notices import raise_notice
from resources.home import open_home
from tests.integration.copies.kit import settings_of


def main(path: str) -> None:
    """Append events as fast as the home takes them; says so once it has begun."""
    kernel = open_home(settings_of(Path(path))).kernel
    for number in count():
        raise_notice(kernel, "count", f"busy:{number}", "Something happened.", "Nothing to do.")
        if number == 0:
            sys.stdout.write("writing\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
