"""Owns the mirror: what happened outside Dagster is shown there, under the run ids of the ledger.

A mirrored run executes nothing: it observes the assets that its events moved. It is made again from
the ledger when Dagster's storage was lost, and one that fails raises a card. One mirror works at a
time, by a lease. Dagster's storage and the ledger share no transaction: whoever takes up what
another left asks Dagster what it was told already, and tells the rest.
"""

from collections.abc import Callable, Iterable, Iterator

from dagster import (
    AssetObservation,
    DagsterInstance,
    DagsterRun,
    OpExecutionContext,
    in_process_executor,
    job,
    op,
)

from aios_defs.core.errors import StorageFailed
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.leases import leased
from aios_defs.services.mirror import MirrorCursor, is_behind, keep_cursor, start_in
from aios_defs.services.mirror_stories import Story, lead_up, next_chunk
from aios_defs.services.notices import end_notices, raise_notice
from assets.metadata import last_position
from assets.reports.observed import observations
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_instance import TAG_LEDGER_TO, storage_failed
from resources.dagster_runs import (
    TAG_WORKFLOW,
    RunOrder,
    Told,
    remember_head,
    storage_id,
    tell_run,
    told_positions,
)

ABOUT = "dagster"
TAG_LANE, TAG_TASK = "aios/lane", "aios/task"
MIRROR = "mirror"
_LEASE = "mirror:dagster"


@op(description="Shows what the ledger knows and Dagster does not, when it is launched by hand.")
def mirrored_events(context: OpExecutionContext, home: HomeResource) -> None:
    """Mirror what is missing."""
    with edge("mirrored_events"):
        made = mirror_runs(home.opened().kernel, context.instance, origin=home.console())
        context.log.info("%s run(s) mirrored.", made)


@job(
    executor_def=in_process_executor,
    resource_defs={"home": HomeResource()},
    description="What happened outside Dagster (a message handed in, an answer, an approval), "
    "under its own run id: told from the ledger, not executed.",
)
def commit_mirror() -> None:
    """Show one run of the ledger; launched by hand, mirror what is missing."""
    mirrored_events()


def mirror_runs(
    kernel: Kernel,
    instance: DagsterInstance,
    *,
    origin: str | None = None,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Show everything that the ledger knows and Dagster does not; returns how many runs were told.

    `origin` is the console's, for links. Idempotent. While another process mirrors, it leaves the
    work to that. When it fails a card says so, and the next one tries again.

    Raises:
        StorageFailed: Dagster's storage can't be read or written.

    """
    made = 0
    try:
        storage = storage_id(instance)
        while is_behind(kernel, storage) and not is_ending():
            with leased(kernel, _LEASE) as is_ours:
                if not is_ours:
                    return made
                made += _mirror_chunk(kernel, instance, storage, origin)
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


def _mirror_chunk(
    kernel: Kernel, instance: DagsterInstance, storage: str, origin: str | None
) -> int:
    cursor = start_in(kernel, storage)
    chunk = next_chunk(kernel, cursor.position)
    made = 0
    if chunk is not None:
        until = kernel.clock.now() + kernel.lease / 2
        _tell_loose(kernel, instance, chunk.loose, origin)
        for story in chunk.runs:
            if kernel.clock.now() > until:
                return made  # the next round takes the lease anew and skips what was told
            made += _tell_story(kernel, instance, story, origin)
    kernel.points.reached("mirror.keeping")
    position = chunk.position if chunk else cursor.position
    keep_cursor(kernel, MirrorCursor(position=position, storage=storage))
    return made


def _tell_story(
    kernel: Kernel, instance: DagsterInstance, story: Story, origin: str | None
) -> bool:
    run = _run(instance, story.run_id)
    if run is not None and _knows(run, story):
        return False
    whole = story if run and run.is_finished else lead_up(kernel, story)
    known = told_positions(instance, story.run_id) if run else {}
    order = RunOrder(job=commit_mirror, tags=_tags(kernel, whole), ops={}, run_id=story.run_id)
    told = Told(
        began_at=whole.events[0].time,
        ended_at=whole.last.time,
        observations=_each(kernel, observations(kernel, whole, origin, known)),
    )
    tell_run(instance, order, told)
    kernel.points.reached("mirror.told")
    remember_head(instance, story.run_id, story.last.position, story.last.hash)
    return True


def _knows(run: DagsterRun, story: Story) -> bool:
    """Return whether a run tells its story itself, or has it told up to here."""
    told = run.tags.get(TAG_LEDGER_TO, "")
    is_told = told.isdigit() and int(told) >= story.last.position
    return is_told or run.tags.get(TAG_LANE) != MIRROR


def _tags(kernel: Kernel, story: Story) -> dict[str, str]:
    with kernel.ledger.view() as view:
        tasks = [view.get(TaskRow, one) for one in story.task_ids]
    known = [task for task in tasks if task is not None]
    tags = {TAG_LANE: MIRROR}
    if known:
        tags[TAG_WORKFLOW] = known[0].workflow
    if len(known) == 1:
        tags[TAG_TASK] = known[0].id
    return tags


def _tell_loose(
    kernel: Kernel, instance: DagsterInstance, story: Story, origin: str | None
) -> None:
    """Observe what happened under no run, unless a materialisation covers it already."""
    if not story.events:
        return
    known = told_positions(instance, "")
    try:
        for one in _each(kernel, observations(kernel, story, origin, known)):
            name = one.asset_key.to_user_string()
            if story.last.position > last_position(instance, name):
                instance.report_runless_asset_event(one)
    except Exception as error:  # noqa: BLE001 - whatever Dagster's driver raises
        raise storage_failed(error) from None


def _each(kernel: Kernel, found: Iterable[AssetObservation]) -> Iterator[AssetObservation]:
    for one in found:
        yield one
        kernel.points.reached("mirror.observed")


def _run(instance: DagsterInstance, run_id: str) -> DagsterRun | None:
    try:
        return instance.get_run_by_id(run_id)
    except Exception as error:  # noqa: BLE001 - as above
        raise storage_failed(error) from None
