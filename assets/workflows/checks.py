"""Owns the checks of the workflows' tables, run each hour beside memory's and never in a mail run.

A mail run can't wait for Great Expectations: its tables pass a gate that asks the same suites
without it (resources.quality.gate), and are looked at in full within the hour.
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

from aios_defs.services.quality.verdict import Artifact, Verdict
from aios_defs.services.tables.workflows import workflow_form, workflow_table
from assets.metadata import last_position
from assets.quality import results, specs
from resources.artifacts import ArtifactStore
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.home import Home
from resources.publishing import publish
from resources.quality.audit import Build, audit, settle
from resources.quality.gate import GATED
from resources.quality.verdicts import Verdicts


@multi_asset_check(
    specs=[spec for name in GATED for spec in specs(name)],
    can_subset=True,
    description="Looks at the tables that the last run of the workflows left.",
)
def workflow_tables_checked(
    context: AssetCheckExecutionContext, home: HomeResource
) -> Iterator[AssetCheckResult]:
    """Yield what the suites say of the tables as they are kept, of those that are asked for."""
    asked = context.op_execution_context.selected_asset_check_keys
    for name in GATED:
        wanted = {key.name for key in asked if key.asset_key == AssetKey(name)}
        if wanted:
            with edge(f"{name} checks"):
                found = _checked(context.instance, home.opened(), name, home.console())
            yield from (one for one in found if one.check_name in wanted)


def _checked(
    instance: DagsterInstance, home: Home, name: Artifact, origin: str | None
) -> list[AssetCheckResult]:
    former = Verdicts(home.path).last(name)
    if former is not None and former.is_kept_back:
        verdict = _built_again(home, name, served=former.served)
    else:
        kept = ArtifactStore(home.path / "lance").read(workflow_form(name))
        rows = [row for some in kept.values() for row in some]
        position = last_position(instance, name)
        verdict = audit(home, Build(artifact=name, rows=rows, position=position))
    settle(home, verdict)
    return results(home, verdict, origin)


def _built_again(home: Home, name: Artifact, *, served: int) -> Verdict:
    """Return what is said of a new build in the place of one that was kept back."""
    table = workflow_table(home.kernel, name)
    rows = [row.to_json() for row in table.rows]
    build = Build(artifact=name, rows=rows, position=table.head.position, served=served)
    verdict = audit(home, build)
    if verdict.is_sound:
        publish(home, table)
    return verdict


WORKFLOW_CHECKS: list[AssetChecksDefinition] = [workflow_tables_checked]
