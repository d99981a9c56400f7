"""Proves that after a real run nothing in the home yields a word of somebody who was forgotten.

And that the search which says so can fail: what is left on purpose is found.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aios_defs.core.sealed import SubjectRef
from aios_defs.services.erasure.forget import forget
from aios_defs.services.erasure.keys import belongings
from aios_defs.services.verify import verify_ledger
from resources.dagster_instance import open_instance
from resources.erasing import finish_erasures
from resources.memory_index.postings import key_of
from resources.testing.fixed_clock import FixedClock
from tests.integration.copies.kit import RestoredDesk, backed_up, restored
from tests.integration.dagster.runs import refresh_memory
from tests.integration.dagster.test_cold_memory import fill_due
from tests.integration.desk import FILES, Desk
from tests.integration.erasure.planted import filled
from tests.integration.erasure.planted_further import EVERYWHERE, filled_everywhere
from tests.integration.erasure.searching import (
    files_with,
    files_with_bytes,
    keys_of,
    readable_with,
    tables_with,
)

HASHES = [int(key_of(one)).to_bytes(8, "little") for one in ("plantedbodyword", "plantedsentword")]
"""What the index of words keeps of two words of hers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A home with somebody's words everywhere, and what there was of them before they went."""

    desk: Desk
    whom: str
    refs: tuple[SubjectRef, ...]
    keys: list[bytes]
    lance: frozenset[Path]
    event_id: str = ""

    @property
    def path(self) -> Path:
        """The folder of the home."""
        return self.desk.path


@pytest.fixture
def ran(tmp_path: Path, storage: Path) -> Iterator[Desk]:
    """A desk whose home has Dagster's storage, in days that Dagster knows as past."""
    files = {"connectors.yaml": FILES["connectors.yaml"].replace("2031", "2025")}
    clock = FixedClock(datetime(2025, 5, 6, 7, 8, tzinfo=UTC))
    desk = Desk(tmp_path / "home", clock=clock, files=files).begin()
    shutil.copytree(storage, desk.path / "dagster", dirs_exist_ok=True)
    yield desk
    desk.home.ledger.close()


def plant(desk: Desk, whom: str) -> Planted:
    """Run what Dagster runs over the words, and remember which keys and files there were."""
    with desk.kernel.ledger.view() as view:
        refs = belongings(desk.kernel, view, whom).refs
    return Planted(
        desk=desk, whom=whom, refs=refs, keys=keys_of(desk.path, refs), lance=_data_of(desk.path)
    )


def _data_of(home: Path) -> frozenset[Path]:
    """Return the files under lance/ that hold rows or words of an index."""
    found = (one for one in (home / "lance").rglob("*") if one.is_file())
    kinds = {"data", "_indices"}
    return frozenset(one for one in found if kinds & set(one.parts) or ".rows/" in str(one))


def test_no_place_yields_a_word(ran: Desk) -> None:
    """Ledger, keys, blobs, every Lance version, tables, Dagster's storage: none holds a word."""
    whom = filled_everywhere(ran)
    fill_due(ran)
    refresh_memory(ran.home)
    was = plant(ran, whom)
    assert [word for word in EVERYWHERE if not readable_with(ran.kernel, (word,))] == []
    assert tables_with(ran.path / "lance", EVERYWHERE)
    assert files_with_bytes(ran.path, was.keys) == ["keys.db"]
    assert any(one.name == "records.bin" for one in _private(was.lance))
    assert any(one.endswith("words.bin") for one in files_with_bytes(ran.path, HASHES))

    forget(ran.kernel, whom)
    finish_erasures(ran.home)

    assert readable_with(ran.kernel, EVERYWHERE) == []
    assert files_with(ran.path, EVERYWHERE) == []
    assert tables_with(ran.path / "lance", EVERYWHERE) == []
    assert files_with_bytes(ran.path, was.keys) == []
    assert files_with_bytes(ran.path, HASHES) == []
    assert _private(was.lance) & _data_of(ran.path) == frozenset()
    assert verify_ledger(ran.home.ledger, ran.kernel.vault).ok
    with open_instance(ran.path) as instance:
        assert instance.get_runs_count() > 0


def _private(files: frozenset[Path]) -> frozenset[Path]:
    """Return those that could have held her: what is public is about nobody."""
    return frozenset(one for one in files if "public" not in str(one))


def test_a_new_backup_yields_nothing(ran: Desk) -> None:
    """What is backed up after the erasure brings back a home without her; it works."""
    whom = filled(ran)
    was = plant(ran, whom)
    forget(ran.kernel, whom)
    finish_erasures(ran.home)
    target = ran.path.parent / "after.backup"
    backed_up(ran.path, target)

    shutil.copytree(ran.path / "mail", ran.path.parent / "mail")
    restored(target, ran.path.parent / "again", clock=ran.clock)
    again = RestoredDesk(ran.path.parent / "again", clock=ran.clock)

    assert readable_with(again.kernel, EVERYWHERE) == []
    assert files_with(again.path, EVERYWHERE) == []
    assert files_with_bytes(again.path, was.keys) == []
    assert files_with_bytes(ran.path, was.keys) == []
    assert verify_ledger(again.home.ledger, again.kernel.vault).ok
    again.home.ledger.close()


def test_what_is_left_on_purpose_is_found(ran: Desk) -> None:
    """One key, one former version of a table, one line in another encoding: each is seen."""
    whom = filled(ran)
    was = plant(ran, whom)
    lance, keys = ran.path.parent / "lance", ran.path.parent / "keys.db"
    shutil.copytree(ran.path / "lance", lance)
    shutil.copy(ran.path / "keys.db", keys)
    forget(ran.kernel, whom)
    finish_erasures(ran.home)
    assert tables_with(ran.path / "lance", EVERYWHERE) == []
    assert files_with(ran.path, EVERYWHERE) == []

    (kept,) = tables_with(lance, ("plantedfactword",))[:1]
    (table,) = (one for one in lance.rglob("*.lance") if kept.startswith(f"{one}@"))
    shutil.copytree(table, ran.path / "lance" / "left.lance")
    shutil.copy(keys, ran.path / "left.db")
    (ran.path / "logs").mkdir(exist_ok=True)
    (ran.path / "logs/aios.log").write_bytes("so plantedbodyword said".encode("utf-16-be"))

    assert [Path(one).name for one in tables_with(ran.path / "lance", EVERYWHERE)]
    assert files_with_bytes(ran.path, was.keys) == ["left.db"]
    assert "logs/aios.log" in files_with(ran.path, EVERYWHERE)
    shutil.copy(ran.path / "left.db", ran.path / "keys.db")
    ran.home.ledger.close()
    ran.open()
    assert readable_with(ran.kernel, EVERYWHERE)
