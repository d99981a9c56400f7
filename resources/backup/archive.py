"""Owns what lies inside a backup: a tar stream of the home's files between a title and a manifest.

    about.json       what it is: formats, version, home, how far the ledger goes
    ledger.db, keys.db, blobs/…, business/…, …
    manifest.json    the size and SHA-256 of each file before it

Names are relative, with `/`; only plain files are in it.
"""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

from pydantic import SecretStr, ValidationError

from aios_defs.core.errors import BackupInvalid, HomeNewer
from aios_defs.core.model import Model
from aios_defs.core.rows.all import VERSION
from resources.backup.sealed_file import OpeningReader, SealingWriter
from resources.store.schema import FORMAT as LEDGER_FORMAT

FORMAT = 1
_ABOUT, _MANIFEST = "about.json", "manifest.json"
_PIECE = 1 << 20
_SMALL = 64 << 20


class About(Model):
    """What a backup is, known before anything of it is unpacked.

    `home` is the id of the home's first event; `places` as in `home.restored`.
    """

    format: int = FORMAT
    ledger_format: int = LEDGER_FORMAT
    projections: int = VERSION
    aios_version: str
    backup_id: str
    home: str
    made_at: str
    position: int
    head: str
    places: tuple[tuple[str, str], ...] = ()


class Entry(Model):
    """One file: its size in bytes and its SHA-256."""

    name: str
    size: int
    digest: str


class Manifest(Model):
    """Every file of the backup, in order."""

    entries: tuple[Entry, ...]


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to that many bytes, none at the end."""
        ...


class Sink(Protocol):
    """Takes the files of an archive one by one: name, modification time, content."""

    def __call__(self, name: str, mtime: float, content: Readable) -> None:
        """Take one file; the content is read to its end by the archive if not here."""
        ...


@dataclass(slots=True)
class _Hashing:
    """A stream that is hashed while it is read."""

    source: Readable
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        content = self.source.read(size)
        self.size += len(content)
        self.digest.update(content)
        return content


class ArchiveWriter:
    """Writes a backup into an open file."""

    def __init__(
        self, target: BinaryIO, passphrase: SecretStr, about: About, *, log_n: int = 17
    ) -> None:
        """Write the title."""
        self._sealed = SealingWriter(target, passphrase, log_n=log_n)
        self._tar = tarfile.open(fileobj=self._sealed, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `finish`
        self._entries: list[Entry] = []
        self._put(_ABOUT, about.model_dump_json().encode())

    def add(self, name: str, content: Readable, *, size: int, mtime: float) -> None:
        """Add one file of exactly that size; raises OSError when it is shorter."""
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, mtime, 0o600
        hashing = _Hashing(content)
        self._tar.addfile(info, hashing)
        self._entries.append(Entry(name=name, size=size, digest=hashing.digest.hexdigest()))

    def finish(self) -> Manifest:
        """Write the manifest and the proven end."""
        manifest = Manifest(entries=tuple(self._entries))
        self._put(_MANIFEST, manifest.model_dump_json().encode())
        self._tar.close()
        self._sealed.finish()
        return manifest

    def _put(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        self._tar.addfile(info, io.BytesIO(content))


def read_archive(
    source: BinaryIO,
    passphrase: SecretStr,
    sink: Sink | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> tuple[About, Manifest]:
    """Read a whole backup and prove it: every chunk, every digest, the manifest's completeness.

    `sink` takes each file; what it took counts only when this returns.

    Raises:
        BackupInvalid: it is no backup, was cut or changed, or has another passphrase.
        HomeNewer: a newer AIOS made it; found before any file is given out.

    """
    stream = io.BufferedReader(OpeningReader(source, passphrase), _PIECE)
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            found = _read(tar, sink, progress)
        while stream.read(_PIECE):
            pass  # up to the end, which alone proves that nothing was cut
    except (tarfile.TarError, ValidationError, EOFError) as error:
        raise _malformed() from error
    return found


def _read(
    tar: tarfile.TarFile, sink: Sink | None, progress: Callable[[int], None] | None
) -> tuple[About, Manifest]:
    members = iter(tar)
    about = About.model_validate_json(_small(tar, next(members, None), _ABOUT))
    _refuse_newer(about)
    entries: list[Entry] = []
    for member in members:
        if member.name == _MANIFEST:
            manifest = Manifest.model_validate_json(_small(tar, member, _MANIFEST))
            if manifest.entries != tuple(entries) or next(members, None) is not None:
                raise _malformed()
            return about, manifest
        entries.append(_taken(tar, member, sink))
        if progress is not None:
            progress(member.size)
    raise _malformed()


def _taken(tar: tarfile.TarFile, member: tarfile.TarInfo, sink: Sink | None) -> Entry:
    content = tar.extractfile(member) if member.isreg() and is_safe(member.name) else None
    if content is None:
        raise _malformed()
    hashing = _Hashing(content)
    if sink is not None:
        sink(member.name, float(member.mtime), hashing)
    for _ in pieces(hashing):
        pass
    return Entry(name=member.name, size=hashing.size, digest=hashing.digest.hexdigest())


def pieces(content: Readable) -> Iterator[bytes]:
    """Yield a stream in pieces of a mebibyte."""
    while piece := content.read(_PIECE):
        yield piece


def is_safe(name: str) -> bool:
    """Return whether a name stays inside the folder it is unpacked into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


def _small(tar: tarfile.TarFile, member: tarfile.TarInfo | None, name: str) -> bytes:
    if member is None or member.name != name or not member.isreg() or member.size > _SMALL:
        raise _malformed()
    content = tar.extractfile(member)
    return content.read() if content else b""


def _refuse_newer(about: About) -> None:
    known = {"format": FORMAT, "ledger_format": LEDGER_FORMAT, "projections": VERSION}
    for name, ours in known.items():
        theirs = getattr(about, name)
        if theirs > ours:
            raise HomeNewer(
                f"A newer AIOS ({about.aios_version}) made this backup: its {name} is of version "
                f"{theirs}, this one knows {ours}.",
                remedy="Update AIOS, then restore it.",
                found=theirs,
                known=ours,
            )


def _malformed() -> BackupInvalid:
    return BackupInvalid(
        "The backup opens, but what is in it is not as its manifest says.",
        remedy="Take another copy of this backup, or an older one.",
    )
