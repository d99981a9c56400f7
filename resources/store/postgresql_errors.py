"""Owns the meaning of PostgreSQL's errors, by SQLSTATE where there is one.

The driver's own text is never repeated: it may quote a row. An error at connecting has no SQLSTATE;
it is told by its words. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

import psycopg2
from sqlalchemy.exc import TimeoutError as PoolTimeout

from aios_defs.core.errors import AiosError, DatabaseAway, HomeLocked, StorageFailed, UnknownId
from resources.store.store_errors import broken, busy, conflict

_BUSY = ("55P03", "40P01", "40001")
_LOST = ("08", "57P01", "57P02", "57P03", "57P05", "25P03")
_REFUSED = ("53", "58", "25006", "42501", "25P02", "57014")
_BROKEN = ("XX001", "XX002", "42P01", "42703", "3F000", "42P10")
_REASONS = {
    "password authentication": "it refuses the user or the password",
    "no password supplied": "it asks for a password",
    "pg_hba.conf": "it refuses this user from this machine",
    "database": "there is no such database",
    "role": "there is no such user",
    "could not translate host": "its host is not known",
    "starting up": "it is starting",
    "shutting down": "it is shutting down",
    "certificate": "its certificate is not trusted",
    "unrecognized configuration parameter": "it is older than PostgreSQL 14",
}
_FULL = ("too many", "connection slots", "connection limit")


def is_lost(error: BaseException) -> bool:
    """Return whether the server, or the way to it, is gone: nothing is known of what it did."""
    code = getattr(error, "pgcode", None)
    if code is not None:
        return code.startswith(_LOST)
    return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)


def translated(error: BaseException) -> Exception:
    """Return the error as one of ours, or itself where it is a mistake in this program."""
    if isinstance(error, PoolTimeout):
        return _full()
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return _without_nul(error)
    code = getattr(error, "pgcode", None)
    if (code is None and is_lost(error)) or (code is not None and code.startswith("53300")):
        return _unreachable(str(error))
    return _coded(error, code or "")


def _coded(error: BaseException, code: str) -> Exception:
    if code.startswith(_BUSY):
        return busy()
    if code.startswith("23"):
        return conflict()
    if code.startswith(_LOST):
        return _unreachable("")
    if code.startswith(_BROKEN):
        return broken(code)
    if code.startswith(_REFUSED):
        return _refused(code)
    return error if isinstance(error, Exception) else RuntimeError(code)


def _unreachable(text: str) -> AiosError:
    if any(one in text for one in _FULL):
        return _full()
    reason = next((why for word, why in _REASONS.items() if word in text), "it does not answer")
    return DatabaseAway(
        f"AIOS can't reach the database of its ledger: {reason}.",
        remedy="Start the database or correct AIOS_DATABASE_URL, then try again; nothing is lost.",
    )


def _refused(code: str) -> AiosError:
    return StorageFailed(
        f"The database server could not read or write ({code}); nothing was changed.",
        remedy="Look at the server: its disk, the rights of its user, whether it takes writes.",
    )


def _full() -> AiosError:
    return HomeLocked(
        "The database gives out no more connections.",
        remedy="End what holds them, or raise its max_connections; AIOS uses eight per process.",
    )


def _without_nul(error: ValueError) -> Exception:
    if "NUL" not in str(error):
        return error
    return UnknownId(
        "A text holds a NUL character, which PostgreSQL can't keep: there is nothing of that name.",
        remedy="Take the character out.",
    )
