"""Proves what a restore refuses, each time with nothing left behind, and what a backup holds."""

import sqlite3
from pathlib import Path

import pytest
from pydantic import SecretStr

from aios_defs.core.errors import BackupInvalid, HomeNewer, OperatorError, UsageInvalid
from resources.backup import archive
from resources.backup.archive import About, ArchiveWriter, is_safe, read_archive
from resources.backup.contents import other_files
from resources.store.blobs import IN_DATABASE_BYTES
from tests.integration.copies.kit import PASSPHRASE, RestoredDesk, backed_up, restored
from tests.integration.desk import Desk, Mail


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "old").begin()
    desk.receive(Mail(text="How much is the blue widget?"))
    backed_up(desk.path, tmp_path / "b")
    return desk


def left(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()} - {"old", "b"}


@pytest.mark.usefixtures("desk")
def test_a_home_that_is_there_is_not_touched(tmp_path: Path) -> None:
    """A restore never writes into a folder that holds anything."""
    with pytest.raises(OperatorError, match="nothing was touched"):
        restored(tmp_path / "b", tmp_path / "old")

    assert left(tmp_path) == set()


@pytest.mark.usefixtures("desk")
def test_an_empty_folder_may_become_the_home(tmp_path: Path) -> None:
    """A folder that was made for it is taken."""
    (tmp_path / "new").mkdir()

    restored(tmp_path / "b", tmp_path / "new")

    assert (tmp_path / "new" / "ledger.db").exists()
    assert left(tmp_path) == {"new"}


@pytest.mark.usefixtures("desk")
def test_another_passphrase_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither a home nor a part of one is left."""
    with pytest.raises(BackupInvalid, match="passphrase"):
        restored(tmp_path / "b", tmp_path / "new", SecretStr("some other words than these"))

    assert left(tmp_path) == set()


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("cut", [1, 100, 300_000])
def test_a_backup_that_was_cut_leaves_nothing_behind(tmp_path: Path, cut: int) -> None:
    """Also where most of it could be unpacked before the end was missed."""
    whole = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(whole[:-cut])

    with pytest.raises(BackupInvalid):
        restored(tmp_path / "b", tmp_path / "new")

    assert left(tmp_path) == set()


def test_a_newer_backup_is_refused_politely(tmp_path: Path) -> None:
    """Who made it, and what to do, is said before anything is unpacked."""
    about = About(
        projections=archive.VERSION + 1,
        aios_version="9.9",
        backup_id="x",
        home="x",
        made_at="2031-01-01",
        position=0,
        head="",
    )
    with (tmp_path / "b").open("wb") as file:
        ArchiveWriter(file, PASSPHRASE, about, log_n=10).finish()

    with pytest.raises(HomeNewer, match=r"A newer AIOS \(9.9\)"):
        restored(tmp_path / "b", tmp_path / "new")

    assert left(tmp_path) == set()


def test_a_short_passphrase_is_refused(desk: Desk, tmp_path: Path) -> None:
    """Whoever finds the file could try them all."""
    from resources.backup.make import Maker
    from resources.clock import SystemClock
    from resources.ids import UuidV7Ids

    maker = Maker(clock=SystemClock(), ids=UuidV7Ids(), passphrase=SecretStr("short"))

    with pytest.raises(UsageInvalid, match="shorter"):
        maker.make(desk.path, tmp_path / "c")

    assert left(tmp_path) == set()


def test_large_blobs_and_mail_inside_the_home_come_along(desk: Desk, tmp_path: Path) -> None:
    """What lies in files of its own is restored byte for byte, with the times of the mails."""
    desk.receive(Mail(text="x" * (2 * IN_DATABASE_BYTES), subject="Long"))
    ref = desk.messages()[-1].raw
    backed_up(desk.path, tmp_path / "b2")
    restored(tmp_path / "b2", tmp_path / "new")
    new = RestoredDesk(tmp_path / "new", clock=desk.clock)

    with desk.kernel.ledger.view() as before, new.kernel.ledger.view() as after:
        assert after.blob(ref) == before.blob(ref)
    for name in other_files(desk.path):
        copy = tmp_path / "new" / name
        assert copy.read_bytes() == (desk.path / name).read_bytes()
        assert copy.stat().st_mtime == pytest.approx((desk.path / name).stat().st_mtime, abs=1)


def test_a_backup_holds_no_plain_text(desk: Desk, tmp_path: Path) -> None:
    """Neither names of files nor what they hold can be read in it, nor do drafts stay at home."""
    content = (tmp_path / "b").read_bytes()

    assert b"widget" not in content
    assert b"ledger.db" not in content
    assert not list(desk.path.glob(".backup-*"))


def test_what_is_rebuilt_or_belongs_to_the_machine_is_left_out(desk: Desk, tmp_path: Path) -> None:
    """lance/, dagster/, logs, former backups and links stay where they are."""
    for name in ("lance/x", "dagster/x", "logs/x", "run/x", "backups/x", "notes/x"):
        (desk.path / name).parent.mkdir(exist_ok=True)
        (desk.path / name).write_text("x")
    (desk.path / "link").symlink_to("/etc/hostname")
    backed_up(desk.path, tmp_path / "b2")

    with (tmp_path / "b2").open("rb") as file:
        _, manifest = read_archive(file, PASSPHRASE)

    names = {one.name for one in manifest.entries}
    assert {"ledger.db", "keys.db", "notes/x", "business/operator.yaml"} <= names
    assert not {one for one in names if one.startswith(("lance", "dagster", "logs", "run", "link"))}
    assert "backups/x" not in names


def test_the_ledger_in_a_backup_refuses_changes_as_the_first_one_does(
    desk: Desk, tmp_path: Path
) -> None:
    """The database's own guards are copied with it."""
    restored(tmp_path / "b", tmp_path / "new")

    with (
        sqlite3.connect(tmp_path / "new" / "ledger.db") as connection,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        connection.execute("DELETE FROM events")
    connection.close()
    assert desk.messages()


@pytest.mark.parametrize(
    ("name", "is_inside"),
    [("business/x", True), ("/etc/passwd", False), ("../x", False), ("a/../../x", False)],
)
def test_names_stay_inside_the_home(name: str, *, is_inside: bool) -> None:
    """A name that leads out of the folder is refused."""
    assert is_safe(name) is is_inside
