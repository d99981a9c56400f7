"""Proves by random lives that the rows are the fold of the log, at every prefix a step leaves."""

from hypothesis import settings
from hypothesis.stateful import invariant, rule

from aios_defs.core.events.registry import parse_event
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.all import ROWS
from aios_defs.core.rows.row import Row
from resources.testing.memory_rows import MemoryRows
from tests.property.machine import Life

FOLDED = [kind for kind in ROWS if kind.FOLDED]


class FoldedLife(Life):
    """A life on a database, whose rows are compared with an independent fold of its log."""

    is_sql = True

    def watch(self) -> None:
        """Begin with no rows at position 0."""
        self.folded = MemoryRows({})
        self.position = 0

    @invariant()
    def rows_are_the_fold_of_the_log(self) -> None:
        """Fold what is new into rows in memory, then compare every table."""
        with self.shop.kernel.ledger.view() as view:
            for event in view.events(after=self.position):
                data = parse_event(event.type, event.data)
                fold(event, data, self.folded.folding())
                self.position = event.position

        assert self._stored() == {kind: self.folded.select(kind) for kind in FOLDED}

    @rule()
    def rebuild(self) -> None:
        """Folding every row anew from the log changes none."""
        before = self._stored()

        assert self.shop.kernel.ledger.rebuild() == self.position
        assert self._stored() == before

    def _stored(self) -> dict[type[Row], list[Row]]:
        with self.shop.kernel.ledger.view() as view:
            return {kind: list(view.select(kind)) for kind in FOLDED}


TestProjections = FoldedLife.TestCase
TestProjections.settings = settings(max_examples=12, stateful_step_count=25)
