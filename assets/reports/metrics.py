"""Owns the metrics as an asset: the counts by hour as a table, the last week as metadata."""

from collections.abc import Mapping

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue, asset

from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.services.metrics_view import Scope
from aios_defs.services.metrics_view import metrics as last_week
from aios_defs.services.tables.metrics import metrics_table
from aios_defs.services.tables.table import Table
from assets.metadata import LEDGER_FROM, Metadata, last_position
from assets.workflows.loop import outcomes
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_instance import LEDGER_HASH, LEDGER_TO

_NAME = "metrics"


@asset(
    deps=[outcomes], group_name="reports", owners=["team:operator"], kinds={"python", "parquet"},
    code_version="1", io_manager_key="artifacts", metadata={"events": "all that is counted"},
)  # fmt: skip
def metrics(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[Table]:
    """What was done and how long it took: counts by hour, workflow, agent and connector.

    The same numbers as `aios metrics` and the console's charts, which are always exact; this table
    holds them as of its last build.
    """
    with edge(_NAME):
        mine = home.opened()
        table = metrics_table(mine.kernel)
        told: Metadata = {
            LEDGER_FROM: last_position(context.instance, _NAME) + 1,
            LEDGER_TO: table.head.position,
            LEDGER_HASH: table.head.hash,
            "rows": len(table.rows),
            **week_metadata(last_week(mine.kernel, Scope()), home.console()),
        }
        return MaterializeResult(value=table, metadata=told)


def week_metadata(week: JsonObject, origin: str | None) -> Metadata:
    """Return the totals and lengths of the last seven days, and the link to their charts."""
    link = {"console": MetadataValue.url(f"{origin}/health")} if origin else {}
    return {
        "last_7_days": MetadataValue.md(_numbers(week["totals"])),
        "lengths_of_7_days": MetadataValue.md(_lengths(week["lengths"])),
        "waiting": _whole(week["waiting"]),
        "failures_of_7_days": _whole(week["failures"]),
        **link,
    }


def _numbers(totals: JsonValue) -> str:
    found = totals if isinstance(totals, dict) else {}
    return _table(("what", "count"), {name: [count] for name, count in found.items() if count})


def _lengths(lengths: JsonValue) -> str:
    found = lengths if isinstance(lengths, dict) else {}
    names = ("count", "p50_ms", "p95_ms")
    rows = {
        name: [one.get(part) for part in names]
        for name, one in found.items()
        if isinstance(one, dict)
    }
    return _table(("what", *names), rows)


def _table(head: tuple[str, ...], rows: Mapping[str, list[JsonValue]]) -> str:
    lines = [head, ["---"] * len(head), *([name, *cells] for name, cells in rows.items())]
    return "\n".join(
        f"| {' | '.join('' if cell is None else str(cell) for cell in line)} |" for line in lines
    )


def _whole(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
