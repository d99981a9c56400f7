"""Owns the events of copies of the home: backups that were made, and a restore from one."""

from aios_defs.core.events.registry import EventData, event


@event("backup.made.v1")
class BackupMade(EventData):
    """A backup was made and read back; it holds the ledger up to `position`, whose hash is `head`.

    `digest` is the SHA-256 of the whole file, `name` what it was called.
    """

    backup_id: str
    name: str
    digest: str
    size: int
    position: int
    head: str


@event("home.restored.v1")
class HomeRestored(EventData):
    """The home began anew from a backup that ends at `position`; what came after it is not here.

    `instance_id` is the home's own from now on. `places` are (connector, keyed hash of its place)
    of those whose effects lie outside the home: only there a look-up still tells what was sent.
    """

    backup_id: str
    instance_id: str
    position: int
    head: str
    places: tuple[tuple[str, str], ...] = ()
