"""Owns restoring: a backup becomes a home that is not there yet, all of it or nothing.

Unpacked and verified beside its place, marked as restored, then put there by one rename: a process
that dies before leaves only a folder that nobody opens, and the next restore removes. Whom a log of
erasures names is forgotten again before that, so the keys of the backup bring nobody back.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from aios_defs.core.envelope import Head
from aios_defs.core.errors import (
    BackupInvalid,
    ConfigurationInvalid,
    LedgerBroken,
    OperatorError,
    StorageFailed,
)
from aios_defs.core.model import Model
from aios_defs.core.ports import Clock, Ids
from aios_defs.services.restored import begin_anew
from aios_defs.services.verify import verify_ledger
from aios_defs.settings.environment import load_settings
from resources.backup.archive import About, Readable, pieces, read_archive
from resources.durable import sync_folder
from resources.erasures_log import NAME
from resources.erasures_taken import take_log
from resources.home import World, make_home, open_home
from resources.store.ledger import SqlLedger
from resources.vault import SqliteVault


class Restored(Model):
    """A home that was restored; `doubted` counts the actions that are looked up before they go.

    `erased` counts who was forgotten again, `is_held` says that it is read-only until confirmed.
    """

    home: str
    backup_id: str
    made_at: str
    position: int
    head: str
    files: int
    doubted: int
    erased: int
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Restorer:
    """What a home is restored with; `progress` is called with a step and the bytes done in it."""

    clock: Clock
    ids: Ids
    passphrase: SecretStr
    progress: Callable[[str, int], None] | None = None

    def restore(self, source: Path, home: Path, erasures: Path | None = None) -> Restored:
        """Make a home of a backup, and forget again whom a log of erasures names.

        Without one, that beside the backup counts, but may lack the latest: the home is then held.

        Raises:
            OperatorError: there is something at `home` already.
            BackupInvalid: no backup, cut, changed, or of another passphrase; or the log is damaged.
            HomeNewer: a newer AIOS made it.
            LedgerBroken: its ledger does not verify.
            StorageFailed: it can't be read or written.

        """
        _refuse_home(home)
        staged = home.with_name(f".{home.name}.restoring")
        try:
            shutil.rmtree(staged, ignore_errors=True)
            make_home(staged)
            about, files = self._unpack(source, staged)
            doubted = self._begin(staged, about)
            erased, is_held = self._forget_again(staged, source, erasures)
            staged.replace(home)  # where at most an empty folder is
            sync_folder(home.parent)
        except OSError as error:
            raise _failed(error) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        return Restored(
            home=str(home),
            backup_id=about.backup_id,
            made_at=about.made_at,
            position=about.position,
            head=about.head,
            files=files,
            doubted=doubted,
            erased=erased,
            is_held=is_held,
        )

    def _forget_again(self, staged: Path, source: Path, given: Path | None) -> tuple[int, bool]:
        log = given or source.parent / NAME
        if given is None and not log.is_file():
            return 0, True
        try:
            home = open_home(load_settings({"AIOS_HOME": str(staged)}), World(clock=self.clock))
        except ConfigurationInvalid:
            return 0, True  # its business files come first: aios memory erasures FILE is the way on
        try:
            return take_log(home, log, is_given=given is not None)
        finally:
            home.ledger.close()

    def _unpack(self, source: Path, staged: Path) -> tuple[About, int]:
        def take(name: str, mtime: float, content: Readable) -> None:
            target = staged / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with target.open("xb") as file:
                for piece in pieces(content):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            os.utime(target, (mtime, mtime))

        with source.open("rb") as file:
            about, manifest = read_archive(
                file, self.passphrase, take, progress=lambda size: self._tell("unpacked", size)
            )
        return about, len(manifest.entries)

    def _begin(self, staged: Path, about: About) -> int:
        """Verify the ledger against the title, fold it anew where needed, and mark the restore."""
        if not (staged / "ledger.db").is_file() or not (staged / "keys.db").is_file():
            raise BackupInvalid(
                "The backup lacks its ledger or its keys.", remedy="Take an older backup."
            )
        vault = SqliteVault.at(staged / "keys.db", create=False)
        ledger = SqlLedger.open(
            f"sqlite:///{staged / 'ledger.db'}",
            vault=vault,
            clock=self.clock,
            ids=self.ids,
            blob_dir=staged / "blobs",
        )
        try:
            report = verify_ledger(
                ledger, vault, progress=lambda done, _total: self._tell("events verified", done)
            )
            found = (report.head_position, report.head_hash)
            if not report.ok or found != (about.position, about.head):
                position = report.first_bad_position or report.head_position
                raise _broken(report.finding or "its head is another one", position)
            head = Head(position=about.position, hash=about.head)
            return begin_anew(
                ledger, self.ids, backup_id=about.backup_id, head=head, places=about.places
            )
        finally:
            ledger.close()

    def _tell(self, step: str, size: int) -> None:
        if self.progress is not None:
            self.progress(step, size)


def _refuse_home(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise OperatorError(
            f"There is something at {str(home)!r} already; nothing was touched.",
            remedy="Restore into a new place: aios restore FILE --home PATH",
        )


def _broken(finding: str, position: int) -> LedgerBroken:
    return LedgerBroken(
        f"The ledger in the backup does not verify: {finding}",
        remedy="Restore an older backup; nothing was left behind.",
        position=position,
    )


def _failed(error: OSError) -> StorageFailed:
    return StorageFailed(
        f"The backup can't be restored ({type(error).__name__}, errno {error.errno}); "
        "nothing was left behind.",
        remedy="Check the file's path, free some space, then try again.",
    )
