"""Owns compounding as an asset: what agents were given and answers state, as a table and in sum.

Dagster holds ids, names of workflows and counts only; what the facts say is in the console.
"""

from collections import Counter

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue, asset

from aios_defs.services.compounding import most_used, reuse, told
from aios_defs.services.compounding_fold import Tally
from aios_defs.services.tables.compounding import compounding_table
from aios_defs.services.tables.table import Table
from assets.metadata import LEDGER_FROM, Metadata, last_position
from assets.workflows.loop import outcomes
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_instance import LEDGER_HASH, LEDGER_TO

_NAME = "compounding"
_FACTS_SHOWN = 20


@asset(
    deps=[outcomes], group_name="reports", owners=["team:operator"], kinds={"python", "parquet"},
    code_version="1", io_manager_key="artifacts",
    metadata={"events": "context.packed, action.committed"},
)  # fmt: skip
def compounding(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[Table]:
    """How far what one workflow learnt serves the others: packs, answers and facts, day by day.

    The same numbers as `aios memory report` and its page in the console, which are always exact.
    """
    with edge(_NAME):
        table, tally = compounding_table(home.opened().kernel)
        metadata: Metadata = {
            LEDGER_FROM: last_position(context.instance, _NAME) + 1,
            LEDGER_TO: table.head.position,
            LEDGER_HASH: table.head.hash,
            "rows": len(table.rows),
            **compounding_metadata(tally, home.console()),
        }
        return MaterializeResult(value=table, metadata=metadata)


def compounding_metadata(tally: Tally, origin: str | None) -> Metadata:
    """Return the sums of all days, the facts used most by id, and the link to the charts."""
    whole = Counter[str]()
    for counts in tally.days.values():
        whole.update(counts)
    numbers = {**told(whole), **reuse(tally.facts.values())}
    used = ["| fact | learnt in | packs | answers | workflows |", "|---|---|---|---|---|"]
    for fact_id, uses in most_used(tally)[:_FACTS_SHOWN]:
        learnt = tally.names.origin(f"fact:{fact_id}")
        used.append(
            f"| {fact_id} | {learnt} | {uses.packs} | {uses.cited} | {len(uses.workflows)} |"
        )
    link = {"console": MetadataValue.url(f"{origin}/memory/report")} if origin else {}
    return {
        **{name: one for name, one in numbers.items() if isinstance(one, int | float)},
        "facts_used_most": MetadataValue.md("\n".join(used)),
        **link,
    }
