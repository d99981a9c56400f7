"""Owns the events of copies of the home: backups that were made, and a restore from one."""

from typing import Annotated, Literal

from pydantic import Field

from aios_defs.core.events.registry import EventData, event


def _is_blank(value: object) -> bool:
    return not value


@event("backup.made.v1")
class BackupMade(EventData):
    """A backup was made and read back; it holds the ledger up to `position`, whose hash is `head`.

    `digest` is the SHA-256 of the whole file, `name` what it was called, `folder` where it was put.
    """

    backup_id: str
    name: str
    digest: str
    size: int
    position: int
    head: str
    folder: Annotated[str, Field(default="", exclude_if=_is_blank)] = ""


@event("home.restored.v1")
class HomeRestored(EventData):
    """The home began anew from a backup that ends at `position`; what came after it is not here.

    `instance_id` is the home's own from now on. `places` are (connector, keyed hash of its place)
    of those whose effects lie outside the home: only there a look-up still tells what was sent.
    While it `is_held` nothing is written: somebody may have been forgotten since the backup.
    """

    backup_id: str
    instance_id: str
    position: int
    head: str
    places: tuple[tuple[str, str], ...] = ()
    is_held: Annotated[bool, Field(default=False, exclude_if=_is_blank)] = False


@event("restore.confirmed.v1")
class RestoreConfirmed(EventData):
    """Who was forgotten after the backup is forgotten here too: the home may be written again.

    `restored` is the event of the restore. `by` is how it is known: a log of erasures, of which
    `erased` were done again, or the operator's word that there were none.
    """

    restored: str
    by: Literal["log", "operator"]
    erased: int = 0
