"""Owns making a backup: one sealed file of a home that may be at work meanwhile.

    ledger (one snapshot) → keys → the blobs it names → all other files → manifest → read back

Each comes after what refers to it: keys and mail may be newer than the ledger, never older. A file
that is half written has another name, so a backup is whole or is not there.
"""

import hashlib
import io
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pydantic import SecretStr

from aios_defs.core.errors import LedgerBroken, StorageFailed, UsageInvalid
from aios_defs.core.model import Model, rfc3339
from aios_defs.core.ports import Clock, Ids
from aios_defs.settings.version import aios_version
from resources.backup.archive import About, ArchiveWriter, Manifest, read_archive
from resources.backup.contents import other_files
from resources.durable import sync_folder
from resources.store.snapshot import copy_keys, copy_ledger, filed_blobs, first_event, head_of

Progress = Callable[[str, int], None]
Places = tuple[tuple[str, str], ...]
SCRYPT_LOG_N = 17
LEAST_PASSPHRASE = 12


class Backup(Model):
    """A backup that was made and read back; sizes in bytes, `digest` is SHA-256 of the file."""

    backup_id: str
    path: str
    size: int
    digest: str
    files: int
    position: int
    head: str
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What a backup is made with; `progress` is called with a step and the bytes done in it."""

    clock: Clock
    ids: Ids
    passphrase: SecretStr
    places: Places = ()
    progress: Progress | None = None
    log_n: int = SCRYPT_LOG_N

    def make(
        self, home: Path, target: Path, *, snapshot: Callable[[Path], None] | None = None
    ) -> Backup:
        """Make a backup of a home as the new file `target`, and read it back.

        `snapshot` writes the ledger as SQLite into the file it is given; None copies `ledger.db`.

        Raises:
            UsageInvalid: the passphrase is too short, or the file is there already.
            StorageFailed: it can't be written, or a file of the home can't be read.
            BackupInvalid: what was written does not read back.

        """
        self._check(target)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=".backup-", dir=home) as folder:
                ledger = Path(folder) / "ledger.db"
                (snapshot or _copy_of(home))(ledger)
                about = self._about(ledger)
                manifest = self._write(home, draft, ledger, about)
            self._read_back(draft, manifest)
            done = self._done(draft, target, about, manifest)
            draft.replace(target)
            sync_folder(target.parent)
        except OSError as error:
            raise _failed(error) from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return done

    def _check(self, target: Path) -> None:
        if len(self.passphrase.get_secret_value()) < LEAST_PASSPHRASE:
            raise UsageInvalid(
                f"The passphrase is shorter than {LEAST_PASSPHRASE} characters.",
                remedy="Choose a longer one, such as five words, and keep it elsewhere.",
            )
        if target.exists():
            raise UsageInvalid(
                f"There is a file {str(target)!r} already.", remedy="Name another file."
            )

    def _about(self, ledger: Path) -> About:
        head = head_of(ledger)
        return About(
            aios_version=aios_version(),
            backup_id=self.ids.new(),
            home=first_event(ledger),
            made_at=rfc3339(self.clock.now()),
            position=head.position,
            head=head.hash,
            places=self.places,
        )

    def _write(self, home: Path, draft: Path, ledger: Path, about: About) -> Manifest:
        with _private(draft) as file:
            archive = ArchiveWriter(file, self.passphrase, about, log_n=self.log_n)
            self._add(archive, ledger, "ledger.db")
            keys = copy_keys(home / "keys.db")
            archive.add("keys.db", io.BytesIO(keys), size=len(keys), mtime=0)
            for digest in filed_blobs(ledger):
                if not self._add(archive, home / "blobs" / digest, f"blobs/{digest}"):
                    raise _no_blob(digest)
            for name in other_files(home):
                self._add(archive, home / name, name.as_posix())
            manifest = archive.finish()
            file.flush()
            os.fsync(file.fileno())
        return manifest

    def _add(self, archive: ArchiveWriter, path: Path, name: str) -> bool:
        """Add a file as it is now; returns False when it is gone, as a mail that was moved."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            found = os.fstat(file.fileno())
            archive.add(name, file, size=found.st_size, mtime=found.st_mtime)
            self._tell("written", found.st_size)
        return True

    def _read_back(self, draft: Path, manifest: Manifest) -> None:
        with draft.open("rb") as file:
            _, found = read_archive(
                file, self.passphrase, progress=lambda size: self._tell("read back", size)
            )
        if found != manifest:
            raise StorageFailed(
                "The backup does not read back as it was written.",
                remedy="Write it to another disk.",
            )

    def _done(self, draft: Path, target: Path, about: About, manifest: Manifest) -> Backup:
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Backup(
            backup_id=about.backup_id,
            path=str(target),
            size=draft.stat().st_size,
            digest=digest,
            files=len(manifest.entries),
            position=about.position,
            head=about.head,
            made_at=about.made_at,
        )

    def _tell(self, step: str, size: int) -> None:
        if self.progress is not None:
            self.progress(step, size)


def _copy_of(home: Path) -> Callable[[Path], None]:
    return lambda target: copy_ledger(home / "ledger.db", target)


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _no_blob(digest: str) -> LedgerBroken:
    return LedgerBroken(
        f"The blob {digest} is gone, so the backup would not be whole.",
        remedy="Restore the home's blobs from an older backup first.",
        blob=digest,
    )


def _failed(error: OSError) -> StorageFailed:
    return StorageFailed(
        f"The backup can't be made ({type(error).__name__}, errno {error.errno}); "
        "no file was left behind.",
        remedy="Free some space or choose another disk, then try again.",
    )
