"""Owns how facts fold, and which of them disagree.

A fact that disagrees with another is disputed, and asserted again when the last of its disputes is
over. Facts that disagree with one another, at whatever remove, have one card: that of the newer
word of their earliest dispute.
"""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.facts import (
    FactAsserted,
    FactDisputed,
    FactEvidenced,
    FactProposed,
    FactRecord,
    FactRetracted,
    FactSettled,
    FactSuperseded,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.facts import DisputeRow, EvidenceRow, FactRow


def _fact_row(env: Envelope, fact: FactRecord, state: str) -> FactRow:
    start, end = fact.span or (None, None)
    is_asserted = state == "asserted"
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
        author=fact.author or env.actor,
        import_id=fact.import_id,
        review_at=fact.review_at,
        state=state,
        asks=not is_asserted,
        task_id=None,
        supersedes=None,
        superseded_by=None,
        asserted_position=env.position if is_asserted else None,
        recorded_at=env.time if is_asserted else None,
        until=None,
        closed_position=None,
        gone_position=None,
        event_id=env.id,
        position=env.position,
    )


@reduces(FactProposed)
def _fact_proposed(env: Envelope, data: FactProposed, rows: Rows) -> None:
    rows.put(_fact_row(env, data.fact, "proposed").but(task_id=data.task_id))


@reduces(FactAsserted)
def _fact_asserted(env: Envelope, data: FactAsserted, rows: Rows) -> None:
    rows.put(_fact_row(env, data.fact, "asserted").but(supersedes=data.supersedes))


@reduces(FactEvidenced)
def _fact_evidenced(env: Envelope, data: FactEvidenced, rows: Rows) -> None:
    row = _fact(rows, data.fact_id)
    start, end = data.span or (None, None)
    rows.put(
        EvidenceRow(
            id=env.id,
            fact_id=data.fact_id,
            source_event=data.source_event,
            source_file=data.source_file,
            span_start=start,
            span_end=end,
            author=data.author,
            import_id=data.import_id,
            confidence=data.confidence,
            position=env.position,
        )
    )
    if data.review_at is not None:
        rows.put(row.but(review_at=data.review_at))


@reduces(FactSuperseded)
def _fact_superseded(env: Envelope, data: FactSuperseded, rows: Rows) -> None:
    row = _fact(rows, data.fact_id).but(superseded_by=data.by)
    if data.until is None:
        _gone(env, rows, row.but(state="superseded"))
        return
    is_over = data.until <= env.time and row.state == "asserted"
    state = "superseded" if is_over else row.state
    rows.put(row.but(state=state, until=data.until, closed_position=env.position))


@reduces(FactRetracted)
def _fact_retracted(env: Envelope, data: FactRetracted, rows: Rows) -> None:
    row = _fact(rows, data.fact_id).but(state="retracted", asks=False)
    if data.until is None:
        _gone(env, rows, row)
        return
    rows.put(row.but(until=data.until, closed_position=env.position))
    _end_disputes(env, rows, data.fact_id)


@reduces(FactDisputed)
def _fact_disputed(env: Envelope, data: FactDisputed, rows: Rows) -> None:
    rows.put(
        DisputeRow(
            id=env.id,
            fact_id=data.fact_id,
            other_id=data.other_id,
            position=env.position,
            settled_position=None,
        )
    )
    _regard(rows, data.fact_id)


@reduces(FactSettled)
def _fact_settled(env: Envelope, data: FactSettled, rows: Rows) -> None:
    pair = {data.fact_id, data.other_id}
    for one in _open(rows, data.fact_id):
        if {one.fact_id, one.other_id} == pair:
            rows.put(one.but(settled_position=env.position))
    _regard(rows, data.fact_id)
    _regard(rows, data.other_id)


def _fact(rows: Rows, fact_id: str) -> FactRow:
    return must(rows.get(FactRow, fact_id), FactRow, fact_id)


def _gone(env: Envelope, rows: Rows, row: FactRow) -> None:
    """Let a fact hold for no time any more."""
    rows.put(row.but(gone_position=env.position, asks=False))
    _end_disputes(env, rows, row.id)


def _end_disputes(env: Envelope, rows: Rows, fact_id: str) -> None:
    for one in _open(rows, fact_id):
        rows.put(one.but(settled_position=env.position))
        _regard(rows, one.other_id if one.fact_id == fact_id else one.fact_id)


def _open(rows: Rows, fact_id: str) -> list[DisputeRow]:
    """Return the open disputes of a fact."""
    return [
        *rows.select(DisputeRow, fact_id=fact_id, settled_position=None),
        *rows.select(DisputeRow, other_id=fact_id, settled_position=None),
    ]


def _regard(rows: Rows, fact_id: str) -> None:
    """Set anew the states of all facts that a fact disagrees with, and whose card asks."""
    disputes: dict[str, DisputeRow] = {}
    members, left = {fact_id}, [fact_id]
    while left:
        for one in _open(rows, left.pop()):
            disputes[one.id] = one
            found = {one.fact_id, one.other_id} - members
            members |= found
            left += sorted(found)
    first = min(disputes.values(), key=lambda one: one.position, default=None)
    state = "disputed" if disputes else "asserted"
    for member in sorted(members):
        row = _fact(rows, member)
        if row.state in ("asserted", "disputed"):
            asks = first is not None and first.fact_id == member
            rows.put(row.but(state=state, asks=asks))
