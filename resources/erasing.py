"""Owns finishing erasures in a home: tombstones, keys, and every copy in plain text.

    subject.erased is durable → tombstones → keys → cold memory, tables → cursor

Every step may be done twice; whoever is killed leaves the rest to the next start. Each process that
has personal text in memory drops it when it sees the event (services.shelf).
"""

from aios_defs.core.errors import StorageFailed
from aios_defs.services.erasure.finish import Erasure, destroy_keys, note_finished, unfinished
from aios_defs.services.erasure.keys import items_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.leases import leased
from aios_defs.services.tables.memory import memory_form, memory_table
from resources.artifacts import ArtifactStore
from resources.home import Home
from resources.publishing import turn
from resources.told_backups import tell_backups

_TABLES = ("profiles", "interactions", "facts")


def finish_erasures(home: Home) -> int:
    """Finish every erasure that is not; returns how many were. Does nothing where another does.

    Raises:
        StorageFailed: the disk fails, or text was still found in a file; the next start goes on.

    """
    if not unfinished(home.kernel):
        return 0
    with leased(home.kernel, "erasure") as is_ours:
        waiting = unfinished(home.kernel) if is_ours else []
        if waiting:
            _finish(home, waiting)
        return len(waiting)


def _finish(home: Home, waiting: list[Erasure]) -> None:
    kernel = home.kernel
    tell_backups(home)
    kernel.points.reached("erasure.logged")
    for one in waiting:
        destroy_keys(kernel, one)
    kernel.points.reached("erasure.keys_destroyed")
    _forget_cold(home, waiting)
    kernel.points.reached("erasure.index_rebuilt")
    with turn(home.path):
        build_anew(kernel, ArtifactStore(home.path / "lance"))
    kernel.points.reached("erasure.tables_rebuilt")
    note_finished(kernel, waiting[-1].position)


def _forget_cold(home: Home, waiting: list[Erasure]) -> None:
    if not (home.path / "lance" / "cold").exists():
        return
    subjects = [profile for one in waiting for profile in one.profiles]
    with home.kernel.ledger.view() as view:
        items = [item for one in waiting for item in items_of(view, one.refs)]
    for memory in home.memories.every():
        memory.fresh.clear()
        left = memory.index.forget(subjects=subjects, ids=items).left
        if left:
            raise StorageFailed(
                f"Forgotten text is still in {len(left)} files of cold memory.",
                remedy="Try again: aios status; or delete lance/cold, it is filled anew.",
                artifact="cold_memory",
            )


def build_anew(kernel: Kernel, store: ArtifactStore) -> None:
    """Build the tables in plain text anew, without any of their former versions."""
    for name in _TABLES:
        form = memory_form(name)
        if store.count(form):
            store.drop(form)
            store.write(memory_table(kernel, name))
