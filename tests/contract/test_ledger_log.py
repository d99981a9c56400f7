"""Proves what every ledger promises of its log: places, chain, conflicts, all or nothing."""

import threading
from pathlib import Path

import pytest

from aios_defs.core.envelope import ZERO_HASH, Head, envelope_hash
from aios_defs.core.errors import HomeLocked, LedgerConflict, RestoreUnconfirmed, TransitionRefused
from aios_defs.core.events.actions import ActionCancelled
from aios_defs.core.events.copies import HomeRestored, RestoreConfirmed
from aios_defs.core.events.registry import UnknownEvent
from aios_defs.core.rows.house import CursorRow, PauseRow
from tests.contract.ledger_kit import KINDS, Kit, draft, log, make_kit, paused, resumed


@pytest.fixture(params=KINDS)
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return make_kit(request.param, tmp_path)


def test_an_empty_ledger_stands_at_zero(kit: Kit) -> None:
    """Before the first event the head is position 0 with the zero hash."""
    with kit.ledger.view() as view:
        head = view.head()

    assert head == Head(position=0, hash=ZERO_HASH)


def test_positions_are_gapless_and_streams_count_by_themselves(kit: Kit) -> None:
    """Positions count over the whole log, sequences within their stream, over several units."""
    for stream in ("a", "b", "a"):
        with kit.ledger.transaction(actor="operator") as unit:
            unit.append(paused(stream, stream))
            unit.append(paused(stream, stream))

    with kit.ledger.view() as view:
        places = [(one.position, one.stream, one.sequence) for one in log(view)]
    assert places == [(1, "a", 1), (2, "a", 2), (3, "b", 1), (4, "b", 2), (5, "a", 3), (6, "a", 4)]


def test_each_event_carries_the_hash_of_the_one_before(kit: Kit) -> None:
    """The chain begins at the zero hash, each hash is that of the stored fields."""
    for number in range(3):
        with kit.ledger.transaction(actor="operator") as unit:
            unit.append(paused(f"scope {number} ü \U0001f600"))

    with kit.ledger.view() as view:
        stored, head = log(view), view.head()
    assert [one.prev_hash for one in stored] == [ZERO_HASH, *(one.hash for one in stored[:-1])]
    assert [one.hash for one in stored] == [envelope_hash(one) for one in stored]
    assert head == Head(position=3, hash=stored[-1].hash)


def test_what_append_returns_is_what_is_stored(kit: Kit) -> None:
    """The envelope of append equals the one read later, by position and by id."""
    with kit.ledger.transaction(actor="operator", run_id="run-1") as unit:
        appended = unit.append(paused())

    with kit.ledger.view() as view:
        assert log(view) == [appended]
        assert view.event(appended.id) == appended
        assert view.event("nowhere") is None
    assert (appended.actor, appended.run_id, appended.time) == (
        "operator",
        "run-1",
        kit.clock.now(),
    )


def test_the_expected_sequence_must_hold(kit: Kit) -> None:
    """A unit that expects another sequence than the stream's is refused and leaves nothing."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused(), expect=0)
        unit.append(paused("mail"), expect=1)

    with pytest.raises(LedgerConflict), kit.ledger.transaction(actor="operator") as unit:  # noqa: PT012 - the unit is the act
        unit.append(paused("elsewhere", "other"))
        unit.append(paused(), expect=1)

    with kit.ledger.view() as view:
        assert view.head().position == 2


def test_an_exception_leaves_nothing(kit: Kit) -> None:
    """Events, rows, operational rows and blobs of a unit that raises are not there."""
    with pytest.raises(ZeroDivisionError), kit.ledger.transaction(actor="operator") as unit:  # noqa: PT012 - the unit is the act
        unit.append(paused())
        unit.put(CursorRow(name="mail", value="7"))
        blob = unit.put_blob(kit.vault.house, b"bytes")
        assert unit.count(PauseRow) == 1
        assert unit.blob(blob) == b"bytes"
        raise ZeroDivisionError

    with kit.ledger.view() as view:
        assert (view.head().position, view.count(PauseRow), view.count(CursorRow)) == (0, 0, 0)


def test_after_an_exception_the_next_unit_starts_from_what_is_stored(kit: Kit) -> None:
    """Nothing that a failed unit read or wrote is believed by the next one."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("kept"))
    with pytest.raises(ZeroDivisionError), kit.ledger.transaction(actor="operator") as unit:  # noqa: PT012 - the unit is the act
        unit.append(resumed("kept"))
        raise ZeroDivisionError

    with kit.ledger.transaction(actor="operator") as unit:
        found = unit.get(PauseRow, "kept")
        appended = unit.append(paused("new"))

    assert found is not None
    assert (appended.position, appended.sequence) == (2, 2)


def test_a_refused_event_spoils_its_unit(kit: Kit) -> None:
    """Going on after the fold refused an event does not keep the rest of the unit."""
    cancelled = draft(ActionCancelled(action_id="nowhere", reason="skipped"))

    with (  # noqa: PT012 - the unit is the act
        pytest.raises((TransitionRefused, KeyError)),
        kit.ledger.transaction(actor="operator") as unit,
    ):
        unit.append(paused())
        with pytest.raises((TransitionRefused, KeyError)):
            unit.append(cancelled)

    with kit.ledger.view() as view:
        assert view.head().position == 0


def test_a_restored_home_is_held_until_it_is_confirmed(kit: Kit) -> None:
    """Held, it takes what ends things and the operator's word, and nothing else; then all again."""
    restored = HomeRestored(backup_id="b", instance_id="i", position=0, head="0" * 64, is_held=True)
    with kit.ledger.transaction(actor="operator") as unit:
        held = unit.append(draft(restored)).id
    with pytest.raises(RestoreUnconfirmed), kit.ledger.transaction(actor="operator") as unit:
        unit.append(resumed("all"))
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("all"))
        unit.append(draft(RestoreConfirmed(restored=held, by="operator")))

    with kit.ledger.transaction(actor="operator") as unit:
        assert unit.append(resumed("all")).position == 4


def test_events_can_be_filtered(kit: Kit) -> None:
    """After, upto, types, stream, correlation and limit narrow the log, alone and together."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("a", "one"))
        unit.append(paused("b", "two"))
        unit.append(draft(UnknownEvent(original_type="x.y.v1", data={}), "one", "task-1"))
        unit.append(resumed("b"))

    with kit.ledger.view() as view:
        found = {
            "after": [one.position for one in view.events(after=2)],
            "upto": [one.position for one in view.events(upto=2)],
            "types": [one.position for one in view.events(types=("x.y.v1", "override.paused.v1"))],
            "stream": [one.position for one in view.events(stream="one")],
            "correlation": [one.position for one in view.events(correlation_id="task-1")],
            "limit": [one.position for one in view.events(after=1, limit=2)],
            "none": [one.position for one in view.events(limit=0)],
            "all": [one.position for one in view.events(after=1, upto=3, stream="one")],
        }
    assert found == {
        "after": [3, 4],
        "upto": [1, 2],
        "types": [1, 2, 3],
        "stream": [1, 3],
        "correlation": [3],
        "limit": [2, 3],
        "none": [],
        "all": [3],
    }


def test_a_long_log_is_streamed_whole(kit: Kit) -> None:
    """More events than one batch holds come complete and in order."""
    with kit.ledger.transaction(actor="operator") as unit:
        for number in range(1203):
            unit.append(paused(f"scope-{number}"))

    with kit.ledger.view() as view:
        assert [one.position for one in view.events()] == list(range(1, 1204))
        assert [one.position for one in view.events(limit=1100)] == list(range(1, 1101))


def test_a_unit_inside_a_unit_is_a_mistake(kit: Kit) -> None:
    """Opening a second unit in the same thread raises instead of waiting for itself."""
    with (
        kit.ledger.transaction(actor="operator"),
        pytest.raises(RuntimeError, match="pass it on"),
        kit.ledger.transaction(actor="operator"),
    ):
        pass

    with kit.ledger.transaction(actor="operator") as unit:
        assert unit.append(paused()).position == 1


def test_threads_take_turns(kit: Kit) -> None:
    """Four threads that append at once leave a gapless log with sequences in order."""

    def work(stream: str) -> None:
        for _ in range(10):
            with kit.ledger.transaction(actor="operator") as unit:
                unit.append(paused(stream, stream))

    threads = [threading.Thread(target=work, args=(f"stream-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with kit.ledger.view() as view:
        stored = log(view)
    assert [one.position for one in stored] == list(range(1, 41))
    for number in range(4):
        own = [one.sequence for one in stored if one.stream == f"stream-{number}"]
        assert own == list(range(1, 11))


@pytest.mark.parametrize("kind", KINDS)
def test_a_writer_that_waits_too_long_is_told(kind: str, tmp_path: Path) -> None:
    """Behind another writer the wait ends with HomeLocked, and nothing is written."""
    kit = make_kit(kind, tmp_path, wait_seconds=0.05)
    caught: list[Exception] = []

    def wait() -> None:
        try:
            with kit.ledger.transaction(actor="operator") as unit:
                unit.append(paused())
        except HomeLocked as error:
            caught.append(error)

    with kit.ledger.transaction(actor="operator"):
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()

    assert len(caught) == 1
    with kit.ledger.view() as view:
        assert view.head().position == 0
