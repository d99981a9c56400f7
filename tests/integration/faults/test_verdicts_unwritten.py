"""Proves that a verdict which can't be written says so, and that the former one stays."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aios_defs.core.errors import StorageFailed
from aios_defs.services.quality.verdict import Unmet, Verdict
from resources.quality.verdicts import Verdicts
from tests.integration.faults.disk import Disk, mounted

LONG = Unmet(words="each id is there", count=1, ids=tuple("x" * 36 for _ in range(2000)))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of one megabyte, with a verdict on it."""
    with mounted(tmp_path / "disk", megabytes=1) as one:
        Verdicts(one.path).keep(verdict(5))
        yield one


def verdict(position: int, *unmet: Unmet) -> Verdict:
    at = datetime(2031, 5, 6, tzinfo=UTC)
    return Verdict(
        artifact="facts",
        at=at,
        position=position,
        served=position,
        rows=1,
        is_kept_back=bool(unmet),
        unmet=unmet,
    )


def fill(disk: Disk) -> None:
    disk.fill()


def make_read_only(disk: Disk) -> None:
    disk.mount_again("ro")


@pytest.mark.parametrize("harm", [fill, make_read_only])
def test_a_disk_that_takes_nothing_keeps_the_former_verdict(
    disk: Disk, harm: Callable[[Disk], None]
) -> None:
    """Full or read-only: an error with its way out, no draft left, and the former is served."""
    harm(disk)

    with pytest.raises(StorageFailed, match="verdict on facts") as told:
        Verdicts(disk.path).keep(verdict(6, LONG))

    assert "former verdict stays" in told.value.remedy
    kept = Verdicts(disk.path).last("facts")
    assert kept is not None
    assert kept.position == 5
    assert [one.name for one in (disk.path / "lance/quality").iterdir()] == ["facts.json"]


@pytest.mark.parametrize("blocked", ["lance", "lance/quality", "lance/quality/facts.json/x"])
def test_a_place_that_is_taken_is_said(tmp_path: Path, blocked: str) -> None:
    """A file where the folder belongs, or a folder where the file does, is no bare error."""
    (tmp_path / blocked).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / blocked).write_text("")

    with pytest.raises(StorageFailed, match="verdict on facts"):
        Verdicts(tmp_path).keep(verdict(6))

    assert Verdicts(tmp_path).last("facts") is None
