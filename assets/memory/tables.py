"""Owns memory as assets: profiles, interactions and facts in plain text, a table for each level."""

from dagster import AssetExecutionContext, MaterializeResult, asset

from aios_defs.services.identity.proposing import look_for_duplicates
from aios_defs.services.tables.memory import memory_table
from aios_defs.services.tables.table import Table
from assets.metadata import describe
from assets.workflows.loop import messages, tickets
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource

GROUP = "memory"
OWNERS = ["team:operator"]
KINDS = {"python", "lance"}
VERSION = "1"
IO = "artifacts"


def built(
    context: AssetExecutionContext, home: HomeResource, name: str
) -> MaterializeResult[Table]:
    """Return a memory table as the ledger stands now."""
    with edge(name):
        kernel = home.opened().kernel
        table = memory_table(kernel, name)
        told = describe(context.instance, kernel, table, origin=home.console())
        return MaterializeResult(value=table, metadata=told)


@asset(
    deps=[messages], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, metadata={"events": "profile.created, profile.endorsed, profile.merged"},
)  # fmt: skip
def profiles(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[Table]:
    """The people the business knows, with their addresses and how far they are believed.

    Plain text: erasing a subject builds this anew. Those who may be the same are asked about.
    """
    with edge("profiles"):
        look_for_duplicates(home.opened().kernel)
    return built(context, home, "profiles")


@asset(
    deps=[messages], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, metadata={"events": "interaction.recorded"},
)  # fmt: skip
def interactions(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[Table]:
    """Every message with every subject, in both directions, with its text.

    Plain text: erasing a subject builds this anew.
    """
    return built(context, home, "interactions")


@asset(
    deps=[tickets], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, metadata={"events": "fact.asserted, fact.superseded, fact.retracted"},
)  # fmt: skip
def facts(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[Table]:
    """What the business knows for sure: prices, times, answers of the operator, with their origin.

    Every version that was ever asserted; what an agent only proposed is not among them.
    """
    return built(context, home, "facts")


MEMORY_ASSETS = [profiles, interactions, facts]
