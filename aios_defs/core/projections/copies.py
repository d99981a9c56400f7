"""Owns how backups and restores fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.copies import BackupMade, HomeRestored, RestoreConfirmed
from aios_defs.core.projections.fold import Rows, reduces
from aios_defs.core.rows.copies import BackupRow, HoldRow, RestoreRow


@reduces(BackupMade)
def _backup_made(env: Envelope, data: BackupMade, rows: Rows) -> None:
    rows.put(
        BackupRow(
            id=data.backup_id,
            name=data.name,
            digest=data.digest,
            size=data.size,
            position=data.position,
            made_at=env.time,
            folder=data.folder,
        )
    )


@reduces(HomeRestored)
def _home_restored(env: Envelope, data: HomeRestored, rows: Rows) -> None:
    rows.put(
        RestoreRow(
            id="restore",
            event_id=env.id,
            instance_id=data.instance_id,
            position=data.position,
            places=data.places,
            restored_at=env.time,
        )
    )
    if data.is_held:
        rows.put(HoldRow(id="restore", event_id=env.id, held_at=env.time))
    else:
        rows.delete(HoldRow, "restore")


@reduces(RestoreConfirmed)
def _restore_confirmed(_env: Envelope, data: RestoreConfirmed, rows: Rows) -> None:
    hold = rows.get(HoldRow, "restore")
    if hold is not None and hold.event_id == data.restored:
        rows.delete(HoldRow, "restore")
