"""Owns telling backups who was forgotten: `erasures.log` in the home and beside each known backup.

A backup keeps the keys of its day; its tombstones forget the person once more when it is restored.
A disk that is away, or takes nothing, is told at the next look; until then the home says which.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.errors import StorageFailed
from aios_defs.core.model import Model
from aios_defs.core.ports import View
from aios_defs.core.rows.copies import BackupRow
from aios_defs.services.erasure.finish import Erasure, erasures
from resources.erasures_log import NAME, ErasuresLog, Tombstone
from resources.home import Home

FOLDER = "backups"


class KnownBackup(Model):
    """A backup of this home from before an erasure; `is_told` says that its log names them all."""

    name: str
    folder: str
    is_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Erased:
    """The erasures there are, the latest one's position, and the backups."""

    stones: list[Tombstone]
    latest: int
    backups: list[BackupRow]


def tombstone(erasure: Erasure) -> Tombstone:
    """Return the tombstone of an erasure: one that was done again keeps that of the first time."""
    return Tombstone(
        event=erasure.again or erasure.event_id,
        at=erasure.of,
        profiles=erasure.profiles,
        lookups=erasure.lookups,
    )


def tell_backups(home: Home) -> list[KnownBackup]:
    """Write every tombstone where it belongs, durably; returns the backups that need them.

    Idempotent; a folder that is away is passed over.

    Raises:
        StorageFailed: the home's own log can't be written.

    """
    with home.kernel.ledger.view() as view:
        erased = _erased(view)
    if not erased.stones:
        return []
    vault = home.kernel.vault
    try:
        ErasuresLog(path=home.path / NAME, vault=vault).add(erased.stones)
    except OSError as error:
        raise StorageFailed(
            f"The home's {NAME} can't be written ({type(error).__name__}, errno {error.errno}).",
            remedy="Free some space or make the home writable, then: aios memory erasures",
        ) from error
    older = [row for row in erased.backups if row.position < erased.latest]
    found = {row.id: _folder(home.path, row) for row in erased.backups}
    told = set(_told(home, erased.stones, {one for one in found.values() if one is not None}))
    return [
        KnownBackup(name=row.name, folder=row.folder, is_told=found[row.id] in told)
        for row in older
    ]


def _erased(view: View) -> _Erased:
    found = list(erasures(view))
    return _Erased(
        stones=[tombstone(one) for one in found],
        latest=found[-1].position if found else 0,
        backups=view.select(BackupRow, order="position"),
    )


def _folder(home: Path, row: BackupRow) -> Path | None:
    """Return where a backup lies now: where it was put, or in the home; None while it is away."""
    places = [Path(row.folder)] if row.folder else []
    return next((one for one in (*places, home / FOLDER) if _holds(one, row.name)), None)


def _holds(folder: Path, name: str) -> bool:
    with suppress(OSError):
        return (folder / name).is_file()
    return False


def _told(home: Home, stones: list[Tombstone], folders: set[Path]) -> Iterator[Path]:
    for folder in sorted(folders):
        with suppress(OSError):
            ErasuresLog(path=folder / NAME, vault=home.kernel.vault).add(stones)
            yield folder
