"""Owns the mirror: what happened outside Dagster gets a run there, under the id of the ledger.

Such a run only observes: it names the interval of the ledger, the events and the ids. It is made
again from the ledger when Dagster's storage was lost, and one that fails raises a card.
"""

from dagster import (
    AssetKey,
    AssetObservation,
    Config,
    DagsterInstance,
    MetadataValue,
    OpExecutionContext,
    in_process_executor,
    job,
    op,
)

from aios_defs.core.errors import StorageFailed
from aios_defs.services.kernel import Kernel
from aios_defs.services.mirror import MirrorCursor, RunStory, backlog, keep_cursor, read_cursor
from aios_defs.services.notices import end_notices, raise_notice
from assets.metadata import LEDGER_FROM
from resources.dagster_instance import LEDGER_HASH, LEDGER_TO, storage_failed
from resources.dagster_runs import TAG_WORKFLOW, RunOrder, remember_head, run_here

ABOUT = "dagster"
LANE = {"aios/lane": "mirror"}


class StoryConfig(Config):
    """What the ledger holds of one run: positions, event types and ids."""

    ledger_from: int
    ledger_to: int
    ledger_hash: str
    events: list[str]
    task_ids: list[str]
    action_ids: list[str]
    approval_ids: list[str]


@op(description="Names the events of the ledger that happened under this run.")
def mirrored_events(context: OpExecutionContext, config: StoryConfig) -> None:
    """Observe the outcomes that the run of an operator's act led to."""
    metadata = {
        LEDGER_FROM: config.ledger_from,
        LEDGER_TO: config.ledger_to,
        LEDGER_HASH: config.ledger_hash,
        "events": MetadataValue.json(config.events),
        "task_ids": MetadataValue.json(config.task_ids),
        "action_ids": MetadataValue.json(config.action_ids),
        "approval_ids": MetadataValue.json(config.approval_ids),
    }
    context.log_event(AssetObservation(asset_key=AssetKey("outcomes"), metadata=metadata))


@job(
    executor_def=in_process_executor,
    description="What happened outside Dagster (an approval, an undo), under its own run id.",
)
def commit_mirror() -> None:
    """Mirror one run of the ledger."""
    mirrored_events()


def mirror_runs(kernel: Kernel, instance: DagsterInstance) -> int:
    """Mirror every run that the ledger knows and Dagster does not; returns how many.

    Idempotent. When it fails a card says so, and the next run tries again.

    Raises:
        StorageFailed: Dagster's storage can't be read or written.

    """
    try:
        made = _mirror(kernel, instance)
    except StorageFailed:
        raise_notice(
            kernel,
            "mirror",
            ABOUT,
            "Dagster does not show all that happened: its storage could not be written.",
            "Look at the disk; the next run repairs it from the ledger.",
        )
        raise
    end_notices(kernel, "mirror", ABOUT)
    return made


def _mirror(kernel: Kernel, instance: DagsterInstance) -> int:
    cursor = read_cursor(kernel)
    if cursor.run_id and not _has_run(instance, cursor.run_id):
        cursor = MirrorCursor()
    waiting = backlog(kernel, cursor)
    made = [story for story in waiting.runs if _mirror_run(instance, story)]
    last = waiting.runs[-1].run_id if waiting.runs else cursor.run_id
    keep_cursor(kernel, MirrorCursor(position=waiting.position, run_id=last))
    return len(made)


def _mirror_run(instance: DagsterInstance, story: RunStory) -> bool:
    if _has_run(instance, story.run_id):
        return False
    config = StoryConfig(
        ledger_from=story.first,
        ledger_to=story.last,
        ledger_hash=story.last_hash,
        events=story.types,
        task_ids=story.task_ids,
        action_ids=story.action_ids,
        approval_ids=story.approval_ids,
    )
    order = RunOrder(
        job=commit_mirror,
        tags={TAG_WORKFLOW: story.workflow, **LANE} if story.workflow else LANE,
        ops={mirrored_events.name: {"config": config.model_dump()}},
        run_id=story.run_id,
    )
    if not run_here(instance, order).is_success:
        raise storage_failed(RuntimeError())
    remember_head(instance, story.run_id, story.last, story.last_hash)
    return True


def _has_run(instance: DagsterInstance, run_id: str) -> bool:
    try:
        return instance.has_run(run_id)
    except Exception as error:  # noqa: BLE001 - whatever Dagster's driver raises
        raise storage_failed(error) from None
