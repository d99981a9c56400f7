"""Proves that a home which works beside its restored copy is refused, or told of."""

from pathlib import Path

import pytest

from aios_defs.gateway.single import only_copy
from tests.e2e.shell import Shell
from tests.integration.copies.kit import OutsideDesk, RestoredDesk, backed_up, restored
from tests.integration.desk import Mail
from tests.servers.database import on_sqlite

pytestmark = on_sqlite

PRICE = "How much is the blue widget?"


@pytest.fixture
def old(tmp_path: Path) -> OutsideDesk:
    """A home that was backed up."""
    desk = OutsideDesk(tmp_path / "old")
    desk.begin()
    backed_up(desk.path, tmp_path / "b")
    return desk


def test_the_second_copy_on_a_machine_is_refused(old: OutsideDesk, tmp_path: Path) -> None:
    """`aios up` names the copy that works; another home, and this one afterwards, may start."""
    restored(tmp_path / "b", tmp_path / "new")
    (tmp_path / "other").mkdir()
    OutsideDesk(tmp_path / "other" / "home").begin()

    with only_copy(old.path), only_copy(tmp_path / "other" / "home"):
        told = Shell(home=tmp_path / "new").run("up", "--no-browser")

    assert told.code == 1
    assert f"A copy of this home works: {old.path}" in told.err
    assert "already_running.md" in told.err
    with only_copy(tmp_path / "new"):
        pass


def test_what_the_other_copy_sends_is_told_once_it_is_sure(
    old: OutsideDesk, tmp_path: Path
) -> None:
    """Within two hours the clocks may differ; later a mail with a foreign key is a proof."""
    restored(tmp_path / "b", tmp_path / "new", clock=old.clock)
    new = RestoredDesk(tmp_path / "new", clock=old.clock)
    new.turn()

    for number, hours in enumerate((1, 2)):
        old.wait(hours=hours)
        old.receive(Mail(text=PRICE, identity=f"{number}@outside.test"))
        old.wait(seconds=11)
        old.turn()
        for one in (old.path / "mail/outbox/new").iterdir():
            old.put(one.read_bytes(), folder="sent")
            one.unlink()
        new.take()
        assert len(new.cards("notice")) == number

    (card,) = new.cards("notice")
    assert "Another copy of this home is at work" in str(card["summary"])
    assert new.actions() == []


def test_mail_of_ones_own_is_no_proof(old: OutsideDesk) -> None:
    """A home that was never restored says nothing of keys it does not know."""
    old.receive(Mail(text=PRICE))
    key = old.action().key.encode()
    old.wait(hours=3)
    for one in (old.path / "mail/outbox/new").iterdir():
        old.put(one.read_bytes().replace(key, key[::-1]), folder="sent")
    old.turn()

    assert [one.folder for one in old.messages()] == ["inbox", "sent"]
    assert old.cards("notice") == []
