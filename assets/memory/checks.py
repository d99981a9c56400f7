"""Owns the checks of the memory artifacts: what is kept is what the ledger says, level by level."""

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetKey,
    MetadataValue,
    asset_check,
)

from aios_defs.services.artifact_checks import check_memory
from aios_defs.services.tables.memory import memory_form
from assets.memory.tables import facts, interactions, profiles
from assets.metadata import last_position
from resources.artifacts import ArtifactStore
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource

MOST_IDS = 100
"""How many row ids one finding names."""


def checked(context: AssetCheckExecutionContext, home: HomeResource, name: str) -> AssetCheckResult:
    """Return the findings of one artifact, by row ids only."""
    with edge(f"{name} check"):
        mine = home.opened()
        form = memory_form(name)
        kept = ArtifactStore(mine.path / "lance").read(form)
        upto = last_position(context.instance, name)
        findings = check_memory(mine.kernel, form, kept, upto=upto)
        shown = {finding: ids[:MOST_IDS] for finding, ids in findings.items()}
        return AssetCheckResult(
            asset_key=AssetKey(name),
            passed=not findings,
            metadata={"ledger_to": upto, "row_ids": MetadataValue.json(shown)},
        )


@asset_check(asset=profiles, description="Each profile once, unchanged, in the table of its level.")
def profiles_match_ledger(
    context: AssetCheckExecutionContext, home: HomeResource
) -> AssetCheckResult:
    """Compare the kept profiles with the ledger."""
    return checked(context, home, "profiles")


@asset_check(
    asset=interactions, description="Each interaction once, unchanged, in the table of its level."
)
def interactions_match_ledger(
    context: AssetCheckExecutionContext, home: HomeResource
) -> AssetCheckResult:
    """Compare the kept interactions with the ledger."""
    return checked(context, home, "interactions")


@asset_check(
    asset=facts, description="Each asserted fact once, unchanged, in its level; no proposed ones."
)
def facts_match_ledger(context: AssetCheckExecutionContext, home: HomeResource) -> AssetCheckResult:
    """Compare the kept facts with the ledger."""
    return checked(context, home, "facts")


MEMORY_CHECKS: list[AssetChecksDefinition] = [
    profiles_match_ledger,
    interactions_match_ledger,
    facts_match_ledger,
]
