"""Proves the restore drill: a backup under load becomes a home that goes on where it was."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aios_defs.core.rows.copies import BackupRow, RestoreRow
from aios_defs.core.rows.tasks import DecisionRow
from aios_defs.services.replay import replay
from aios_defs.services.verify import verify_ledger
from tests.house.tree import ROOT
from tests.integration.copies.kit import OutsideDesk, RestoredDesk, backed_up, restored
from tests.integration.desk import KIM, LOU, Desk, Mail

DECISIONS = 100


@contextmanager
def busy(path: Path) -> Iterator[None]:
    """Let another process append to a home for the time of a block."""
    command = [sys.executable, "-m", "tests.integration.copies.busy_writer", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"writing\n"
            yield
            assert process.poll() is None
        finally:
            process.kill()


def decisions(desk: Desk) -> list[str]:
    with desk.kernel.ledger.view() as view:
        return view.column(DecisionRow, "id")


@pytest.fixture
def old(tmp_path: Path) -> OutsideDesk:
    desk = OutsideDesk(tmp_path / "old")
    desk.begin()
    for number in range(DECISIONS):
        desk.deliver(
            Mail(
                text="How much is the blue widget?",
                sender=(KIM, LOU)[number % 2],
                identity=f"m{number}@outside.test",
            )
        )
    desk.turn()
    return desk


def test_a_backup_under_load_becomes_a_home_that_goes_on(old: OutsideDesk, tmp_path: Path) -> None:
    """Verified, every decision replays identically, and the next poll takes nothing in twice."""
    assert len(decisions(old)) == DECISIONS
    with busy(old.path):
        made = backed_up(old.path, tmp_path / "b")
    received, sent = len(old.messages()), len(old.sent())

    done = restored(tmp_path / "b", tmp_path / "new")

    assert (done.position, done.head) == (made.position, made.head)
    new = RestoredDesk(tmp_path / "new", clock=old.clock)
    assert verify_ledger(new.home.ledger, new.kernel.vault).ok
    assert {replay(new.kernel, one).outcome for one in decisions(new)} == {"identical"}
    assert new.take()["known"] == 0
    new.receive(
        Mail(text="How much is the blue widget?", sender=LOU, identity="later@outside.test")
    )
    inbox = [one for one in new.messages() if one.folder == "inbox"]
    assert len(inbox) == received + 1
    assert len(new.sent()) == sent + 1


def test_the_ledger_remembers_what_was_backed_up_and_restored(
    old: OutsideDesk, tmp_path: Path
) -> None:
    """The old home knows its backup, the new one where it came from, by an id of its own."""
    made = backed_up(old.path, tmp_path / "b")
    restored(tmp_path / "b", tmp_path / "new")
    new = RestoredDesk(tmp_path / "new", clock=old.clock)

    with old.kernel.ledger.view() as view:
        backup = view.get(BackupRow, made.backup_id)
    with new.kernel.ledger.view() as view:
        restore = view.get(RestoreRow, "restore")

    assert backup is not None
    assert (backup.digest, backup.position) == (made.digest, made.position)
    assert restore is not None
    assert restore.position == made.position
    assert restore.instance_id
