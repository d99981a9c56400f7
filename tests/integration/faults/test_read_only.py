"""Proves what the operator sees when the disk is read-only, and that a home there stays whole."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.integration.desk import Desk, Mail
from tests.integration.faults.disk import Disk, mounted
from tests.servers.database import on_sqlite


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of a few megabytes."""
    with mounted(tmp_path / "disk") as one:
        yield one


@on_sqlite
def test_a_read_only_disk_is_said_and_nothing_changes(disk: Disk) -> None:
    """A command says in words that the home can't be written; mounted again it goes on."""
    desk = Desk(disk.path / "home").begin()
    desk.deliver(Mail(text="How much is the blue widget?"))
    desk.home.ledger.close()
    del desk.home
    gc.collect()  # keys.db is open until then
    before = (desk.path / "ledger.db").read_bytes()
    shell = Shell(home=desk.path)
    disk.mount_again("ro")

    refused = shell.run("pause")
    doctor = shell.run("doctor", "--json").json
    disk.mount_again("rw")

    assert refused.code == 1
    assert "can't be read or written" in refused.err
    assert "storage_failed.md" in refused.err
    assert "The disk is read-only." in str(doctor["findings"])
    assert (desk.path / "ledger.db").read_bytes() == before
    desk.open()
    desk.turn()
    assert len(desk.sent()) == 1
    desk.home.ledger.close()
