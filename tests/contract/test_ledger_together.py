"""Proves that processes which write to one ledger at once leave one gapless, sealed log."""

import multiprocessing
from pathlib import Path

import pytest

from aios_defs.core.rows.house import CursorRow
from aios_defs.services.verify import verify_ledger
from tests.contract.ledger_kit import log
from tests.contract.ledger_race import APPENDS, append_many, open_home
from tests.servers.postgres import shared_server

PROCESSES = {"sqlite": 4, "postgresql": 8}


@pytest.mark.parametrize("kind", PROCESSES)
def test_processes_append_without_gap_or_loss(tmp_path: Path, kind: str) -> None:
    """Processes that open a new home and append at once leave one gapless, sealed log."""
    url = shared_server().fresh() if kind == "postgresql" else None
    spawn = multiprocessing.get_context("spawn")
    names = [f"process-{number}" for number in range(PROCESSES[kind])]
    processes = [spawn.Process(target=append_many, args=(tmp_path, name, url)) for name in names]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    count = len(names) * APPENDS
    assert [process.exitcode for process in processes] == [0] * len(names)
    ledger, vault = open_home(tmp_path, url)
    with ledger.view() as view:
        stored, drawn = log(view), [row.value for row in view.select(CursorRow)]
    assert [one.position for one in stored] == list(range(1, count + 1))
    assert [one.sequence for one in stored] == list(range(1, count + 1))
    assert len(set(drawn)) == count
    assert verify_ledger(ledger, vault).ok
