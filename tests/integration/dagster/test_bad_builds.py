"""Proves of every artifact that a planted bad row fails its check, replaces nothing and is told."""

import pytest

from aios_defs.definitions import run_workflow
from aios_defs.services.quality.verdict import Artifact
from aios_defs.services.tables.memory import memory_form
from aios_defs.services.tables.workflows import workflow_form
from resources.artifacts import ArtifactStore
from resources.quality.gate import GATED
from resources.quality.verdicts import ARTIFACTS
from tests.integration.dagster.conftest import WORKFLOW
from tests.integration.dagster.runs import cards, failed_checks, plant, refresh_memory, row_ids
from tests.integration.dagster.test_cold_memory import DAY, run_due
from tests.integration.desk import STRANGER, Desk, Mail

_MESSAGES = "UPDATE messages SET position = -1"
_INTERACTIONS = "UPDATE interactions SET direction = 'sideways'"
PLANTED: dict[Artifact, tuple[str, str]] = {
    "profiles": ("UPDATE profiles SET stage = 'ghost'", "stage is customer, former or lead"),
    "interactions": (_INTERACTIONS, "direction is in or out"),
    "facts": ("UPDATE facts SET confidence = 7.5", "confidence is between 0 and 1"),
    "cold_memory": (_INTERACTIONS, "direction is , in or out"),
    "messages": (_MESSAGES, "position is at least 1"),
    "tickets": ("UPDATE tasks SET attempt = -1", "attempt is at least 0"),
    "replies": ("UPDATE actions SET slot = -1", "slot is at least 0"),
    "outcomes": (_MESSAGES, "received_position is at least 1"),
}
"""How a row goes bad behind the ledger's back, and what is then not met."""


@pytest.fixture
def served(past: Desk) -> Desk:
    """A desk of which every artifact was built once, and which has a newer mail."""
    past.deliver(Mail(text="How much is the blue widget?", sender=STRANGER))
    run_workflow(past.home, WORKFLOW)
    assert refresh_memory(past.home).is_success
    run_due(past)
    past.clock.sleep(DAY)
    past.receive(Mail(text="Is the green widget waterproof?", identity="two@outside.example"))
    return past


def serving(desk: Desk, name: Artifact) -> object:
    """Return what serves of an artifact: its rows, or how far the index has come."""
    if name == "cold_memory":
        return desk.home.memories.filling().index.standing()
    form = workflow_form(name) if name in GATED else memory_form(name)
    return ArtifactStore(desk.path / "lance").read(form)


def built(desk: Desk, name: Artifact) -> str:
    """Build an artifact by what builds it, and have it checked; returns the run of the check."""
    if name == "cold_memory":
        desk.clock.sleep(DAY)
        return run_due(desk)
    if name in GATED:
        run_workflow(desk.home, WORKFLOW)
    return refresh_memory(desk.home).run_id


@pytest.mark.parametrize("name", ARTIFACTS)
def test_a_bad_build_replaces_nothing_and_raises_a_card(served: Desk, name: Artifact) -> None:
    """The check fails with the ids of the rows, the former build serves, the card says why."""
    before = serving(served, name)
    statement, words = PLANTED[name]
    plant(served, statement)

    failed = failed_checks(served.home, built(served, name))[f"{name}.expectations"]

    assert serving(served, name) == before
    assert row_ids(failed)[words]
    (card,) = [one for one in cards(served) if one.about == name]
    assert words in card.summary
    assert "The former one stays." in card.summary
    assert f"aios memory quality {name}" in card.remedy
