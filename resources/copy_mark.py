"""Owns the mark that a home shares with all of its copies: a MAC by its keys, which they have too.

`python -m resources.copy_mark HOME` prints it, for a process that is to stay without a database.
"""

import sys
from pathlib import Path

from resources.vault import SqliteVault


def copy_mark(home: Path) -> str:
    """Return the mark, 64 hex characters; raises as SqliteVault.at does."""
    return SqliteVault.at(home / "keys.db", create=False).mac(b"all copies of this home")


if __name__ == "__main__":
    sys.stdout.write(copy_mark(Path(sys.argv[1])))
