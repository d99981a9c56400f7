"""Owns what a materialisation says: fixed templates of ids, counts, codes and ledger positions.

Dagster's storage is not sealed and lives on after an erasure, so no text of a person comes in here.
The tables of the workflows hold none; of memory only ids, states and counts are told.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from dagster import (
    AssetKey,
    AssetMaterialization,
    DagsterInstance,
    MetadataValue,
    TableColumn,
    TableMetadataValue,
    TableRecord,
    TableSchema,
)

from aios_defs.core.model import JsonValue
from aios_defs.services.kernel import Kernel
from aios_defs.services.tables.table import Record, Table
from assets.links import trace_list
from resources.dagster_instance import LEDGER_HASH, LEDGER_TO

LEDGER_FROM = "ledger_from"
MOST_LINKS = 500
"""How many rows one materialisation links to; `links_left_off` counts the rest."""

Metadata = dict[str, MetadataValue | int | str | float | bool]

LINKS: Mapping[str, tuple[str, ...]] = {
    "messages": ("message_id", "state", "reason", "task_id", "event_id", "position"),
    "tickets": ("task_id", "state", "message_ids", "decision_id", "outcome", "run_id"),
    "replies": (
        "action_id",
        "task_id",
        "decision_id",
        "state",
        "rule",
        "approval_id",
        "cited_facts",
        "run_id",
    ),
    "outcomes": (
        "message_id",
        "standing",
        "task_id",
        "decision_id",
        "action_ids",
        "approval_ids",
        "cited_facts",
        "question_ids",
        "run_ids",
    ),
    "profiles": ("profile_id", "stage", "level", "event_id", "position"),
    "interactions": ("interaction_id", "profile_id", "message_id", "action_id", "event_id"),
    "facts": ("fact_id", "subject_id", "state", "level", "supersedes", "source_event", "event_id"),
}
"""The columns of each asset that lead on: to events, runs, approvals, facts and other assets."""

_COUNTED = {"messages": "state", "tickets": "state", "replies": "state", "outcomes": "standing"}


def describe(
    instance: DagsterInstance, kernel: Kernel, table: Table, *, origin: str | None = None
) -> Metadata:
    """Return the metadata of a materialisation: its interval of the ledger, counts and links.

    The interval begins after the one of the last materialisation, so that together they cover the
    ledger (`ledger_from` is beyond `ledger_to` when nothing is new); the links name the rows that
    an event of the interval is about. `origin` is the console's: `traces` leads to their stories.
    """
    start = last_position(instance, table.name) + 1
    linked = _linked(kernel, table, start)
    return {
        LEDGER_FROM: start,
        LEDGER_TO: table.head.position,
        LEDGER_HASH: table.head.hash,
        "rows": len(table.rows),
        "by_state": MetadataValue.json(_by_state(table)),
        "links": _links(table, linked[:MOST_LINKS]),
        "links_left_off": max(0, len(linked) - MOST_LINKS),
        **trace_list(origin, [_traced(row) for row in linked]),
    }


def _traced(row: Record) -> str:
    """Return the id by which a row's whole story is found: its task's, or its own."""
    return str(row.cells().get("task_id") or row.key)


def last_position(instance: DagsterInstance, name: str) -> int:
    """Return the ledger position that an asset was last built at, 0 for never."""
    event = instance.get_latest_materialization_event(AssetKey(name))
    told = event.asset_materialization.metadata if event and event.asset_materialization else {}
    value = told[LEDGER_TO].value if LEDGER_TO in told else 0
    return value if isinstance(value, int) else 0


def outcome_counts(counts: Counter[str], failed: Sequence[str]) -> Metadata:
    """Return what a step did, by outcome, and what failed, by id and code."""
    return {
        "counts": MetadataValue.json(dict(sorted(counts.items()))),
        "failed": MetadataValue.json(list(failed)),
    }


def read_counts(told: AssetMaterialization) -> tuple[Counter[str], list[str]]:
    """Return what a materialisation counted, by `<asset>.<outcome>`, and what failed in it.

    Of outcomes it is where the messages stand.
    """
    name = told.asset_key.to_user_string()
    values = {key: value.value for key, value in told.metadata.items()}
    counts = values.get("by_state" if name == "outcomes" else "counts")
    failed = values.get("failed")
    found = counts if isinstance(counts, dict) else {}
    return (
        Counter({f"{name}.{key}": count for key, count in found.items()}),
        [str(one) for one in failed] if isinstance(failed, list) else [],
    )


def verdict_counts(table: Table) -> Metadata:
    """Return how many replies each rule of policy decided."""
    rules = Counter(str(row.cells()["rule"]) for row in table.rows)
    return {"verdicts": MetadataValue.json(dict(sorted(rules.items())))}


def _by_state(table: Table) -> dict[str, JsonValue]:
    column = _COUNTED.get(table.name, "level")
    return dict(sorted(Counter(str(row.cells()[column]) for row in table.rows).items()))


def _linked(kernel: Kernel, table: Table, start: int) -> list[Record]:
    with kernel.ledger.view() as view:
        named = {
            one
            for event in view.events(after=start - 1, upto=table.head.position)
            for one in _ids(event.data)
        }
    return [row for row in table.rows if row.key in named or _tasks(row) & named]


def _ids(data: Mapping[str, JsonValue]) -> list[str]:
    inner = [one for value in data.values() if isinstance(value, dict) for one in _ids(value)]
    own = [one for name, one in data.items() if name.endswith("_id") and isinstance(one, str)]
    return [*own, *inner]


def _tasks(row: Record) -> set[str]:
    """Return the task that moves a row although no event names the row itself."""
    return {str(row.cells().get("task_id"))} if "message_ids" not in row.cells() else set()


def link_rows(table: Table) -> TableMetadataValue:
    """Return the columns of a table's rows that lead on, of as many rows as are linked at most."""
    return _links(table, table.rows[:MOST_LINKS])


def _links(table: Table, rows: Sequence[Record]) -> TableMetadataValue:
    columns = LINKS[table.name]
    return MetadataValue.table(
        records=[TableRecord({name: _text(row, name) for name in columns}) for row in rows],
        schema=TableSchema(columns=[TableColumn(name, "string") for name in columns]),
    )


def _text(row: Record, name: str) -> str:
    cell = row.cells()[name]
    return " ".join(cell) if isinstance(cell, tuple) else "" if cell is None else str(cell)
