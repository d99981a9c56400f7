"""Owns how lowered labels fold: the level stands with the fact, or each turn of the message."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.labels import LabelLowered, LabelRestored
from aios_defs.core.labels import known_level
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.labels import LabelRow
from aios_defs.core.rows.messages import InteractionRow


@reduces(LabelLowered)
def _lowered(env: Envelope, data: LabelLowered, rows: Rows) -> None:
    known = rows.get(LabelRow, data.id)
    row = LabelRow(
        id=data.id,
        kind=data.kind,
        content_hash=data.content_hash,
        former=known.former if known else data.former.value,
        level=data.level.value,
        is_lowered=True,
        event_id=env.id,
        position=env.position,
    )
    rows.put(row)
    _set(rows, row)


@reduces(LabelRestored)
def _restored(env: Envelope, data: LabelRestored, rows: Rows) -> None:
    row = must(rows.get(LabelRow, data.id), LabelRow, data.id)
    row = row.but(level=row.former, is_lowered=False, event_id=env.id, position=env.position)
    rows.put(row)
    _set(rows, row)


def _set(rows: Rows, row: LabelRow) -> None:
    if row.kind == "message":
        for one in rows.select(InteractionRow, message_id=row.id):
            rows.put(one.but(level=row.level))
        return
    fact = must(rows.get(FactRow, row.id), FactRow, row.id)
    label = fact.label.model_copy(update={"level": known_level(row.level)})
    rows.put(fact.but(label=label))
