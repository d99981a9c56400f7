"""Owns how imports into memory fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.imports import (
    MemoryImportCompleted,
    MemoryImportStarted,
    MemoryImportUndone,
    MemoryLineQuarantined,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.imports import ImportLineRow, ImportRow
from aios_defs.core.rows.messages import InteractionRow, ThreadMailRow


@reduces(MemoryImportStarted)
def _import_started(env: Envelope, data: MemoryImportStarted, rows: Rows) -> None:
    rows.put(
        ImportRow(
            id=data.import_id,
            kind=data.kind,
            source=data.source,
            name=data.name,
            state="begun",
            event_id=env.id,
            position=env.position,
        )
    )


@reduces(MemoryImportCompleted)
def _import_completed(_env: Envelope, data: MemoryImportCompleted, rows: Rows) -> None:
    _move(rows, data.import_id, "complete")


@reduces(MemoryLineQuarantined)
def _line_quarantined(env: Envelope, data: MemoryLineQuarantined, rows: Rows) -> None:
    rows.put(
        ImportLineRow(
            id=data.line_id,
            import_id=data.import_id,
            place=data.place,
            reason=data.reason,
            remedy=data.remedy,
            raw=data.raw,
            event_id=env.id,
            position=env.position,
        )
    )


@reduces(MemoryImportUndone)
def _import_undone(_env: Envelope, data: MemoryImportUndone, rows: Rows) -> None:
    _move(rows, data.import_id, "undone")
    for one in data.interactions:
        row = must(rows.get(InteractionRow, one), InteractionRow, one)
        for mail in rows.select(ThreadMailRow, thread_id=row.thread_id):
            rows.delete(ThreadMailRow, mail.mail_hash)
        rows.delete(InteractionRow, one)


def _move(rows: Rows, import_id: str, state: str) -> None:
    row = must(rows.get(ImportRow, import_id), ImportRow, import_id)
    rows.put(row.but(state=state))
