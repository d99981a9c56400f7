"""Proves that a log is private, bound in size, and never stops its process."""

import stat
from pathlib import Path

from aios_defs.gateway.log_file import KEPT, LogFile


def test_a_log_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    """Folder and file are closed to others, whatever the umask is."""
    log = LogFile(tmp_path / "logs", "code")

    log.write(b"one\n")

    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "logs/code.log").stat().st_mode) == 0o600


def test_a_full_log_turns_over_and_keeps_a_few(tmp_path: Path) -> None:
    """The newest lines are in the file, the older ones beside it, the oldest are gone."""
    log = LogFile(tmp_path, "code", most=10)

    for number in range(20):
        log.write(f"line {number:2}\n".encode())

    assert (tmp_path / "code.log").read_bytes() == b"line 19\n"
    assert (tmp_path / "code.log.1").read_bytes() == b"line 18\n"
    assert len(list(tmp_path.iterdir())) == KEPT + 1


def test_a_log_is_written_on_after_a_restart(tmp_path: Path) -> None:
    """A new process appends to what is there, and turns over what is full already."""
    LogFile(tmp_path, "code", most=10).write(b"before\n")

    log = LogFile(tmp_path, "code", most=10)
    log.write(b"x\n")
    log.write(b"after\n")

    assert (tmp_path / "code.log").read_bytes() == b"after\n"
    assert (tmp_path / "code.log.1").read_bytes() == b"before\nx\n"


def test_one_text_that_is_too_long_keeps_its_end(tmp_path: Path) -> None:
    """No single text makes a file longer than it may be."""
    log = LogFile(tmp_path, "code", most=10)

    log.write(b"a" * 100 + b"the end!\n")

    assert (tmp_path / "code.log").read_bytes() == b"athe end!\n"


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    """Where the folder can't be made the text is dropped, without an error."""
    (tmp_path / "logs").write_text("no folder")
    log = LogFile(tmp_path / "logs", "code")

    log.write(b"lost\n")

    assert (tmp_path / "logs").read_text() == "no folder"
