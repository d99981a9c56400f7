"""Proves the table of an action's life, and that the page about it is generated from it."""

from itertools import product

import pytest

from aios_defs.core.actions import (
    ARROWS,
    BEFORE_COMMITTING,
    OVER,
    READY,
    STOPPABLE,
    ActionState,
    next_state,
)
from aios_defs.core.errors import TransitionRefused
from tests.house.tree import ROOT
from tests.unit.core.action_page import written_page

ROLES = ("operator", "facade", "worker", "sweep")
PAGE = ROOT / "docs/reference/actions.md"
CASES = list(product((None, *ActionState), ARROWS, ROLES))


def test_the_page_is_current() -> None:
    """The page states this table; write it anew: `python -m tests.unit.core.action_page`."""
    assert PAGE.read_text(encoding="utf-8") == written_page()


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda one: one.event)
def test_only_what_the_table_says_happens(arrow: object) -> None:
    """Every state, event and role is either an arrow of the table or refused."""
    for state, one, role in CASES:
        if one is not arrow:
            continue
        if state in one.sources and role in one.by:
            assert next_state(state, one.event, f"{role}:x", "a") is one.target
        else:
            with pytest.raises(TransitionRefused) as refused:
                next_state(state, one.event, role, "a")
            assert refused.value.fields["event"] == one.event


def test_each_event_has_one_arrow() -> None:
    """Where an event leads does not depend on who looks."""
    names = [one.event for one in ARROWS]

    assert len(names) == len(set(names))


def test_every_state_can_be_reached() -> None:
    """No state is there for show."""
    reached: set[ActionState | None] = {None}
    while more := {one.target for one in ARROWS if reached & {*one.sources}} - reached:
        reached |= more

    assert reached == {None, *ActionState}


def test_every_state_that_is_not_over_can_end() -> None:
    """From anywhere a way leads to a state where nothing more happens."""
    ended: set[ActionState | None] = set(OVER)
    while (
        more := {state for one in ARROWS if one.target in ended for state in one.sources if state}
        - ended
    ):
        ended |= more

    assert ended == set(ActionState)


def test_only_a_worker_starts_and_only_from_ready() -> None:
    """Nothing reaches the wire but through a claim of what is authorised (G3)."""
    (start,) = [one for one in ARROWS if one.target is ActionState.COMMITTING]

    assert start.by == ("worker",)
    assert set(start.sources) == {*READY, ActionState.FAILED_RETRYABLE}


def test_only_the_operator_approves() -> None:
    """No agent, policy or sweep grants an approval."""
    (grant,) = [one for one in ARROWS if one.event == "approval.granted"]

    assert grant.by == ("operator",)


def test_what_may_have_happened_is_never_started_again() -> None:
    """Uncertain and parked leave only by an outcome that somebody looked up (G2)."""
    unsettled = {ActionState.UNCERTAIN, ActionState.PARKED}
    targets = {one.target for one in ARROWS if unsettled & {*one.sources}}

    assert targets == {
        ActionState.COMMITTED,
        ActionState.FAILED_RETRYABLE,
        ActionState.FAILED,
        ActionState.PARKED,
        ActionState.CANCELLED,
        ActionState.UNCERTAIN,  # doubted anew, by a restore
    }


def test_what_is_on_the_wire_cannot_be_stopped() -> None:
    """Only what has not started, or failed for sure, is cancelled or superseded."""
    stops = [one for one in ARROWS if one.event in ("action.superseded", "action.denied")]

    assert all({*one.sources} <= {*STOPPABLE} for one in stops)
    assert ActionState.COMMITTING not in STOPPABLE
    assert {*BEFORE_COMMITTING} < {*STOPPABLE}


def test_a_refusal_names_the_state_and_the_way_on() -> None:
    """Whoever is refused learns where the action is and how to look at it."""
    with pytest.raises(TransitionRefused, match="aios trace a-1") as refused:
        next_state(ActionState.COMMITTED, "action.started", "worker:w", "a-1")

    assert refused.value.fields["state"] == "committed"
