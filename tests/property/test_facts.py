"""Proves that as-of is a replay of the log, on both axes, whatever was said in whatever order."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.as_of import AsOf
from aios_defs.core.events.registry import parse_event
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.facts import DisputeRow, EvidenceRow, FactRow
from aios_defs.core.rows.row import Row
from aios_defs.services.fact_conflicts import conflicts, sides
from aios_defs.services.fact_times import facts_as_of
from resources.testing.fixed_clock import START
from resources.testing.memory_rows import MemoryRows
from tests.property.fact_life import PROTECTED, SINGLE, STEPS, FactLife, Step
from tests.property.fact_oracle import replay

KINDS: tuple[type[Row], ...] = (FactRow, DisputeRow, EvidenceRow)
INSTANTS = [START + timedelta(days=half / 2) for half in range(-10, 14, 3)]


@settings(max_examples=60, deadline=None)
@given(STEPS, st.data())
def test_as_of_is_a_naive_replay_of_the_log(steps: list[Step], data: st.DataObject) -> None:
    """At any point of both axes, and of any subject, the rows and the log say the same."""
    life = FactLife()
    for step in steps:
        life.do(step)

    with life.kernel.ledger.view() as view:
        events = list(view.events())
        known = data.draw(st.sets(st.integers(1, len(events)), min_size=1, max_size=5))
        for known_at in sorted({*known, len(events)}):
            told = replay(events, known_at)
            for subject in life.subjects:
                for valid_at in INSTANTS:
                    at = AsOf(valid_at=valid_at, known_at=known_at)
                    found = {row.id for row in facts_as_of(life.kernel, view, subject, at)}
                    assert found == told.as_of(subject, valid_at, (SINGLE, PROTECTED))


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_rows_folded_from_any_prefix_are_those_of_that_moment(steps: list[Step]) -> None:
    """After each step, folding the log so far anew gives the rows that stand."""
    life = FactLife()
    for step in steps:
        life.do(step)
        rows = MemoryRows({})
        with life.kernel.ledger.view() as view:
            for event in view.events():
                fold(event, parse_event(event.type, event.data), rows.folding())
            for kind in KINDS:
                assert rows.select(kind) == list(view.select(kind))


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_every_conflict_has_one_card_until_it_is_decided(steps: list[Step]) -> None:
    """Whatever disagrees is reached from exactly one card, and nothing of it is held for true."""
    life = FactLife()
    for step in steps:
        life.do(step)

    with life.kernel.ledger.view() as view:
        disputed = {row.id for row in view.select(FactRow, state="disputed")}
        reached: list[str] = []
        for card in conflicts(view):
            found, left = {card.id}, [card]
            while left:
                new = [one for one in sides(view, left.pop()) if one.id not in found]
                found |= {one.id for one in new}
                left += new
            reached += sorted(found)
        now = AsOf(valid_at=life.clock.now(), known_at=view.head().position)
        standing = {
            row.id for one in life.subjects for row in facts_as_of(life.kernel, view, one, now)
        }

    assert sorted(reached) == sorted(disputed)
    assert not standing & disputed
