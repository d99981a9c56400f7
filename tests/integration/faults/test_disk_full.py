"""Proves what the operator sees when the disk is full, and that nothing is lost by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.errors import StorageFailed
from aios_defs.gateway.lane import InteractiveLane
from aios_defs.services.receive import take_in
from aios_defs.services.sweep import commit_due
from aios_defs.services.verify import verify_ledger
from tests.e2e.shell import Shell
from tests.integration.console.kit import Console, words
from tests.integration.desk import Desk, Mail
from tests.integration.faults.disk import MEGABYTE, Disk, mounted
from tests.patience import eventually
from tests.servers.database import on_sqlite

QUESTION = Mail(text="How much is the blue widget?")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of a few megabytes."""
    with mounted(tmp_path / "disk") as one:
        yield one


@pytest.fixture
def full(disk: Disk) -> Iterator[Desk]:
    """A home on a small disk that took a mail in; nothing is filled yet."""
    desk = Desk(disk.path / "home").begin()
    yield desk
    desk.home.ledger.close()


def holds(desk: Desk) -> bool:
    return verify_ledger(desk.home.ledger, desk.kernel.vault).ok


def test_a_full_disk_at_the_start_is_said_and_leaves_nothing(disk: Disk) -> None:
    """`aios init` says what happened; with room it makes the home as if nothing had been."""
    shell = Shell(home=disk.path / "home")
    disk.fill()

    refused = shell.run("init")
    disk.free()
    made = shell.run("init")

    assert refused.code != 0
    assert "can't be" in refused.err, refused.err
    assert made.code == 0
    assert shell.run("ledger", "verify").code == 0


@on_sqlite
def test_a_full_disk_takes_no_mail_in_and_loses_none(full: Desk, disk: Disk) -> None:
    """The error names the disk; the mail stays in its mailbox, and goes its way with room."""
    full.deliver(QUESTION)
    head = full.events()
    disk.fill()

    with pytest.raises(StorageFailed, match="can't be read or written"):
        take_in(full.kernel, "mail")
    disk.free()

    assert holds(full)
    assert full.events()[: len(head)] == head
    full.turn()
    assert len(full.sent()) == 1
    assert holds(full)


def test_a_key_that_finds_no_room_is_said_and_made_later(full: Desk, disk: Disk) -> None:
    """keys.db on a full disk refuses new keys by name; those that exist still open."""
    disk.fill()

    with pytest.raises(StorageFailed, match=r"keys\.db can't be read or written"):
        full.kernel.vault.new_refs(2000)
    disk.free()

    assert len(full.kernel.vault.new_refs(2000)) == 2000


def test_a_large_item_that_finds_no_room_stays_where_it_is(full: Desk, disk: Disk) -> None:
    """A blob's file is written whole or not at all, and its mail is taken in with room."""
    lines = "\n".join(f"{number * 7919:x}" for number in range(150_000))
    full.deliver(Mail(text=lines))
    disk.fill(leave=MEGABYTE // 4)

    with pytest.raises(StorageFailed, match="A blob can't be read or written"):
        take_in(full.kernel, "mail")
    blobs = list((full.path / "blobs").iterdir())
    disk.free()
    full.take()

    assert blobs == []
    assert len(full.messages()) == 1


def test_a_full_outbox_is_one_card_and_goes_on(desk: Desk) -> None:
    """Of several replies one tells that the disk is full; none is sent twice, none is lost."""
    with mounted(desk.path / "mail/outbox", 1) as disk:
        for folder in ("new", "cur", "tmp"):
            (disk.path / folder).mkdir()
        for number in range(3):
            desk.deliver(Mail(text="How much is the blue widget?", subject=f"Price {number}"))
        desk.take()
        desk.decide()
        disk.fill()

        with pytest.raises(StorageFailed, match="can't be used"):
            commit_due(desk.kernel)
        cards = desk.cards("failure")
        disk.free()
        commit_due(desk.kernel)

        assert len(cards) == 1
        assert len(desk.sent()) == 3
        assert {one.state for one in desk.actions()} == {ActionState.COMMITTED}


def test_the_gateway_rests_and_says_so_once(full: Desk, disk: Disk) -> None:
    """Every page says that the disk is full; no mail becomes a failure; it goes on by itself."""
    lane = InteractiveLane(full.kernel)
    console = Console(full)
    for number in range(4):
        full.deliver(Mail(text="How much is the blue widget?", subject=f"Price {number}"))
    full.take()
    disk.fill()

    lane.start()
    assert eventually(lambda: lane.health()["error"] == "storage_failed")
    page = words(console.get("/inbox"))
    disk.free()
    lane.wake()
    assert eventually(lambda: len(full.sent()) == 4)
    assert eventually(lambda: lane.health()["error"] is None)
    assert lane.stop()

    assert "The disk is full. Nothing is taken in or sent, and nothing is lost" in page
    assert "The disk is full" not in words(console.get("/inbox"))
    assert full.cards("failure") == []
    assert [one for one in full.cards("notice") if "lane" in str(one)] == []
    assert holds(full)
