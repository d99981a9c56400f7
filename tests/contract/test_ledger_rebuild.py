"""Proves that whoever reads while the rows are folded anew sees them whole, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from aios_defs.core.rows.house import CursorRow, PauseRow
from tests.contract.ledger_kit import KINDS, Kit, make_kit, paused

PAUSES = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return make_kit(request.param, tmp_path)


def fill(kit: Kit) -> None:
    with kit.ledger.transaction(actor="operator") as unit:
        unit.put(CursorRow(name="kept", value="as it was"))
        for number in range(PAUSES):
            unit.append(paused(f"scope-{number}"))


def test_a_reading_that_began_before_a_rebuild_sees_its_rows(kit: Kit) -> None:
    """It reads what it would have read before; so does one that begins afterwards."""
    fill(kit)

    with kit.ledger.view() as before:
        kit.ledger.rebuild()
        seen = before.count(PauseRow)
        kept = before.get(CursorRow, "kept")

    with kit.ledger.view() as after:
        assert (seen, after.count(PauseRow)) == (PAUSES, PAUSES)
        assert kept == after.get(CursorRow, "kept") == CursorRow(name="kept", value="as it was")


def test_readers_beside_rebuilds_never_miss_a_row(kit: Kit) -> None:
    """However often the rows are folded anew, each reading counts all of them."""
    fill(kit)
    has_ended = Event()

    def read() -> Counter[int]:
        seen = Counter[int]()
        while not (has_ended.is_set() and seen):
            with kit.ledger.view() as view:
                seen[view.count(PauseRow)] += 1
        return seen

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            for _ in range(5):
                kit.ledger.rebuild()
        finally:
            has_ended.set()

    assert [set(one.result()) for one in readers] == [{PAUSES}, {PAUSES}]


@pytest.mark.parametrize("kind", KINDS)
def test_how_often_the_rows_were_folded_is_told(kind: str, tmp_path: Path) -> None:
    """A rebuild counts; a unit of work does not, and a reading from before keeps its number."""
    kit = make_kit(kind, tmp_path)
    kit.ledger.rebuild()

    with kit.ledger.view() as before:
        kit.ledger.rebuild()
        fill(kit)
        seen = before.folds()

    with kit.ledger.view() as after:
        assert (seen, after.folds()) == (1, 2)
