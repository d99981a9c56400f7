"""Proves the restore drill: a backup under load becomes a home that goes on where it was."""

from pathlib import Path

import pytest

from aios_defs.core.rows.copies import BackupRow, RestoreRow
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.replay import replay
from aios_defs.services.verify import verify_ledger
from tests.integration.copies.drill import (
    Drill,
    MaildirDrill,
    WireDrill,
    busy,
    decisions,
    restored_desk,
)
from tests.integration.copies.kit import backed_up, restored
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

DECISIONS = 100


@pytest.fixture
def maildir(tmp_path: Path) -> MaildirDrill:
    return MaildirDrill(tmp_path)


@pytest.fixture
def wire(tmp_path: Path, dovecot: Dovecot, postfix: Postfix, user: str) -> WireDrill:
    return WireDrill(tmp_path, dovecot, postfix, user)


@pytest.fixture(params=["maildir", "wire"])
def drill(request: pytest.FixtureRequest) -> Drill:
    """Return the drill on folders, and on a real Dovecot and Postfix."""
    return request.getfixturevalue(request.param)


def test_a_backup_under_load_becomes_a_home_that_goes_on(drill: Drill, tmp_path: Path) -> None:
    """Verified, replays identically, takes nothing in twice, and answers the next mail on a yes."""
    for number in range(DECISIONS):
        drill.deliver(number)
    drill.old.turn()
    assert len(decisions(drill.old)) == DECISIONS
    with busy(drill.old.path):
        made = backed_up(drill.old.path, tmp_path / "b")
    received, sent = len(drill.old.messages()), drill.sent()

    done = restored(tmp_path / "b", tmp_path / "new", clock=drill.old.clock)

    assert (done.position, done.head) == (made.position, made.head)
    new = restored_desk(drill, "new")
    assert verify_ledger(new.home.ledger, new.kernel.vault).ok
    assert {replay(new.kernel, one).outcome for one in decisions(new)} == {"identical"}
    assert new.take()["known"] == 0
    drill.deliver(DECISIONS)
    new.turn()
    inbox = [one for one in new.messages() if one.folder == "inbox"]
    assert (len(inbox), sent) == (received + 1, DECISIONS)
    action = new.action()
    assert (action.rule, drill.sent()) == ("builtin:restored", sent)
    approve(new.kernel, action.id, content_hash=action.content_hash)
    commit_action(new.kernel, action.id, force=True)
    assert drill.sent() == sent + 1


def test_what_the_old_home_answered_since_is_not_answered_again(
    wire: WireDrill, tmp_path: Path
) -> None:
    """The restored home takes in what came after the backup, and finds its answer in Sent."""
    backed_up(wire.old.path, tmp_path / "b")
    wire.deliver(0)
    wire.old.turn()
    assert wire.sent() == 1
    restored(tmp_path / "b", tmp_path / "new")

    new = restored_desk(wire, "new")
    new.turn()

    assert [one.folder for one in new.messages()].count("inbox") == 1
    assert (new.actions(), wire.sent()) == ([], 1)


def test_the_ledger_remembers_what_was_backed_up_and_restored(
    maildir: MaildirDrill, tmp_path: Path
) -> None:
    """The old home knows its backup, the new one where it came from, by an id of its own."""
    made = backed_up(maildir.old.path, tmp_path / "b")
    restored(tmp_path / "b", tmp_path / "new")
    new = restored_desk(maildir, "new")

    with maildir.old.kernel.ledger.view() as view:
        backup = view.get(BackupRow, made.backup_id)
    with new.kernel.ledger.view() as view:
        restore = view.get(RestoreRow, "restore")

    assert backup is not None
    assert (backup.digest, backup.position) == (made.digest, made.position)
    assert restore is not None
    assert restore.position == made.position
    assert restore.instance_id
