"""Proves that a backup brings nobody back who was forgotten after it was made."""

import json
from pathlib import Path

import pytest

from aios_defs.core.errors import BackupInvalid, RestoreUnconfirmed
from aios_defs.core.rows.copies import HoldRow
from aios_defs.services.erasure.forget import forget
from aios_defs.services.hold import confirm_restore, is_held
from aios_defs.services.inbox import inbox
from aios_defs.services.pause import pause
from aios_defs.services.receive import take_in
from aios_defs.services.seed import apply_business
from aios_defs.services.verify import verify_ledger
from resources.erasing import finish_erasures
from resources.erasures_log import NAME
from resources.erasures_taken import take_log
from resources.home import Home, World, open_home
from resources.told_backups import tell_backups
from tests.integration.copies.kit import backed_up, restored, settings_of
from tests.integration.desk import Desk, Mail
from tests.integration.erasure.planted import ADDRESS, SUBJECT, WORDS, filled, id_of
from tests.integration.erasure.searching import files_with, readable_with


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a home that was backed up, then forgot her, while the backup was away."""
    desk = Desk(path=tmp_path / "old").begin()
    filled(desk)
    away = tmp_path / "away"
    backed_up(desk.path, tmp_path / "disk" / "b")
    (tmp_path / "disk").rename(away)
    forget(desk.kernel, id_of(desk, ADDRESS))
    finish_erasures(desk.home)
    return desk


def opened(desk: Desk, path: Path) -> Home:
    """Open a restored home at the time of the old one."""
    return open_home(settings_of(path), World(clock=desk.clock))


def test_with_the_log_she_is_forgotten_again(desk: Desk, tmp_path: Path) -> None:
    """Every key of hers in the backup is destroyed before the home is there, and it is no copy."""
    plain = restored(tmp_path / "away/b", tmp_path / "bare", clock=desk.clock)
    assert readable_with(opened(desk, Path(plain.home)).kernel, WORDS)

    done = restored(
        tmp_path / "away/b", tmp_path / "new", clock=desk.clock, erasures=desk.path / NAME
    )

    new = opened(desk, tmp_path / "new")
    assert (done.erased, done.is_held) == (1, False)
    assert readable_with(new.kernel, WORDS) == []
    assert files_with(new.path, WORDS) == []
    assert verify_ledger(new.ledger, new.kernel.vault).ok
    assert (new.path / NAME).read_text() == (desk.path / NAME).read_text()


def test_her_mail_of_before_is_not_taken_in_again(desk: Desk, tmp_path: Path) -> None:
    """What she wrote between backup and erasure lies in the mailbox: it is left there unread."""
    restored(tmp_path / "away/b", tmp_path / "new", clock=desk.clock, erasures=desk.path / NAME)
    new = opened(desk, tmp_path / "new")
    late = Mail(text="plantedbodyword", sender=ADDRESS, subject=SUBJECT).raw(7)
    (new.path / "mail/inbox/new/7.late").write_bytes(late)

    counts = take_in(new.kernel, "mail").counts

    assert counts == {"ignored": 1}
    assert readable_with(new.kernel, WORDS) == []


def test_taken_twice_a_log_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """Who wrote since, from the same address, is somebody new and stays."""
    log = desk.path / NAME
    restored(tmp_path / "away/b", tmp_path / "new", clock=desk.clock, erasures=log)
    new = opened(desk, tmp_path / "new")

    assert take_log(new, log) == (0, False)


def test_without_a_log_the_home_is_read_only(desk: Desk, tmp_path: Path) -> None:
    """It reads, says so on a card, and takes nothing in until the operator's word."""
    done = restored(tmp_path / "away/b", tmp_path / "new", clock=desk.clock, is_confirmed=False)
    new = opened(desk, tmp_path / "new")

    assert done.is_held
    (card,) = [one for one in inbox(new.kernel) if one["kind"] == "notice"]
    assert "aios memory erasures" in str(card["remedy"])
    before = _head(new)
    mail = new.path / "mail/inbox/new/8.late"
    mail.write_bytes(Mail(text="How much is the blue widget?").raw(8))
    with pytest.raises(RestoreUnconfirmed, match="erasures --none"):
        take_in(new.kernel, "mail")
    assert _head(new) == before
    pause(new.kernel, "all")

    confirm_restore(new.ledger, by="operator")

    assert [one for one in inbox(new.kernel) if one["kind"] == "notice"] == []
    assert take_in(new.kernel, "mail").counts["ignored"] == 1
    with new.ledger.view() as view:
        assert view.get(HoldRow, "restore") is None
    new.ledger.rebuild()
    assert not is_held(new.ledger)


def test_a_held_home_takes_the_log_later(desk: Desk, tmp_path: Path) -> None:
    """The log is given to the home that was restored without it, and opens it."""
    restored(tmp_path / "away/b", tmp_path / "new", clock=desk.clock, is_confirmed=False)
    new = opened(desk, tmp_path / "new")
    assert readable_with(new.kernel, WORDS)

    assert take_log(new, desk.path / NAME) == (1, False)

    assert readable_with(new.kernel, WORDS) == []
    apply_business(new.kernel)


def test_a_backup_that_was_away_is_said_and_caught_up(desk: Desk, tmp_path: Path) -> None:
    """While its disk is away the backup is untold; once it is back the log is put beside it."""
    assert [one.is_told for one in tell_backups(desk.home)] == [False]
    (tmp_path / "away").rename(tmp_path / "disk")

    assert [one.is_told for one in tell_backups(desk.home)] == [True]

    beside = tmp_path / "disk" / NAME
    assert beside.read_text() == (desk.path / NAME).read_text()
    done = restored(tmp_path / "disk/b", tmp_path / "new", clock=desk.clock, is_confirmed=False)
    assert (done.erased, done.is_held) == (1, True)
    assert readable_with(opened(desk, tmp_path / "new").kernel, WORDS) == []


def test_a_log_of_another_home_is_left_alone_and_a_changed_line_is_found(
    desk: Desk, tmp_path: Path
) -> None:
    """Homes that share a folder of backups share its log; who alters a line is refused."""
    log = tmp_path / "shared.log"
    line = json.loads((desk.path / NAME).read_text())
    foreign = json.dumps({**line, "home": "0" * 16})
    log.write_text(f"{foreign}\n{json.dumps(line)}\n")
    done = restored(tmp_path / "away/b", tmp_path / "new", clock=desk.clock, erasures=log)
    assert done.erased == 1

    log.write_text(json.dumps({**line, "lookups": []}) + "\n")

    with pytest.raises(BackupInvalid, match="Line 1"):
        restored(tmp_path / "away/b", tmp_path / "newer", clock=desk.clock, erasures=log)
    assert not (tmp_path / "newer").exists()


def _head(home: Home) -> int:
    with home.ledger.view() as view:
        return view.head().position
