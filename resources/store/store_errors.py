"""Owns the words for what a database refuses, whichever database it is."""

from aios_defs.core.errors import (
    AiosError,
    HomeLocked,
    LedgerBroken,
    LedgerConflict,
    StorageFailed,
)

APPEND_ONLY = "the ledger is append-only"


def busy() -> AiosError:
    """Return the error of a lock that was waited for in vain."""
    return HomeLocked(
        "Another process keeps the ledger busy.",
        remedy="Wait for it to end, or stop it, then try again.",
    )


def conflict() -> AiosError:
    """Return the error of a key or a place that is taken."""
    return LedgerConflict(
        "Something with this key or place exists already.",
        remedy="Read again, then decide anew.",
    )


def storage_failed(name: str) -> AiosError:
    """Return the error of a disk that did not do its work; `name` is the kind."""
    return StorageFailed(
        f"The home can't be read or written ({name}); nothing was changed.",
        remedy="Free some space or make the home writable, then try again.",
    )


def broken(name: str) -> AiosError:
    """Return the error of a ledger that is damaged or none; `name` is the kind."""
    return LedgerBroken(
        f"The ledger's database is damaged or no ledger ({name}).",
        remedy="Restore the ledger from a backup, then run `aios ledger verify`.",
    )
