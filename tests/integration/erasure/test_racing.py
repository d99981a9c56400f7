"""Proves that no build which read somebody before they were forgotten writes them after it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from aios_defs.core.errors import TransitionRefused
from aios_defs.services.archive import fill
from aios_defs.services.erasure.forget import forget
from aios_defs.services.erasure.reading import read_clean
from aios_defs.services.memory import Memory
from aios_defs.services.tables.memory import memory_table
from resources.artifacts import ArtifactStore
from resources.erasing import finish_erasures
from resources.publishing import publish
from tests.house.tree import ROOT
from tests.integration.desk import Desk
from tests.integration.erasure.building import build_once
from tests.integration.erasure.planted import WORDS, filled
from tests.integration.erasure.searching import files_with, tables_with


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(path=tmp_path / "home").begin()


def test_a_table_that_was_read_before_is_not_written_after(desk: Desk) -> None:
    """The build is dropped, the one that the erasure made stays."""
    whom = filled(desk)
    table = memory_table(desk.kernel, "interactions")
    forget(desk.kernel, whom)
    finish_erasures(desk.home)

    assert publish(desk.home, table) == []

    assert tables_with(desk.path / "lance", WORDS) == []
    assert publish(desk.home, memory_table(desk.kernel, "interactions"))


def test_while_a_key_is_still_there_nothing_is_read(desk: Desk) -> None:
    """Between the event and the end of its work a build is refused; after it, it goes."""
    whom = filled(desk)
    forget(desk.kernel, whom)
    with pytest.raises(TransitionRefused, match="being forgotten"):
        read_clean(desk.kernel, lambda: memory_table(desk.kernel, "facts"))

    finish_erasures(desk.home)

    read_clean(desk.kernel, lambda: memory_table(desk.kernel, "facts"))


def test_a_batch_that_was_read_before_is_not_put_in_after(desk: Desk) -> None:
    """While a batch is embedded she is forgotten, to the end: it is read anew, without her."""
    whom = filled(desk)
    memory = desk.home.memories.filling()
    memory.index.drop()
    is_read, may_go = Event(), Event()

    class Slow(Memory):
        def embedded(self, items: Any) -> Any:  # noqa: ANN401 - as its parent
            made = memory.embedded(items)
            is_read.set()
            assert may_go.wait(60)
            return made

    with desk.kernel.ledger.view() as view:
        head = view.head().position
    slow = Slow(index=memory.index, embedder=memory.embedder)
    filler = Thread(target=lambda: fill(desk.kernel, slow, upto=head))
    filler.start()
    assert is_read.wait(60)
    forget(desk.kernel, whom)
    finish_erasures(desk.home)
    may_go.set()
    filler.join(60)

    assert memory.index.standing().position == head
    assert tables_with(desk.path / "lance", WORDS) == []
    assert files_with(desk.path, WORDS) == []


@contextmanager
def building(desk: Desk) -> Iterator[None]:
    """Let another process build everything over and over for the time of a block."""
    command = [sys.executable, "-m", "tests.integration.erasure.building", str(desk.path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "built\n"
        try:
            yield
            assert process.stdout.readline() == "built\n"
        finally:
            (desk.path.parent / "stop").touch()
        assert process.wait(60) == 0


def test_another_process_that_builds_all_the_time_brings_nothing_back(desk: Desk) -> None:
    """However its builds fall around the erasure, none of her words is in a file after it."""
    whom = filled(desk)
    with building(desk):
        forget(desk.kernel, whom)
        finish_erasures(desk.home)

    build_once(desk.home)

    assert ArtifactStore(desk.path / "lance").count(memory_table(desk.kernel, "facts").form)
    assert tables_with(desk.path / "lance", WORDS) == []
    assert files_with(desk.path, WORDS) == []
