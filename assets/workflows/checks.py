"""Owns the checks of the workflows' tables, run each hour beside memory's and never in a mail run.

A mail run can't wait for Great Expectations: its tables are replaced first and looked at within the
hour. They are ids and states only, and nothing in AIOS reads them.
"""

from collections.abc import Iterator

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetKey,
    DagsterInstance,
    multi_asset_check,
)

from aios_defs.services.quality.verdict import Artifact
from aios_defs.services.tables.workflows import workflow_form
from assets.metadata import last_position
from assets.quality import results, specs
from resources.artifacts import ArtifactStore
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.home import Home
from resources.quality.audit import Build, audit

TABLES: tuple[Artifact, ...] = ("messages", "tickets", "replies", "outcomes")


@multi_asset_check(
    specs=[spec for name in TABLES for spec in specs(name)],
    can_subset=True,
    description="Looks at the tables that the last run of the workflows left.",
)
def workflow_tables_checked(
    context: AssetCheckExecutionContext, home: HomeResource
) -> Iterator[AssetCheckResult]:
    """Yield what the suites say of the tables as they are kept, of those that are asked for."""
    asked = context.op_execution_context.selected_asset_check_keys
    for name in TABLES:
        wanted = {key.name for key in asked if key.asset_key == AssetKey(name)}
        if wanted:
            with edge(f"{name} checks"):
                found = _checked(context.instance, home.opened(), name, home.console())
            yield from (one for one in found if one.check_name in wanted)


def _checked(
    instance: DagsterInstance, home: Home, name: Artifact, origin: str | None
) -> list[AssetCheckResult]:
    kept = ArtifactStore(home.path / "lance").read(workflow_form(name))
    position = last_position(instance, name)
    rows = [row for some in kept.values() for row in some]
    return results(home, audit(home, Build(artifact=name, rows=rows, position=position)), origin)


WORKFLOW_CHECKS: list[AssetChecksDefinition] = [workflow_tables_checked]
