"""Owns the real mail servers as fixtures: one of each for all tests of a process.

Every user exists, so a test takes one of its own (`user`) and shares the servers. A test that stops
or kills a server runs one of its own by `running_dovecot` and `running_postfix`.
"""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.servers import dovecot as dovecot_kit
from tests.servers import postfix as postfix_kit
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postfix import Postfix, running_postfix

_numbers = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Run a Dovecot; skips, naming the packages, where there is none."""
    if reason := dovecot_kit.missing():
        pytest.skip(reason)
    with running_dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Run a Postfix; skips, naming the package, where there is none or this is not root."""
    if reason := postfix_kit.missing():
        pytest.skip(reason)
    with running_postfix(dovecot) as server:
        yield server


@pytest.fixture
def user() -> str:
    """Return the name of a user that no other test of this process has."""
    return f"desk{next(_numbers)}"
