"""Owns cold memory as an asset: a partition for each day on which something became known."""

import warnings
from collections.abc import Iterator
from datetime import date

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    BackfillPolicy,
    BetaWarning,
    DailyPartitionsDefinition,
    MaterializeResult,
    MetadataValue,
    asset,
)

from aios_defs.services.archive import Archived, archive_day
from assets.memory.tables import GROUP, KINDS, OWNERS, facts, interactions
from assets.metadata import LEDGER_FROM, Metadata
from assets.quality import results, specs
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_instance import LEDGER_TO
from resources.home import Home
from resources.quality.cold import ColdAudit

FIRST_DAY = "2020-01-01"
"""Days before it are not offered; those on which nothing became known cost nothing."""
days = DailyPartitionsDefinition(FIRST_DAY, end_offset=1, timezone="UTC")
"""The running day is one of them: it is filled as far as it has come."""

with warnings.catch_warnings():
    # backfill_policy is in beta; without it each day would be a run, and a process, of its own.
    warnings.simplefilter("ignore", BetaWarning)

    @asset(
        deps=[interactions, facts], partitions_def=days,
        backfill_policy=BackfillPolicy.single_run(), group_name=GROUP, owners=OWNERS,
        kinds=KINDS, code_version="1", check_specs=specs("cold_memory"), output_required=False,
        metadata={"events": "interaction.recorded, fact.*; memory.archived"},
    )  # fmt: skip
    def cold_memory(
        context: AssetExecutionContext, home: HomeResource
    ) -> Iterator[AssetCheckResult | MaterializeResult]:
        """Every turn and fact with its vectors, to be recalled by words, meaning, person and time.

        Plain text, a table for each level; erasing a subject builds it anew. What is newer than the
        last run is read from the ledger, so an answer never waits for this.
        """
        with edge("cold_memory"):
            mine = home.opened()
            audit = filled(context, mine)
            checks = results(mine, audit.finish(), home.console())
            standing = mine.memories.serving().index.standing()
            tables = MetadataValue.json(mine.memories.tables())
        yield from checks
        if audit.finish().is_sound:
            told = {"embedder": standing.embedder, "items": standing.items, "artifact": tables}
            yield MaterializeResult(metadata=told)


def filled(context: AssetExecutionContext, home: Home) -> ColdAudit:
    """Fill the days of a run and take care of the index; returns what the suite said of it all."""
    audit, memories = ColdAudit(home), home.memories
    for day in context.partition_keys:
        done = archive_day(
            home.kernel, memories.filling(), date.fromisoformat(day), is_sound=audit.is_sound
        )
        told = day_metadata(done)
        context.add_asset_metadata(told, context.asset_key, partition_key=day)
        if not audit.finish().is_sound:
            break
    memories.tidy()
    return audit


def day_metadata(done: Archived) -> Metadata:
    """Return what one day's materialisation says: its interval of the ledger, how much was put in.

    `is_done` says that the day is over and the ledger tells that it is archived.
    """
    return {
        LEDGER_FROM: done.from_position,
        LEDGER_TO: done.to_position,
        "items_put_in": done.items,
        "is_done": done.is_done,
    }
