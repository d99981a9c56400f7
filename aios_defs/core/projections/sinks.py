"""Owns how trusted sinks fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.sinks import SinkDistrusted, SinkTrusted
from aios_defs.core.projections.fold import Rows, reduces
from aios_defs.core.rows.sinks import SinkRow


@reduces(SinkTrusted)
def _trusted(env: Envelope, data: SinkTrusted, rows: Rows) -> None:
    rows.put(
        SinkRow(
            id=data.sink_id,
            kind=data.kind,
            value=data.value,
            expires_at=data.expires_at,
            event_id=env.id,
            position=env.position,
        )
    )


@reduces(SinkDistrusted)
def _distrusted(_env: Envelope, data: SinkDistrusted, rows: Rows) -> None:
    rows.delete(SinkRow, data.sink_id)
