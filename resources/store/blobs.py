"""Owns blobs: sealed content in the database, or in a file of its own when it is large.

A file is durable before the transaction that names it; one that no transaction names is harmless.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.errors import LedgerBroken, StorageFailed, UnknownId
from aios_defs.core.ports import Vault
from aios_defs.core.sealed import BlobRef, SubjectRef
from resources.durable import sync_folder
from resources.store.session import Session
from resources.store.statements import Statements

IN_DATABASE_BYTES = 256 * 1024
"""Up to this many sealed bytes a blob lies in the database."""


WaitingBlobs = dict[str, tuple[str, str, int, bytes | None]]
"""The blobs of a unit of work that are not written yet: digest, key, size, sealed content."""


@dataclass(frozen=True, slots=True)
class Blobs:
    """The blobs of one home."""

    folder: Path
    vault: Vault
    statements: Statements

    def put(self, waiting: WaitingBlobs, ref: SubjectRef, content: bytes) -> BlobRef:
        """Seal content under `ref` and let it wait for the end of the unit of work.

        A large one is in its file, durably, before this returns.
        """
        blob = BlobRef(
            subject_ref=ref, digest=self.vault.digest("blob", ref, content), size=len(content)
        )
        if blob.digest not in waiting:
            sealed = self.vault.seal_bytes(ref, content)
            is_large = len(sealed) > IN_DATABASE_BYTES
            if is_large:
                self._write(blob.digest, sealed)
            waiting[blob.digest] = (blob.digest, ref, blob.size, None if is_large else sealed)
        return blob

    def flush(self, session: Session, waiting: WaitingBlobs) -> None:
        """Write what waits; content that is there already is kept as it is."""
        if waiting:
            session.many(self.statements.insert_blob, list(waiting.values()))
            waiting.clear()

    def get(self, session: Session, blob: BlobRef) -> bytes:
        """Return the plain content.

        Raises:
            UnknownId: there is no such blob.
            LedgerBroken: its content is gone or is not what its digest says.
            KeyErased, KeyMissing: it can't be opened.

        """
        found = session.row(self.statements.blob, (blob.digest,))
        if found is None:
            raise UnknownId(
                f"This home has no blob {blob.digest}.", remedy="Check the id.", blob=blob.digest
            )
        sealed = found[0] if found[0] is not None else self._read(blob.digest)
        content = self.vault.open_bytes(blob.subject_ref, sealed)
        if self.vault.digest("blob", blob.subject_ref, content) != blob.digest:
            raise _broken(blob.digest)
        return content

    def _read(self, digest: str) -> bytes:
        try:
            return (self.folder / digest).read_bytes()
        except FileNotFoundError as error:
            raise _broken(digest) from error
        except OSError as error:
            raise _failed(error) from error

    def _write(self, digest: str, sealed: bytes) -> None:
        draft = self.folder / f".{digest}.{os.getpid()}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(draft, sealed)
            draft.replace(self.folder / digest)
            sync_folder(self.folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise _failed(error) from error


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _failed(error: OSError) -> StorageFailed:
    return StorageFailed(
        f"A blob can't be read or written ({type(error).__name__}, errno {error.errno}).",
        remedy="Free some space or make the home writable, then try again.",
    )


def _broken(digest: str) -> LedgerBroken:
    return LedgerBroken(
        f"The content of blob {digest} is gone or was changed.",
        remedy="Restore the home's blobs from a backup.",
        blob=digest,
    )
