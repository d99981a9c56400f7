"""Proves what broken business files do: at the start, while it runs, and beside what runs."""

import os
from datetime import timedelta

import pytest

from aios_defs.core.actions import ActionState
from aios_defs.core.model import rfc3339
from aios_defs.services.seed import apply_business, policy_standing
from resources.process_status import UpStatus, write_status
from resources.workers import LocalWorkers
from tests.e2e.shell import Shell
from tests.integration.desk import Desk, Mail

BROKEN = "version: 1\nrules:\n  - id: x\n   effect: [\n"
QUESTION = Mail(text="How much is the blue widget?")


def serve(desk: Desk) -> None:
    """Let the home look as `aios up`, begun at this moment, leaves it."""
    status = UpStatus(
        state="running",
        pid=os.getpid(),
        worker=LocalWorkers().me,
        since=rfc3339(desk.clock.now()),
        ports={},
        children=(),
    )
    write_status(desk.path, status)


def test_rules_broken_at_the_start_are_safe_mode_with_a_card(desk: Desk) -> None:
    """Mail is taken in and drafted, nothing is sent; mended rules send it."""
    good = (desk.path / "business/policies.yaml").read_text(encoding="utf-8")
    desk.write("policies.yaml", BROKEN)
    desk.reopen()
    desk.receive(QUESTION)

    remark = Shell(home=desk.path).run("inbox").err
    (card,) = desk.cards("notice")
    state = desk.action().state
    desk.write("policies.yaml", good)
    desk.reopen()
    desk.turn()

    assert "Safe mode: business/policies.yaml does not validate" in remark
    assert "The policy file does not validate" in str(card["summary"])
    assert state is ActionState.DRAFTED
    assert desk.cards("notice") == []
    desk.turn()
    assert len(desk.sent()) == 1


def test_rules_broken_on_reload_leave_the_last_good_ones(desk: Desk) -> None:
    """What runs goes on by the last good rules, and a card says so."""
    desk.write("policies.yaml", BROKEN)

    apply_business(desk.kernel)
    desk.receive(QUESTION)

    assert policy_standing(desk.kernel) == "last_good"
    assert "goes on by the last good rules" in str(desk.cards("notice")[0]["summary"])
    assert len(desk.sent()) == 1


def test_what_starts_beside_it_takes_the_same_rules(desk: Desk) -> None:
    """A worker that starts while `aios up` goes on by the last good rules judges by them too."""
    serve(desk)
    desk.clock.advance(timedelta(minutes=1))
    desk.write("policies.yaml", BROKEN)
    apply_business(desk.kernel)

    desk.open()
    desk.receive(QUESTION)

    assert policy_standing(desk.kernel) == "last_good"
    assert len(desk.sent()) == 1


def test_what_starts_after_the_rules_broke_is_in_safe_mode(desk: Desk) -> None:
    """`aios up` that began with a broken file knows no good rules, and nobody beside it does."""
    desk.write("policies.yaml", BROKEN)
    desk.reopen()
    desk.clock.advance(timedelta(minutes=1))
    serve(desk)

    desk.open()

    assert policy_standing(desk.kernel) == "safe_mode"


@pytest.mark.parametrize("name", ["operator.yaml", "catalog.yaml", "connectors.yaml", "facts.yaml"])
def test_another_broken_file_at_the_start_is_said_by_its_line(desk: Desk, name: str) -> None:
    """The command names file and line, opens nothing, and says where to read on."""
    desk.home.ledger.close()
    text = (desk.path / "business" / name).read_text(encoding="utf-8")
    desk.write(name, "a: [\n  b: }\n")

    told = Shell(home=desk.path).run("status")
    desk.write(name, text)

    assert told.code == 2
    assert name in told.err
    assert "line" in told.err
    assert "configuration_invalid.md" in told.err
    assert Shell(home=desk.path).run("status").code == 0


def test_another_broken_file_while_it_runs_changes_nothing(desk: Desk) -> None:
    """What runs goes on by the files it read at its start."""
    desk.write("catalog.yaml", "workflows: [\n")

    desk.receive(QUESTION)

    assert len(desk.sent()) == 1
