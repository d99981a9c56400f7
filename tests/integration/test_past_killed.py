"""Proves that an import survives kill -9: what was generated is accounted for, each once."""

from pathlib import Path

from benchmarks.import_mbox import LIMIT_MEGABYTES, measure


def test_an_import_killed_twice_counts_every_message_once(tmp_path: Path) -> None:
    """20 MB of mail with poison and copies in it: received, accounted and generated are equal."""
    found = measure(tmp_path, megabytes=20, kills=2)

    peak = found["peak_megabytes"]
    assert found["is_equal"], found
    assert isinstance(peak, int)
    assert peak < LIMIT_MEGABYTES
