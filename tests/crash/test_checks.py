"""Proves that the campaign would see what it looks for: its checks fail on a home that is wrong."""

from pathlib import Path

import pytest

from aios_defs.core.model import JsonObject
from tests.crash.checks import examine
from tests.crash.scene import Scene, make
from tests.crash.work import begin, settle

MAILS = 2


def flaws_of(examined: JsonObject) -> list[str]:
    flaws = examined["flaws"]
    assert isinstance(flaws, list)
    return [str(one) for one in flaws]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a home whose letters are answered."""
    made = make(Scene(home=tmp_path / "home", mails=MAILS))
    begin(made)
    settle(made)
    return made


def test_sound_home_has_no_flaw(scene: Scene) -> None:
    """A home that came to rest shows every letter answered once."""
    examined = examine(scene)

    assert examined["flaws"] == []
    assert examined["committed"] == examined["actions"] == MAILS


def test_missing_letter_counts_as_lost(scene: Scene) -> None:
    """A committed action without its letter outside is lost."""
    next(scene.letters()).unlink()

    examined = examine(scene)

    assert examined["lost"] == 1
    assert examined["flaws"]


def test_second_letter_counts_as_double(scene: Scene) -> None:
    """A second letter of one key is a duplicate, wherever a mail program moved the first."""
    letter = next(scene.letters())
    (letter.parent / "copy").write_bytes(letter.read_bytes())
    scene.consume("away")

    examined = examine(scene)

    assert examined["duplicates"] == 1
    assert examined["flaws"]


def test_letter_of_no_action_is_a_flaw(scene: Scene) -> None:
    """A letter that no action of ours explains is named."""
    letter = next(scene.letters())
    (letter.parent / "foreign").write_bytes(b"Subject: No key\n\nHello.\n")

    examined = examine(scene)

    assert any("nobody's key" in flaw for flaw in flaws_of(examined))


def test_mail_that_was_not_taken_in_is_a_flaw(scene: Scene) -> None:
    """A mail in the store that the ledger does not count is named."""
    (scene.home / "mail/inbox/new/late").write_bytes(b"From: a@customer.test\n\nHello.\n")

    examined = examine(scene)

    assert any("counted otherwise" in flaw for flaw in flaws_of(examined))
