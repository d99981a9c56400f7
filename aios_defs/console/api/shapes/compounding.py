"""Owns the shapes of the report on how knowledge compounds, and of the lists of memory."""

from typing import Annotated

from pydantic import Field

from aios_defs.console.api.shapes.shape import Anything, Shape

Share = Annotated[float | None, Field(description="From 0 to 1; None when there is no whole.")]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class Counts(Shape):
    """What agents were given from memory, and the answers that were done.

    Of `items`, `items_own` were learnt in the same workflow, `items_other` in another one; the rest
    is the operator's word.
    """

    packs: int
    items: int
    items_own: int
    items_other: int
    answers: int
    answers_citing: Annotated[int, Field(description="Answers that state a fact.")]
    answers_citing_other: Annotated[int, Field(description="Of these, one of another workflow.")]
    share_other: Share
    share_citing: Share


class Totals(Counts):
    """The counts of all, and how facts were used."""

    facts_packed: int
    facts_cited: int
    facts_shared: Annotated[int, Field(description="Facts used in more than one workflow.")]
    packs_per_fact: float | None
    answers_per_fact: float | None


class Step(Counts):
    """The counts of one day or week, by its first day."""

    at: Day


class OfWorkflow(Counts):
    """The counts of one workflow."""

    name: str


class UsedFact(Shape):
    """A fact: in how many packs it was, how many answers state it, how many workflows used it."""

    id: str
    name: str
    workflow: Annotated[str | None, Field(description="In which it was learnt.")]
    packs: int
    cited: int
    workflows: int


class Compounding(Shape):
    """How far what one workflow learns serves others, as `aios memory report --json` says it."""

    since: Day
    until: Day
    step: Annotated[str, Field(description="day or week")]
    position: Annotated[int, Field(description="The place in the ledger that it was read at.")]
    totals: Totals
    series: Annotated[list[Step], Field(description="Oldest first, empty steps too.")]
    by_workflow: list[OfWorkflow]
    facts: Annotated[list[UsedFact], Field(description="The most used first, at most 50.")]


class MemoryList(Shape):
    """A page of what memory holds of a type, as `aios memory list --json` says it."""

    kind: str
    known_at: Annotated[int, Field(description="The place in the ledger that it was read at.")]
    items: Annotated[list[dict[str, Anything]], Field(description="By type; see the command.")]
    total: int
    more: Annotated[int | None, Field(description="The `skip` of the next page.")]
