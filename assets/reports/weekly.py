"""Owns the weekly analysis as an asset: partitioned by week, backfilled in one run."""

import warnings
from collections.abc import Mapping, Sequence

from dagster import (
    AssetExecutionContext,
    BackfillPolicy,
    BetaWarning,
    MaterializeResult,
    MetadataValue,
    WeeklyPartitionsDefinition,
    asset,
)

from aios_defs.services.tables.history import HistoryRecord, ticket_history
from aios_defs.services.tables.table import Record, Table
from assets.metadata import Metadata
from assets.reports.weekly_frame import ALL, ANSWERS, weekly_tables
from assets.workflows.loop import outcomes
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_instance import LEDGER_HASH, LEDGER_TO

FIRST_WEEK = "2020-01-06"
"""Weeks before it are not offered; those without tickets cost nothing."""
weeks = WeeklyPartitionsDefinition(FIRST_WEEK, day_offset=1, end_offset=1, timezone="UTC")
"""From Monday to Sunday; the running week is one of them."""

_COLUMNS = ("category", "tickets", *ANSWERS, "waiting", "response_p50_s", "response_p90_s")


with warnings.catch_warnings():
    # backfill_policy is in beta; without it each week would be a run, and a process, of its own.
    warnings.simplefilter("ignore", BetaWarning)

    @asset(
        deps=[outcomes], partitions_def=weeks, backfill_policy=BackfillPolicy.single_run(),
        group_name="reports", owners=["team:operator"], kinds={"python", "pandas", "parquet"},
        code_version="1", io_manager_key="artifacts", metadata={"events": "task.*, decision.made"},
    )  # fmt: skip
    def weekly_ticket_analysis(
        context: AssetExecutionContext, home: HomeResource
    ) -> MaterializeResult[Mapping[str, Table]]:
        """How each week went: tickets by category and outcome, how fast they were answered.

        A ticket counts in the week its first message was received in. Any span of weeks is built in
        one run from the ledger as it stands now.
        """
        with edge("weekly_ticket_analysis"):
            history = ticket_history(home.opened().kernel)
            rows = [row for row in history.rows if isinstance(row, HistoryRecord)]
            tables = weekly_tables(rows, history.head, context.partition_keys)
            for week, table in tables.items():
                told = weekly_metadata(table)
                context.add_asset_metadata(told, context.asset_key, partition_key=week)
            return MaterializeResult(value=tables)


def weekly_metadata(table: Table) -> Metadata:
    """Return what one week's materialisation says: the numbers of all, and a table by category."""
    told: Metadata = {LEDGER_TO: table.head.position, LEDGER_HASH: table.head.hash}
    whole = next((row.cells() for row in table.rows if row.cells()["category"] == ALL), None)
    if whole is None:
        return {**told, "tickets": 0}
    numbers = {name: cell for name, cell in whole.items() if isinstance(cell, int | float)}
    return {**told, **numbers, "by_category": MetadataValue.md(_markdown(table.rows))}


def _markdown(rows: Sequence[Record]) -> str:
    head = [" | ".join(_COLUMNS), " | ".join("---" for _ in _COLUMNS)]
    body = (" | ".join(_shown(row.cells()[name]) for name in _COLUMNS) for row in rows)
    return "\n".join(f"| {line} |" for line in (*head, *body))


def _shown(cell: object) -> str:
    return "" if cell is None else str(cell)
