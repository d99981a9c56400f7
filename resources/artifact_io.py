"""Owns the IO manager: the assets' values are artifacts under the home, never pickles."""

from collections.abc import Mapping

from dagster import InitResourceContext, InputContext, IOManager, OutputContext, io_manager

from aios_defs.core.errors import StorageFailed
from aios_defs.core.model import JsonObject
from aios_defs.services.tables.table import Table
from resources.artifacts import Kept
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.publishing import publish


def _told(kept: Kept) -> JsonObject:
    return {
        "name": kept.name,
        "rows": kept.rows,
        "version": kept.version,
        "changed": kept.is_changed,
    }


class ArtifactIO(IOManager):
    """Writes each table to the home's `lance/`, and says in its metadata what is there now."""

    def __init__(self, home: HomeResource) -> None:
        """Keep artifacts in this home."""
        self._home = home

    def handle_output(self, context: OutputContext, obj: Table | Mapping[str, Table]) -> None:
        """Replace the artifact by a new build; a bad or empty one leaves what is there.

        So does one that was read before somebody was forgotten: the erasure builds it anew.

        Of a mapping each table is kept that has rows: one for each partition.
        """
        tables = [obj] if isinstance(obj, Table) else [one for one in obj.values() if one.rows]
        with edge(context.asset_key.to_user_string()):
            home = self._home.opened()
            kept = [one for table in tables for one in publish(home, table)]
            is_split = not isinstance(obj, Table)
            context.add_output_metadata(
                {"tables_kept": len(kept)}
                if is_split
                else {"artifact": [_told(one) for one in kept]}
            )

    def load_input(self, context: InputContext) -> None:
        """Refuse: what an asset needs it reads from the ledger, which is the truth."""
        raise StorageFailed(
            f"{context.asset_key.to_user_string()} can't be loaded as an input.",
            remedy="Read the ledger; an artifact is a view of it.",
        )


@io_manager(
    required_resource_keys={"home"},
    description="Parquet and Lance tables in the home, replaced only by whole builds.",
)
def artifact_io(context: InitResourceContext) -> ArtifactIO:
    """Return the IO manager of the home in use."""
    return ArtifactIO(context.resources.home)
