"""Owns making files that a server's own users can read, whatever mask the tests left behind.

Opening a home narrows the mask of the whole process; a mail server reads its files as other users.
"""

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def readable_by_others() -> Iterator[None]:
    """Make files with the usual mask for the time of a block."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)
