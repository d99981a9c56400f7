"""Owns the table of compounding: what each workflow was given and answered with, day by day."""

from dataclasses import dataclass

from aios_defs.services.compounding import fold_compounding
from aios_defs.services.compounding_fold import COUNTERS, Tally
from aios_defs.services.kernel import Kernel
from aios_defs.services.tables.table import Form, Record, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CompoundingRecord(Record):
    """The counts of one day (of the operator's time zone, `2031-05-06`) and one workflow."""

    row_id: str
    day: str
    workflow: str
    packs: int
    items: int
    items_own: int
    items_other: int
    answers: int
    answers_citing: int
    answers_citing_other: int


FORM = Form(name="compounding", record=CompoundingRecord)


def compounding_table(kernel: Kernel) -> tuple[Table, Tally]:
    """Return the counts of all days, and the tally they are from, with the uses of each fact."""
    with kernel.ledger.view() as view:
        head = view.head()
        tally = fold_compounding(kernel, view)
    rows = tuple(
        CompoundingRecord(
            row_id=f"{day.isoformat()} {workflow}",
            day=day.isoformat(),
            workflow=workflow,
            **{name: counts[name] for name in COUNTERS},
        )
        for (day, workflow), counts in sorted(tally.days.items())
    )
    return Table(form=FORM, rows=rows, head=head), tally
