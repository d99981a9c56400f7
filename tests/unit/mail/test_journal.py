"""Proves that the copy of a sent mail is filed by one process at a time."""

from pathlib import Path

import pytest

from resources.connectors.mail.journal import Journal
from resources.points import NoPoints

KEY = "0123456789abcdef" * 4


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Return a journal with one mail that was taken, and is not filed yet."""
    made = Journal(path=tmp_path, points=NoPoints())
    made.open(KEY, "digest")
    made.stage(KEY, b"mail")
    made.sending(KEY)
    made.accepted(KEY)
    return made


def test_a_copy_that_another_process_files_is_left_to_it(journal: Journal) -> None:
    """While one files it, the others see nothing to file; if that one fails, the next does it."""
    other = Journal(path=journal.path, points=NoPoints())

    for key, raw in journal.unfiled():
        assert (key, raw) == (KEY, b"mail")
        assert list(other.unfiled()) == []

    assert list(other.unfiled()) == [(KEY, b"mail")]
    other.filed(KEY)
    assert list(journal.unfiled()) == []
