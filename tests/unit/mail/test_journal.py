"""Proves what the journal of sending forgets, and what it keeps although it is asked to forget."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from resources.connectors.mail.journal import Journal
from resources.points import NoPoints

KEY, OTHER = "0123456789abcdef" * 4, "f123456789abcdef" * 4
LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal with one mail that is staged."""
    journal = Journal(path=tmp_path, points=NoPoints())
    journal.open(KEY, "digest")
    journal.stage(KEY, b"Hello")
    return journal


def left(journal: Journal) -> list[str]:
    """Return what lies in the journal."""
    return sorted(str(one.relative_to(journal.path)) for one in journal.path.rglob("*"))


def test_only_what_was_not_touched_for_long_is_old(journal: Journal) -> None:
    """By the time of the last step; what is no key is nobody's."""
    journal.open(OTHER, "digest")
    os.utime(journal.path / OTHER, (1, 1))

    assert list(journal.old_keys(datetime(2001, 1, 1, tzinfo=UTC))) == [OTHER]
    assert sorted(journal.old_keys(LATER)) == [KEY, OTHER]


def test_a_journal_that_was_never_used_has_no_old_keys(tmp_path: Path) -> None:
    """Its folder is made at the first mail."""
    assert list(Journal(path=tmp_path / "none", points=NoPoints()).old_keys(LATER)) == []


def test_what_was_filed_is_forgotten_whole(journal: Journal) -> None:
    """Nothing of the key is left, and it may be used anew; forgotten twice is forgotten once."""
    journal.sending(KEY)
    journal.accepted(KEY)
    journal.filed(KEY)

    journal.forget(KEY)
    journal.forget(KEY)

    assert left(journal) == ["unfiled"]
    assert journal.state(KEY) == "absent"


def test_what_never_left_is_forgotten_with_its_mail(journal: Journal) -> None:
    """The mail itself is personal: it goes with the key."""
    journal.forget(KEY)

    assert left(journal) == ["unfiled"]


def test_what_is_to_be_filed_stays(journal: Journal) -> None:
    """The server took it, and Sent has no copy yet: that is the only one."""
    journal.sending(KEY)
    journal.accepted(KEY)

    journal.forget(KEY)

    assert list(journal.unfiled()) == [(KEY, b"Hello")]


def test_what_is_under_way_stays(journal: Journal) -> None:
    """An attempt that holds its lock goes on undisturbed."""
    with journal.attempt(KEY):
        journal.forget(KEY)

    assert journal.state(KEY) == "staged"


def test_what_a_kill_left_half_forgotten_goes_at_the_next_look(journal: Journal) -> None:
    """The new name says that it is no key any more, so its state never shows in part."""
    (journal.path / KEY).rename(journal.path / f".gone-{KEY}")

    assert list(journal.old_keys(LATER)) == []
    assert left(journal) == ["unfiled", f"unfiled/{KEY}"]
