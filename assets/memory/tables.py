"""Owns memory as assets: profiles, interactions and facts in plain text, a table for each level."""

from collections.abc import Iterator

from dagster import AssetCheckResult, AssetExecutionContext, MaterializeResult, asset

from aios_defs.services.erasure.reading import read_clean
from aios_defs.services.identity.proposing import look_for_duplicates
from aios_defs.services.quality.verdict import Artifact
from aios_defs.services.tables.memory import memory_table
from aios_defs.services.tables.table import Table
from assets.metadata import describe, last_position
from assets.quality import results, specs
from assets.workflows.loop import messages, tickets
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.quality.audit import Build, audit, settle

GROUP = "memory"
OWNERS = ["team:operator"]
KINDS = {"python", "lance"}
VERSION = "1"
IO = "artifacts"


Told = Iterator[AssetCheckResult | MaterializeResult[Table]]


def built(context: AssetExecutionContext, home: HomeResource, name: Artifact) -> Told:
    """Yield what the suite says of a memory table as the ledger stands now, then the table.

    A table that fails is not yielded, so the former one goes on serving.
    """
    with edge(name):
        mine = home.opened()
        table = read_clean(mine.kernel, lambda: memory_table(mine.kernel, name)).value
        build = Build(
            artifact=name,
            rows=[row.to_json() for row in table.rows],
            position=table.head.position,
            served=last_position(context.instance, name),
        )
        verdict = audit(mine, build)
        checks = results(mine, verdict, home.console())
        told = describe(context.instance, mine.kernel, table, origin=home.console())
    yield from checks
    if verdict.is_sound:
        yield MaterializeResult(value=table, metadata=told)
    with edge(name):  # once the table is written: it goes on here only then
        settle(mine, verdict)


@asset(
    deps=[messages], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, check_specs=specs("profiles"), output_required=False,
    metadata={"events": "profile.created, profile.endorsed, profile.merged"},
)  # fmt: skip
def profiles(context: AssetExecutionContext, home: HomeResource) -> Told:
    """The people the business knows, with their addresses and how far they are believed.

    Plain text: erasing a subject builds this anew. Those who may be the same are asked about.
    """
    with edge("profiles"):
        look_for_duplicates(home.opened().kernel)
    yield from built(context, home, "profiles")


@asset(
    deps=[messages], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, check_specs=specs("interactions"), output_required=False,
    metadata={"events": "interaction.recorded"},
)  # fmt: skip
def interactions(context: AssetExecutionContext, home: HomeResource) -> Told:
    """Every message with every subject, in both directions, with its text.

    Plain text: erasing a subject builds this anew.
    """
    yield from built(context, home, "interactions")


@asset(
    deps=[tickets], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, check_specs=specs("facts"), output_required=False,
    metadata={"events": "fact.asserted, fact.superseded, fact.retracted"},
)  # fmt: skip
def facts(context: AssetExecutionContext, home: HomeResource) -> Told:
    """What the business knows for sure: prices, times, answers of the operator, with their origin.

    Every version that was ever asserted; what an agent only proposed is not among them.
    """
    yield from built(context, home, "facts")


MEMORY_ASSETS = [profiles, interactions, facts]
