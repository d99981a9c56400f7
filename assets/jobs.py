"""Owns the jobs over the assets: the run of a workflow, and the refresh of memory."""

from dagster import AssetSelection, define_asset_job, in_process_executor

from aios_defs.core.model import JsonObject
from assets.memory.checks import MEMORY_CHECKS
from assets.memory.tables import MEMORY_ASSETS
from assets.reports.digests import digests
from assets.workflows.loop import WORKFLOW_ASSETS

WORKFLOW_RUN, MEMORY_REFRESH = "workflow_run", "memory_refresh"
_SCOPED = ("messages", "tickets")

workflow_run = define_asset_job(
    WORKFLOW_RUN,
    selection=AssetSelection.assets(*WORKFLOW_ASSETS),
    executor_def=in_process_executor,
    description="Takes in, lets agents decide, commits what is authorised, says where all stands.",
)

memory_refresh = define_asset_job(
    MEMORY_REFRESH,
    selection=AssetSelection.assets(*MEMORY_ASSETS) | AssetSelection.checks(*MEMORY_CHECKS),
    executor_def=in_process_executor,
    description="Builds profiles, interactions and facts anew from the ledger and checks them.",
)


daily_digest = define_asset_job(
    "daily_digest",
    selection=AssetSelection.assets(digests),
    executor_def=in_process_executor,
    description="Makes the digest of the day and tells the operator what is due to be told.",
)


def scoped_ops(workflow: str) -> JsonObject:
    """Return the configuration of a run of one workflow: its name, nothing else."""
    return {name: {"config": {"workflow": workflow}} for name in _SCOPED}
