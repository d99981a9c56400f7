"""Owns the Dagster instance of a home: its rendered configuration, opening it, reading heads back.

Dagster's storage is an engine and a view, never an authority: it can be deleted and is made again.
One SQLite file holds the log of all runs, because a file for each run makes a run twice as slow.
Where the ledger is in PostgreSQL, Dagster's tables are in a schema beside it; dagster.yaml then
holds the password, for its owner's eyes only.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkstemp

import yaml

from aios_defs.core.errors import AiosError, StorageFailed
from aios_defs.settings.environment import process_database
from resources.dagster_storage import open_whole
from resources.store.dagster_place import DagsterPlace

FOLDER = "dagster"
LEDGER_TO, LEDGER_HASH = "ledger_to", "ledger_hash"
TAG_LEDGER_TO, TAG_LEDGER_HASH = "aios/ledger_to", "aios/ledger_hash"
HEADS_READ = 500
"""How many of the newest runs, and materialisations of each asset, are read back for heads."""

_STATEMENT_MS, _RECYCLED_SECONDS, _MORE_CONNECTIONS = 60_000, 300, 4
"""How a process keeps its connections to PostgreSQL: one for each of Dagster's three stores, and
up to four more each for a moment. Otherwise Dagster opens one for every statement."""

_NAME = "dagster.yaml"
_HERE = Path(__file__).parent
TEMPLATES = (_HERE / _NAME, _HERE.parent / _NAME)
"""Where the template lies: inside an installed package, or at the top of the tree."""

_STORES = {
    "run_storage": ("dagster._core.storage.runs", "SqliteRunStorage"),
    "event_log_storage": ("dagster._core.storage.event_log", "ConsolidatedSqliteEventLogStorage"),
    "schedule_storage": ("dagster._core.storage.schedules", "SqliteScheduleStorage"),
    "local_artifact_storage": ("dagster._core.storage.root", "LocalArtifactStorage"),
}


def render_instance(home: Path) -> Path:
    """Write `dagster/dagster.yaml` of a home from the template; returns the folder.

    The folder is DAGSTER_HOME for every Dagster process of the home. Idempotent: an unchanged file
    is not written again.
    """
    folder = home.absolute() / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    place = DagsterPlace.of(process_database())
    settings = yaml.safe_load(_template().read_text(encoding="utf-8")) | _stores(folder, place)
    text = "# Rendered by AIOS from its dagster.yaml at each start; change that one.\n"
    text += yaml.safe_dump(settings, sort_keys=False)
    target = folder / _NAME
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        _write(target, text)
    return folder


def _stores(folder: Path, place: DagsterPlace | None) -> dict[str, object]:
    """Return where Dagster keeps its tables: in files of the home, or beside the ledger's."""
    files = {
        key: {"module": module, "class": name, "config": {"base_dir": str(folder / "storage")}}
        for key, (module, name) in _STORES.items()
    }
    if place is None:
        return dict(files)
    artifacts = "local_artifact_storage"
    return {artifacts: files[artifacts], "storage": {"postgres": {"postgres_url": place.url}}}


def open_instance(home: Path, *, is_kept: bool = False):  # noqa: ANN201 - naming DagsterInstance would import Dagster here
    """Return the `dagster.DagsterInstance` of a home, rendered first; use it as a context manager.

    Who keeps it open for long says so: on PostgreSQL it then keeps its connections, too.

    Raises:
        StorageFailed: Dagster's storage can't be opened.

    """
    os.umask(0o077)
    folder = render_instance(home)
    from dagster import DagsterInstance

    place = DagsterPlace.of(process_database())
    try:
        instance = open_whole(folder, place, lambda: DagsterInstance.from_config(str(folder)))
        if place and is_kept:
            instance.optimize_for_webserver(_STATEMENT_MS, _RECYCLED_SECONDS, _MORE_CONNECTIONS)
    except AiosError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever Dagster or its driver raises
        raise storage_failed(error) from None
    return instance


def job_of_run(home: Path, run_id: str) -> str | None:
    """Return the job of a run; None when there is no such run.

    Raises:
        StorageFailed: Dagster's storage can't be read.

    """
    with open_instance(home) as instance:
        try:
            run = instance.get_run_by_id(run_id)
        except Exception as error:  # noqa: BLE001 - whatever Dagster or its driver raises
            raise storage_failed(error) from None
    return run.job_name if run else None


def storage_failed(error: Exception) -> StorageFailed:
    """Return what to raise when Dagster's own storage fails; names the kind, never its text."""
    return StorageFailed(
        f"Dagster's storage did not work ({type(error).__name__}).",
        remedy="Look at the disk, or the database server; Dagster's storage may be deleted, "
        "it is a view.",
        error=type(error).__name__,
    )


def mirrored_heads(home: Path) -> list[tuple[int, str, str]]:
    """Return the ledger heads that Dagster's storage remembers, by position.

    Each is (position, hash, source); a source is `run <id>` or `materialization <asset> <run id>`.
    Empty when the home has no Dagster storage yet. What can't be read as a head is left out.

    Raises:
        StorageFailed: Dagster's storage can't be read.

    """
    if not (home / FOLDER / "storage").is_dir() and process_database() is None:
        return []
    with open_instance(home) as instance:
        try:
            found = [*_run_heads(instance), *_materialised_heads(instance)]
        except Exception as error:  # noqa: BLE001 - whatever Dagster or its driver raises
            raise storage_failed(error) from None
    return sorted(set(found))


def _run_heads(instance) -> Iterator[tuple[int, str, str]]:  # noqa: ANN001 - as open_instance
    for record in instance.get_run_records(limit=HEADS_READ):
        run = record.dagster_run
        position, head = run.tags.get(TAG_LEDGER_TO), run.tags.get(TAG_LEDGER_HASH)
        if isinstance(position, str) and position.isdigit() and head:
            yield int(position), head, f"run {run.run_id}"


def _materialised_heads(instance) -> Iterator[tuple[int, str, str]]:  # noqa: ANN001 - as above
    for key in instance.get_asset_keys():
        for record in instance.fetch_materializations(key, limit=HEADS_READ).records:
            event = record.asset_materialization
            metadata = event.metadata if event else {}
            position, head = metadata.get(LEDGER_TO), metadata.get(LEDGER_HASH)
            if position is not None and head is not None and isinstance(position.value, int):
                source = f"materialization {key.to_user_string()} {record.run_id}"
                yield position.value, str(head.value), source


def _template() -> Path:
    return next(one for one in TEMPLATES if one.exists())


def _write(target: Path, text: str) -> None:
    """Replace a file at once, for its owner's eyes only; others may do the same meanwhile."""
    fd, draft = mkstemp(dir=target.parent)
    with os.fdopen(fd, "w") as file:
        file.write(text)
    Path(draft).replace(target)
