"""Owns the loop as assets: messages → tickets → replies → outcomes, each built from the ledger."""

from dagster import AssetExecutionContext, Config, MaterializeResult, asset
from pydantic import Field

from aios_defs.services.batch import Batch, commit_all, decide_all, take_in_all
from aios_defs.services.tables.table import Table
from aios_defs.services.tables.workflows import workflow_table
from assets.metadata import describe, outcome_counts, verdict_counts
from assets.standing import store_differences
from resources.console_address import console_origin
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_runs import sign_run
from resources.home import Home

GROUP = "workflows"
OWNERS = ["team:operator"]
KINDS = {"python", "parquet"}
VERSION = "1"
IO = "artifacts"


class WorkflowConfig(Config):
    """Which workflow a step works for."""

    workflow: str = Field(
        default="", description="Name of the workflow in catalog.yaml; empty for all of them."
    )


def built(
    context: AssetExecutionContext, home: Home, name: str, batch: Batch | None = None
) -> MaterializeResult[Table]:
    """Return an asset's table as the ledger stands now, with what its step did."""
    table = workflow_table(home.kernel, name)
    told = describe(context.instance, home.kernel, table, origin=console_origin(home.path))
    if batch is not None:
        told |= outcome_counts(batch.counts, batch.failed)
    if name == "replies":
        told |= verdict_counts(table)
    if name == "outcomes":
        told |= store_differences(home.kernel)
    return MaterializeResult(value=table, metadata=told)


@asset(
    group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION, io_manager_key=IO,
    metadata={"events": "message.received, message.ignored, message.quarantined"},
)  # fmt: skip
def messages(
    context: AssetExecutionContext, config: WorkflowConfig, home: HomeResource
) -> MaterializeResult[Table]:
    """Everything that came in: each item of the mailboxes, once, and what became of it.

    Materialising takes in what is new. Each row names the task it caused, or why it was ignored.
    """
    with edge("messages"):
        mine = home.opened()
        sign_run(context.instance, context.run, mine.kernel.workers.me)
        batch = take_in_all(mine.kernel, config.workflow)
        return built(context, mine, "messages", batch)


@asset(
    deps=[messages], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, metadata={"events": "task.claimed, decision.made, question.asked"},
)  # fmt: skip
def tickets(
    context: AssetExecutionContext, config: WorkflowConfig, home: HomeResource
) -> MaterializeResult[Table]:
    """The work that messages caused: each task, where it is, and the decision in force.

    Materialising lets the agents decide what waits. They propose only; nothing leaves the house.
    """
    with edge("tickets"):
        mine = home.opened()
        sign_run(context.instance, context.run, mine.kernel.workers.me)
        batch = decide_all(mine.kernel, config.workflow, run_id=context.run.run_id)
        return built(context, mine, "tickets", batch)


@asset(
    deps=[tickets], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, metadata={"events": "action.proposed to action.committed, approval.*"},
)  # fmt: skip
def replies(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[Table]:
    """What the agents want to send: each action, the rule that judged it, its approval, its state.

    Materialising settles what a crash left behind and commits what is authorised and due now, and
    nothing else: a run is never an authority.
    """
    with edge("replies"):
        mine = home.opened()
        sign_run(context.instance, context.run, mine.kernel.workers.me)
        return built(context, mine, "replies", commit_all(mine.kernel, run_id=context.run.run_id))


@asset(
    deps=[replies], group_name=GROUP, owners=OWNERS, kinds=KINDS, code_version=VERSION,
    io_manager_key=IO, metadata={"events": "task.completed, task.cancelled"},
)  # fmt: skip
def outcomes(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult[Table]:
    """Where each inbound message stands: answered, waiting, ignored or quarantined.

    Each row leads to the task, decision, actions, approvals, facts and runs behind it. The metadata
    compares the count with the stores' own.
    """
    with edge("outcomes"):
        return built(context, home.opened(), "outcomes")


WORKFLOW_ASSETS = [messages, tickets, replies, outcomes]
