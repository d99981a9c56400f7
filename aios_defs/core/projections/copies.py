"""Owns how backups and restores fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.copies import BackupMade, HomeRestored
from aios_defs.core.projections.fold import Rows, reduces
from aios_defs.core.rows.copies import BackupRow, RestoreRow


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
