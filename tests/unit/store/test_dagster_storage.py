"""Proves that Dagster's storage is made by one at a time, whole or anew."""

import threading
from pathlib import Path

import pytest

from resources.dagster_storage import open_whole


class Maker:
    """Makes a storage as Dagster does: it can't open one that was made in part."""

    def __init__(self, folder: Path, *, dies: int = 0) -> None:
        self._storage = folder / "storage"
        self._dies = dies
        self.at_once, self.most_at_once = 0, 0

    def __call__(self) -> str:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return self._open()
        finally:
            self.at_once -= 1

    def _open(self) -> str:
        begun, done = self._storage / "begun", self._storage / "done"
        if begun.exists() and not done.exists():
            raise OSError("made in part")
        self._storage.mkdir(exist_ok=True)
        begun.touch()
        if self._dies:
            self._dies -= 1
            raise OSError("killed")
        done.touch()
        return "opened"


def test_two_make_it_one_after_the_other(tmp_path: Path) -> None:
    """However many begin at once, one makes it and the others open it."""
    maker = Maker(tmp_path)
    opened = list[str]()
    threads = [
        threading.Thread(target=lambda: opened.append(open_whole(tmp_path, None, maker)))
        for _ in range(8)
    ]

    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert opened == ["opened"] * 8


def test_what_was_made_in_part_is_made_anew(tmp_path: Path) -> None:
    """A storage whose maker was killed on the way is thrown away: it is a view."""
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage/begun").touch()

    opened = open_whole(tmp_path, None, Maker(tmp_path))

    assert opened == "opened"


def test_one_that_was_whole_is_never_thrown_away(tmp_path: Path) -> None:
    """Once it was opened whole, a failure to open it is told and nothing is removed."""
    open_whole(tmp_path, None, Maker(tmp_path))
    (tmp_path / "storage/done").unlink()

    with pytest.raises(OSError, match="made in part"):
        open_whole(tmp_path, None, Maker(tmp_path))

    assert (tmp_path / "storage/begun").exists()


def test_what_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A disk that refuses raises, and the next call tries again."""
    maker = Maker(tmp_path, dies=1)

    with pytest.raises(OSError, match="killed"):
        open_whole(tmp_path, None, maker)

    assert open_whole(tmp_path, None, maker) == "opened"
