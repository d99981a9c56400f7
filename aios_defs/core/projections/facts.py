"""Owns how facts fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.facts import (
    FactAsserted,
    FactDisputed,
    FactProposed,
    FactRecord,
    FactRetracted,
    FactSuperseded,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.facts import FactRow


def _fact_row(env: Envelope, fact: FactRecord, state: str) -> FactRow:
    start, end = fact.span or (None, None)
    return FactRow(
        id=fact.fact_id,
        subject_id=fact.subject_id,
        topic=fact.topic,
        predicate=fact.predicate,
        value=fact.value,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        source_event=fact.source_event,
        source_file=fact.source_file,
        span_start=start,
        span_end=end,
        label=fact.label,
        confidence=fact.confidence,
        state=state,
        task_id=None,
        supersedes=None,
        superseded_by=None,
        event_id=env.id,
        position=env.position,
    )


@reduces(FactProposed)
def _fact_proposed(env: Envelope, data: FactProposed, rows: Rows) -> None:
    rows.put(_fact_row(env, data.fact, "proposed").but(task_id=data.task_id))


@reduces(FactAsserted)
def _fact_asserted(env: Envelope, data: FactAsserted, rows: Rows) -> None:
    rows.put(_fact_row(env, data.fact, "asserted").but(supersedes=data.supersedes))


def _change(rows: Rows, fact_id: str, **changes: str) -> None:
    row = must(rows.get(FactRow, fact_id), FactRow, fact_id)
    rows.put(row.but(**changes))


@reduces(FactSuperseded)
def _fact_superseded(_env: Envelope, data: FactSuperseded, rows: Rows) -> None:
    _change(rows, data.fact_id, state="superseded", superseded_by=data.by)


@reduces(FactRetracted)
def _fact_retracted(_env: Envelope, data: FactRetracted, rows: Rows) -> None:
    _change(rows, data.fact_id, state="retracted")


@reduces(FactDisputed)
def _fact_disputed(_env: Envelope, data: FactDisputed, rows: Rows) -> None:
    _change(rows, data.fact_id, state="disputed")
    _change(rows, data.other_id, state="disputed")
