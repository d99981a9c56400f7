"""Proves by random lives that metrics do not depend on when and in which pieces they are folded."""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from aios_defs.core.metrics import Cell
from aios_defs.core.rows.house import CursorRow
from aios_defs.services import metrics
from aios_defs.services.metrics import CURSOR, catch_up, read_counts
from tests.property.machine import Life


class CountedLife(Life):
    """A life whose log is counted now and then, a random piece at a time."""

    is_sql = False

    def watch(self) -> None:
        """Begin with nothing counted."""

    @rule(least=st.integers(min_value=1, max_value=40))
    def keep(self, least: int) -> None:
        """Counting what lies behind the cursor changes no count that is read."""
        before = read_counts(self.shop.kernel)

        catch_up(self.shop.kernel, least=least)

        assert _nonzero(read_counts(self.shop.kernel)) == _nonzero(before)

    @rule()
    def change_version(self) -> None:
        """Counts of another version are made anew from the log, and come out the same."""
        before = read_counts(self.shop.kernel)
        with self.shop.kernel.ledger.transaction(actor="sweep") as tx:
            tx.put(CursorRow(name=CURSOR, value=f"{metrics.VERSION - 1} 7"))

        catch_up(self.shop.kernel, least=1)

        assert _nonzero(read_counts(self.shop.kernel)) == _nonzero(before)

    @invariant()
    def counts_are_the_fold_at_once(self) -> None:
        """What is read is what a fold of the whole log gives."""
        with self.shop.kernel.ledger.view() as view:
            whole = metrics.fold_counts(view, 0, view.head().position).counts

        assert _nonzero(read_counts(self.shop.kernel)) == _nonzero(whole)


def _nonzero(counts: Counter[Cell]) -> dict[Cell, int]:
    return {cell: value for cell, value in counts.items() if value}


TestMetrics = CountedLife.TestCase
TestMetrics.settings = settings(max_examples=12, stateful_step_count=30)
