"""Proves what every ledger promises of its rows: reading, own writes, snapshots, rebuild, blobs."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import LedgerConflict
from aios_defs.core.events.actions import ActionProposed
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.house import CursorRow, LeaseRow, PauseRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from resources.testing.task_story import EVENTS_PER_TASK, Story
from tests.contract.ledger_kit import (
    KINDS,
    Kit,
    draft,
    folded,
    log,
    make_kit,
    paused,
    received,
    resumed,
)


@pytest.fixture(params=KINDS)
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return make_kit(request.param, tmp_path)


def lease(kit: Kit, name: str, token: int, minutes: int, owner: str = "worker") -> LeaseRow:
    until = kit.clock.now() + timedelta(minutes=minutes)
    return LeaseRow(name=name, owner=owner, token=token, until=until)


def leases(kit: Kit) -> None:
    with kit.ledger.transaction(actor="operator") as unit:
        unit.put(lease(kit, "c", 3, 3))
        unit.put(lease(kit, "a", 1, 9, "other"))
        unit.put(lease(kit, "d", 2, 1))
        unit.put(lease(kit, "b", 2, 5))


def test_a_row_is_read_by_its_key(kit: Kit) -> None:
    """The row comes back as it was written; there is none of another key."""
    leases(kit)

    with kit.ledger.view() as view:
        assert view.get(LeaseRow, "c") == lease(kit, "c", 3, 3)
        assert view.get(LeaseRow, "z") is None


def test_rows_come_by_key_unless_ordered(kit: Kit) -> None:
    """Without an order rows come by key; rows of equal order too, also when it descends."""
    leases(kit)

    with kit.ledger.view() as view:
        found = [
            "".join(row.name for row in view.select(LeaseRow)),
            "".join(row.name for row in view.select(LeaseRow, order="token")),
            "".join(row.name for row in view.select(LeaseRow, order="-token")),
            "".join(row.name for row in view.select(LeaseRow, order="until", limit=2)),
        ]
    assert found == ["abcd", "abdc", "cbda", "dc"]


def test_conditions_compare_and_combine(kit: Kit) -> None:
    """Equality, one-of, less, at most, greater, on text, numbers and instants, joined by and."""
    leases(kit)
    soon = kit.clock.now() + timedelta(minutes=5)

    with kit.ledger.view() as view:
        found = {
            "equal": [row.name for row in view.select(LeaseRow, owner="other")],
            "one of": [row.name for row in view.select(LeaseRow, name=("b", "c", "x"))],
            "one of none": [row.name for row in view.select(LeaseRow, name=())],
            "less": [row.name for row in view.select(LeaseRow, until__lt=soon)],
            "at most": [row.name for row in view.select(LeaseRow, until__lte=soon)],
            "greater": [row.name for row in view.select(LeaseRow, token__gt=1, until__lt=soon)],
        }
        assert view.count(LeaseRow, token=2) == 2
        assert view.count(LeaseRow, token=()) == 0
    assert found == {
        "equal": ["a"],
        "one of": ["b", "c"],
        "one of none": [],
        "less": ["c", "d"],
        "at most": ["b", "c", "d"],
        "greater": ["c", "d"],
    }


def test_a_column_may_be_called_kind(kit: Kit) -> None:
    """A condition may name any column, also one that is called as the reader calls the row."""
    Story(ledger=kit.ledger, vault=kit.vault, number=1).meet()

    with kit.ledger.view() as view:
        assert view.count(ProfileRow, kind="person") == 1
        assert view.select(ProfileRow, kind="company") == []
    with kit.ledger.transaction(actor="operator") as unit:
        assert len(unit.select(ProfileRow, kind="person")) == 1


def test_nothing_is_less_or_more_than_none(kit: Kit) -> None:
    """None is found by asking for it, stands first in an order, and never compares."""
    with kit.ledger.transaction(actor="operator") as unit:
        for name, mail_hash in (("m1", "b"), ("m2", None), ("m3", "a"), ("m4", None)):
            unit.append(received(name, mail_hash, kit))

    with kit.ledger.view() as view:
        found = [
            [row.id for row in view.select(MessageRow, mail_hash=None)],
            [row.id for row in view.select(MessageRow, order="mail_hash")],
            [row.id for row in view.select(MessageRow, order="-mail_hash")],
            [row.id for row in view.select(MessageRow, mail_hash__lt="z")],
        ]
    assert found == [["m2", "m4"], ["m2", "m4", "m3", "m1"], ["m1", "m3", "m2", "m4"], ["m1", "m3"]]


@pytest.mark.parametrize("word", ["colour", "until__near"])
def test_an_unknown_column_or_operator_is_a_mistake(kit: Kit, word: str) -> None:
    """A condition that no row could meet is refused, not ignored."""
    with kit.ledger.view() as view, pytest.raises(ValueError, match=word.partition("__")[0]):
        view.select(LeaseRow, order=None, limit=None, **{word: kit.clock.now()})


def test_an_unknown_order_is_a_mistake(kit: Kit) -> None:
    """Ordering by what is no column is refused."""
    with kit.ledger.view() as view, pytest.raises(ValueError, match="colour"):
        view.select(LeaseRow, order="-colour")


def test_a_unit_sees_its_own_writes(kit: Kit) -> None:
    """Get, select, count, events and head include what the unit wrote before."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("a"))
        unit.append(paused("b"))
        unit.append(resumed("a"))
        unit.put(CursorRow(name="mail", value="1"))
        unit.put(CursorRow(name="mail", value="2"))

        assert unit.get(PauseRow, "a") is None
        assert [row.scope for row in unit.select(PauseRow)] == ["b"]
        assert unit.select(CursorRow) == [CursorRow(name="mail", value="2")]
        unit.delete(CursorRow, "mail")
        unit.delete(CursorRow, "never there")
        assert (unit.count(CursorRow), unit.get(CursorRow, "mail")) == (0, None)
        assert [one.position for one in unit.events()] == [1, 2, 3]
        assert unit.head().position == 3


def test_only_the_fold_writes_folded_rows(kit: Kit) -> None:
    """Putting or deleting a folded row by hand is refused."""
    row = PauseRow(scope="all", position=1, reason="")

    with kit.ledger.transaction(actor="operator") as unit:
        with pytest.raises(TypeError):
            unit.put(row)
        with pytest.raises(TypeError):
            unit.delete(PauseRow, "all")


def test_a_view_keeps_what_it_began_with(kit: Kit) -> None:
    """A writer commits beside an open view, which goes on showing the state of its beginning."""
    with kit.ledger.transaction(actor="operator") as unit:
        unit.append(paused("a"))

    with kit.ledger.view() as view:
        with kit.ledger.transaction(actor="operator") as unit:
            unit.append(paused("b"))
        before = (view.head().position, view.count(PauseRow), len(log(view)))
    with kit.ledger.view() as view:
        after = (view.head().position, view.count(PauseRow), len(log(view)))

    assert (before, after) == ((1, 1, 1), (2, 2, 2))


def test_what_is_unique_stays_unique(kit: Kit) -> None:
    """A second action of the same idempotency key is a conflict and leaves nothing."""
    first = Story(ledger=kit.ledger, vault=kit.vault, number=1)
    first.meet()
    first.receive()
    first.decide()
    with kit.ledger.view() as view:
        before = view.head()
        (proposed,) = view.events(types=("action.proposed.v1",))
    again = {**proposed.data, "action_id": "another"}

    with pytest.raises(LedgerConflict), kit.ledger.transaction(actor="facade") as unit:  # noqa: PT012 - the unit is the act
        unit.append(paused())
        unit.append(_proposed(again))

    with kit.ledger.view() as view:
        assert (view.head(), view.count(ActionRow)) == (before, 1)


def _proposed(data: JsonObject) -> Draft:
    return draft(ActionProposed.model_validate(data), "action:another")


def test_a_told_story_ends_in_its_rows(kit: Kit) -> None:
    """Eleven events over four commits leave the task completed."""
    story = Story(ledger=kit.ledger, vault=kit.vault, number=1)
    story.meet()

    story.tell()

    with kit.ledger.view() as view:
        assert view.head().position == 1 + EVENTS_PER_TASK
        assert [row.state for row in view.select(TaskRow)] == [TaskState.COMPLETED]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(choices=st.lists(st.integers(0, 3), max_size=14))
def test_a_rebuild_finds_the_rows_that_were_there(
    kind: str, choices: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However stories interleave, folding the log anew gives the rows folded event by event."""
    kit = make_kit(kind, tmp_path_factory.mktemp("home"))
    _tell_interleaved(kit, choices)
    with kit.ledger.view() as view:
        before = folded(view)

    count = kit.ledger.rebuild()

    with kit.ledger.view() as view:
        assert folded(view) == before
        assert view.head().position == count


@settings(max_examples=15, deadline=None)
@given(choices=st.lists(st.integers(0, 3), max_size=14))
def test_both_ledgers_tell_the_same_story(
    choices: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With the same ids and keys the two ledgers hold the same events, hashes and rows."""
    home = tmp_path_factory.mktemp("home")
    kits = [make_kit(kind, home) for kind in KINDS]

    for one in kits:
        _tell_interleaved(one, choices)

    states = []
    for one in kits:
        with one.ledger.view() as view:
            states.append((log(view), folded(view), view.head()))
    assert states[0] == states[1]


def _tell_interleaved(kit: Kit, choices: list[int]) -> None:
    """Advance the story of each chosen number by one commit, in the order chosen."""
    stories = [Story(ledger=kit.ledger, vault=kit.vault, number=number) for number in range(4)]
    stories[0].meet()
    steps = [iter(story.steps()) for story in stories]
    for choice in choices:
        step = next(steps[choice], None)
        if step is not None:
            step()
            kit.clock.advance(timedelta(seconds=1))
