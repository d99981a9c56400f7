"""Proves what every source of ids promises: UUIDv7, increasing, never twice."""

import os
import re
import threading
import uuid

import pytest

from aios_defs.core.ports import Ids
from resources.ids import UuidV7Ids, uuid7_text
from resources.testing.fixed_ids import FixedIds

FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(params=["fixed", "real"])
def ids(request: pytest.FixtureRequest) -> Ids:
    return FixedIds() if request.param == "fixed" else UuidV7Ids()


def test_ids_are_uuids_of_version_seven(ids: Ids) -> None:
    """The text has the form, version and variant of RFC 9562."""
    text = ids.new()

    assert FORM.fullmatch(text)
    assert uuid.UUID(text).version == 7


def test_ids_only_grow(ids: Ids) -> None:
    """As text they sort in the order they were given out, within one millisecond too."""
    given = [ids.new() for _ in range(5000)]

    assert given == sorted(given)
    assert len(set(given)) == len(given)


def test_threads_share_no_id(ids: Ids) -> None:
    """Four threads at once get ids of their own."""
    given: list[str] = []

    def draw() -> None:
        given.extend([ids.new() for _ in range(2000)])

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(given)) == 8000


def test_a_forked_child_gives_out_other_ids() -> None:
    """Parent and child, which share their state at the fork, never give out the same."""
    ids = UuidV7Ids()
    ids.new()
    read, write = os.pipe()

    child = os.fork()
    if child == 0:
        os.write(write, "".join(ids.new() for _ in range(50)).encode())
        os._exit(0)
    own = {ids.new() for _ in range(50)}
    os.waitpid(child, 0)
    text = os.read(read, 36 * 50).decode()
    os.close(read)
    os.close(write)

    theirs = {text[place : place + 36] for place in range(0, len(text), 36)}
    assert len(theirs) == 50
    assert not own & theirs


def test_the_same_seed_gives_the_same_ids() -> None:
    """Two fixed sources agree when their seeds do, and only then."""
    one, same, other = FixedIds(7), FixedIds(7), FixedIds(8)

    first = [one.new(), one.new()]

    assert first == [same.new(), same.new()]
    assert first[0] != other.new()


def test_an_id_carries_its_time_and_counter() -> None:
    """The fields of RFC 9562 stand where they belong: 48, 12 and 62 bits."""
    found = uuid.UUID(uuid7_text(0x0123456789AB, (0xABC << 62) | 0x3FFF_FFFF_FFFF_FFFF))

    assert found.int >> 80 == 0x0123456789AB
    assert (found.int >> 64) & 0xFFF == 0xABC
    assert found.int & ((1 << 62) - 1) == (1 << 62) - 1
