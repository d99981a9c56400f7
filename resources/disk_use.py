"""Owns what a home takes on its disk, by its parts, and how much is free there."""

import os
import shutil
from pathlib import Path

from aios_defs.core.model import JsonObject

_PARTS = {
    "ledger": ("ledger.db", "ledger.db-wal", "ledger.db-shm"),
    "keys": ("keys.db", "keys.db-journal"),
    "blobs": ("blobs",),
    "artifacts": ("lance",),
    "dagster": ("dagster",),
    "logs": ("logs",),
    "business": ("business",),
}
"""The parts of a home that are told apart; all others together are `others`."""

_LEAST_BYTES = 256 * 1024
"""With less room than this a unit of work may not fit."""


def disk_use(home: Path) -> JsonObject:
    """Return the bytes of each part, of all, and what is `free`; `size` is the whole disk's."""
    parts = {name: sum(_bytes(home / one) for one in files) for name, files in _PARTS.items()}
    known = {one for files in _PARTS.values() for one in files}
    others = sum(_bytes(entry) for entry in home.iterdir() if entry.name not in known)
    disk = shutil.disk_usage(home)
    return {
        "parts": {**parts, "others": others},
        "used": sum(parts.values()) + others,
        "free": disk.free,
        "size": disk.total,
    }


def what_ails(home: Path) -> str | None:
    """Return in a sentence why a home's disk takes nothing; None when it should."""
    found = os.statvfs(home)
    if found.f_flag & os.ST_RDONLY:
        return "The disk is read-only."
    if found.f_bavail * found.f_frsize < _LEAST_BYTES:
        return "The disk is full."
    return None


def _bytes(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder; 0 for what is not there."""
    try:
        if not path.is_dir() or path.is_symlink():
            return path.lstat().st_size
        with os.scandir(path) as entries:
            return sum(_bytes(Path(entry.path)) for entry in entries)
    except OSError:
        return 0
