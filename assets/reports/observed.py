"""Owns what the mirror says of an asset: the events of a story, the rows they moved, and links.

It is as rich as what a materialisation says, and as free of personal text.
"""

from collections.abc import Mapping, Sequence

from dagster import (
    AssetKey,
    AssetObservation,
    MetadataValue,
    TableColumn,
    TableMetadataValue,
    TableRecord,
    TableSchema,
)

from aios_defs.core.envelope import Envelope
from aios_defs.services.kernel import Kernel
from aios_defs.services.mirror_stories import Story
from aios_defs.services.tables.table import Table
from aios_defs.services.tables.workflows import Extent, workflow_table
from assets.links import trace_list, trace_url
from assets.metadata import LEDGER_FROM, Metadata, link_rows
from resources.dagster_instance import LEDGER_HASH, LEDGER_TO

_ABOUT = {
    "messages": ("message.",),
    "tickets": ("task.", "decision.", "question.", "context.", "model."),
    "replies": ("action.", "approval."),
    "outcomes": ("task.completed", "task.cancelled", "message.ignored", "message.quarantined"),
}
"""The events that an asset is observed by."""
_EVENT_COLUMNS = ("position", "type", "event_id", "actor")
MOST_EVENTS = 200


def observations(
    kernel: Kernel, story: Story, origin: str | None, told: Mapping[str, int]
) -> list[AssetObservation]:
    """Return an observation of each asset that a story moved beyond the position told of it."""
    found = {name: _events(story, prefixes, told.get(name, 0)) for name, prefixes in _ABOUT.items()}
    if not any(found.values()):
        return []
    extent = _extent(kernel, story)
    decided_in = _decided_in(kernel, extent)
    return [
        _observation(workflow_table(kernel, name, extent), events, origin, decided_in)
        for name, events in found.items()
        if events
    ]


def _events(story: Story, prefixes: tuple[str, ...], after: int) -> list[Envelope]:
    moved = (event for event in story.events if event.type.startswith(prefixes))
    return [event for event in moved if event.position > after]


def _extent(kernel: Kernel, story: Story) -> Extent:
    named = Extent(task_ids=story.task_ids, message_ids=())
    tickets = [row.cells() for row in workflow_table(kernel, "tickets", named).rows]
    task_ids = tuple(str(one["task_id"]) for one in tickets)
    caused = (one for row in tickets for one in _texts(row["message_ids"]))
    return Extent(
        task_ids=task_ids, message_ids=tuple(dict.fromkeys((*story.ids("message_id"), *caused)))
    )


def _observation(
    table: Table, events: list[Envelope], origin: str | None, runs: Metadata
) -> AssetObservation:
    first, last = events[0], events[-1]
    metadata: Metadata = {
        **_traces(table, events, origin),
        LEDGER_FROM: first.position,
        LEDGER_TO: last.position,
        LEDGER_HASH: last.hash,
        "events": _event_table(events[:MOST_EVENTS]),
        "links": link_rows(table),
        **runs,
        **_committed_in(table),
    }
    many = "event" if len(events) == 1 else "events"
    return AssetObservation(
        asset_key=AssetKey(table.name),
        description=f"{len(events)} {many} of the ledger, up to position {last.position}.",
        metadata=metadata,
    )


def _event_table(events: Sequence[Envelope]) -> TableMetadataValue:
    return MetadataValue.table(
        records=[
            TableRecord(
                {
                    "position": event.position,
                    "type": event.type,
                    "event_id": event.id,
                    "actor": event.actor,
                }
            )
            for event in events
        ],
        schema=TableSchema(
            columns=[
                TableColumn(name, "int" if name == "position" else "string")
                for name in _EVENT_COLUMNS
            ]
        ),
    )


def _decided_in(kernel: Kernel, extent: Extent) -> Metadata:
    """Return the link to the run that decided a single task."""
    if len(extent.task_ids) != 1:
        return {}
    (row,) = workflow_table(kernel, "tickets", extent).rows
    cells = row.cells()
    run_id = str(cells["run_id"])
    return {"decided_in": MetadataValue.dagster_run(run_id)} if cells["decision_id"] else {}


def _committed_in(table: Table) -> Metadata:
    """Return the link to the run of a single effect."""
    column = {"replies": "run_id", "outcomes": "run_ids"}.get(table.name)
    if column is None or len(table.rows) != 1:
        return {}
    runs = _texts(table.rows[0].cells()[column])
    return {"committed_in": MetadataValue.dagster_run(runs[-1])} if runs else {}


def _traces(table: Table, events: list[Envelope], origin: str | None) -> Metadata:
    rows = [str(row.cells().get("task_id") or row.key) for row in table.rows]
    targets = list(dict.fromkeys(rows)) or [events[-1].correlation_id]
    one = len(targets) == 1
    return dict(trace_url(origin, targets[0]) if one else trace_list(origin, targets))


def _texts(cell: object) -> tuple[str, ...]:
    if isinstance(cell, str):
        return (cell,)
    return tuple(str(one) for one in cell) if isinstance(cell, tuple) else ()
