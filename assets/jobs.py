"""Owns the jobs over the assets: a workflow's run, the refresh of memory, the reports."""

from dagster import AssetSelection, define_asset_job, in_process_executor

from aios_defs.core.model import JsonObject
from assets.memory.checks import MEMORY_CHECKS
from assets.memory.cold import cold_memory
from assets.memory.tables import MEMORY_ASSETS
from assets.reports.compounding import compounding
from assets.reports.digests import digests
from assets.reports.metrics import metrics
from assets.reports.weekly import weekly_ticket_analysis
from assets.workflows.checks import WORKFLOW_CHECKS
from assets.workflows.loop import WORKFLOW_ASSETS

WORKFLOW_RUN, MEMORY_REFRESH = "workflow_run", "memory_refresh"
WEEKLY_ANALYSIS = "weekly_analysis"
_SCOPED = ("messages", "tickets")

workflow_run = define_asset_job(
    WORKFLOW_RUN,
    # The checks import Great Expectations: seconds that no mail waits for.
    selection=AssetSelection.assets(*WORKFLOW_ASSETS).without_checks(),
    executor_def=in_process_executor,
    description="Takes in, lets agents decide, commits what is authorised, says where all stands.",
)

memory_refresh = define_asset_job(
    MEMORY_REFRESH,
    selection=AssetSelection.assets(*MEMORY_ASSETS, metrics, compounding)
    | AssetSelection.checks(*MEMORY_CHECKS, *WORKFLOW_CHECKS),
    executor_def=in_process_executor,
    description="Builds profiles, interactions and facts anew from the ledger and checks them, "
    "and the tables of the workflows; metrics and compounding as well.",
)

cold_memory_fill = define_asset_job(
    "cold_memory_fill",
    selection=AssetSelection.assets(cold_memory),
    executor_def=in_process_executor,
    description="Fills cold memory with what became known on some days, and takes care of it.",
)

weekly_analysis = define_asset_job(
    WEEKLY_ANALYSIS,
    selection=AssetSelection.assets(weekly_ticket_analysis),
    executor_def=in_process_executor,
    description="Analyses one week, or any span of them in one run.",
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
