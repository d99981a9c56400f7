"""Proves that artifacts are projections: built whole, checked, found tampered, made again."""

from pathlib import Path

import pytest

from aios_defs.core.envelope import Head
from aios_defs.core.errors import StorageFailed
from aios_defs.definitions import run_workflow
from aios_defs.services.tables.memory import memory_form, memory_table
from aios_defs.services.tables.table import Table
from aios_defs.services.tables.workflows import workflow_table
from resources.artifacts import ArtifactStore
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.dagster.runs import check_results, refresh_memory
from tests.integration.desk import Desk, Mail

MEMORY = ("profiles", "interactions", "facts")
LOOP = ("messages", "tickets", "replies", "outcomes")


@pytest.fixture
def kept(desk: Desk) -> ArtifactStore:
    """The artifacts of a desk that answered one mail, written without Dagster."""
    desk.receive(Mail(text="How much is the blue widget?"))
    store = ArtifactStore(desk.path / "lance")
    for name in MEMORY:
        store.write(memory_table(desk.kernel, name))
    for name in LOOP:
        store.write(workflow_table(desk.kernel, name))
    return store


@pytest.mark.parametrize("name", [*MEMORY, *LOOP])
def test_an_artifact_dropped_is_built_again(kept: ArtifactStore, desk: Desk, name: str) -> None:
    """What was dropped comes back from the ledger, row by row."""
    read = memory_table if name in MEMORY else workflow_table
    table = read(desk.kernel, name)
    before = kept.read(table.form)
    kept.drop(table.form)
    assert kept.count(table.form) == 0

    kept.write(table)

    assert kept.read(table.form) == before
    assert kept.count(table.form) == len(table.rows) > 0


def test_an_unchanged_build_makes_no_new_version(kept: ArtifactStore, desk: Desk) -> None:
    """Building again with nothing new leaves every table at its version."""
    again = kept.write(memory_table(desk.kernel, "profiles"))

    assert [one.is_changed for one in again] == [False, False, False]


@pytest.mark.parametrize("name", ["profiles", "outcomes"])
def test_an_empty_build_replaces_nothing(kept: ArtifactStore, desk: Desk, name: str) -> None:
    """A build without rows is refused while there are some."""
    read = memory_table if name in MEMORY else workflow_table
    table = read(desk.kernel, name)
    empty = Table(form=table.form, rows=(), head=Head(position=0, hash=""))

    with pytest.raises(StorageFailed, match="empty"):
        kept.write(empty)

    assert kept.count(table.form) == len(table.rows)


def test_a_build_that_fails_replaces_nothing(kept: ArtifactStore, desk: Desk) -> None:
    """A row that does not fit its columns leaves the file as it was."""
    table = workflow_table(desk.kernel, "messages")
    before = kept.read(table.form)
    bad = Table(
        form=table.form, rows=(memory_table(desk.kernel, "facts").rows[0],), head=table.head
    )

    with pytest.raises(StorageFailed):
        kept.write(bad)

    assert kept.read(table.form) == before


def test_levels_lie_in_tables_of_their_own(kept: ArtifactStore) -> None:
    """A reader of public facts never opens the table of the others."""
    rows = kept.read(memory_form("facts"))

    assert set(rows) == {"local", "shareable", "public"}
    assert all(row["level"] == level for level, some in rows.items() for row in some)
    assert len(rows["public"]) == 1


def test_the_refresh_is_checked_and_passes(shown: Desk) -> None:
    """Each memory artifact has a check in the same run, and an honest build passes."""
    shown.deliver(Mail(text="How much is the blue widget?"))
    run_workflow(shown.home, WORKFLOW)

    result = refresh_memory(shown.home)

    assert result.is_success
    assert check_results(shown.home, result.run_id) == {name: {} for name in MEMORY}


TAMPERED = {
    "changed": "UPDATE",
    "repeated": "REPEAT",
    "missing": "DELETE",
    "wrong_level": "MOVE",
}


def tamper(folder: Path, how: str) -> None:
    """Change the table of shareable profiles behind our back."""
    import lancedb

    base = lancedb.connect(folder)
    table = base.open_table("profiles_shareable")
    rows = table.to_arrow()
    if how == "UPDATE":
        table.update(values={"stage": "former"})
    elif how == "REPEAT":
        table.add(rows)
    elif how == "DELETE":
        table.delete("true")
    else:
        base.open_table("profiles_local").add(rows)
        table.delete("true")


@pytest.mark.parametrize("finding", TAMPERED)
def test_a_tampered_artifact_is_found(kept: ArtifactStore, desk: Desk, finding: str) -> None:
    """A row changed, repeated, deleted or moved is named by its id."""
    from aios_defs.services.artifact_checks import check_memory

    form = memory_form("profiles")
    with desk.kernel.ledger.view() as view:
        upto = view.head().position
    assert check_memory(desk.kernel, form, kept.read(form), upto=upto) == {}

    tamper(desk.path / "lance/memory", TAMPERED[finding])

    found = check_memory(desk.kernel, form, kept.read(form), upto=upto)
    assert set(memory_ids(desk)) <= set(found[finding])


def memory_ids(desk: Desk) -> list[str]:
    """Return the ids of all profiles."""
    return [row.key for row in memory_table(desk.kernel, "profiles").rows]
