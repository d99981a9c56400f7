"""Proves what holds while a process runs on and the operator changes things around it."""

from aios_defs.core.actions import ActionState
from aios_defs.services.commit import commit_action
from aios_defs.services.reconcile import resolve
from aios_defs.services.sweep import clean_up, commit_due
from resources.testing.connector_server import FakeServer
from tests.integration.desk import Desk, Mail
from tests.integration.outside import Outside, die_at, effects

QUESTION = Mail(text="How much is the blue widget?")
NOW = """
  - id: now
    action: mail.send
    effect: allow
"""
DENY = """
  - id: never
    action: mail.send
    effect: deny
"""
LATER = """
  - id: later
    action: mail.send
    effect: allow_after
    undo: 30s
"""


def _authorised(desk: Desk) -> str:
    """Return the id of an action that a rule allows at once and nobody has committed yet."""
    desk.set_rules(NOW)
    desk.deliver(QUESTION)
    desk.take()
    desk.decide()
    assert desk.action().state is ActionState.AUTHORISED
    return desk.action().id


def test_rules_written_while_a_process_runs_count_at_once(desk: Desk) -> None:
    """A process that opened the home before a `deny` was written commits nothing against it."""
    action_id = _authorised(desk)
    desk.write("policies.yaml", f"version: 1\nrules:{NOW}{DENY}")

    state = commit_action(desk.kernel, action_id)

    assert state is ActionState.DENIED
    assert desk.sent() == []


def test_a_file_broken_while_a_process_runs_keeps_the_last_good_rules(desk: Desk) -> None:
    """A mistake made while a process runs changes no rule, and is named."""
    action_id = _authorised(desk)
    assert desk.kernel.policy.mistakes == ()
    desk.write("policies.yaml", "version: 1\nrules: [{id: x, action: mail.send, effect: maybe}]\n")

    state = commit_action(desk.kernel, action_id)

    assert state is ActionState.COMMITTED
    assert desk.kernel.policy.mistakes


def test_a_rule_that_wants_a_window_at_the_commit_gets_one(desk: Desk) -> None:
    """What was allowed at once waits for the window that a rule asks for meanwhile, once."""
    action_id = _authorised(desk)
    desk.set_rules(LATER)

    first = commit_action(desk.kernel, action_id)
    desk.wait(seconds=31)
    commit_due(desk.kernel)

    assert first is ActionState.SCHEDULED
    assert desk.action().state is ActionState.COMMITTED
    assert len(desk.sent()) == 1


def test_an_outbox_that_moved_cannot_be_asked_about_what_went_before(desk: Desk) -> None:
    """An uncertain mail of the old outbox is parked, not sent again into the new one."""
    desk.set_rules(NOW)
    desk.deliver(QUESTION)
    die_at(desk, "mail.delivered")
    files = desk.path / "business" / "connectors.yaml"
    desk.write("connectors.yaml", files.read_text().replace("mail/outbox", "mail/elsewhere"))
    desk.reopen()
    desk.wait(minutes=2)

    clean_up(desk.kernel)
    commit_due(desk.kernel)

    assert desk.action().state is ActionState.PARKED
    assert len(desk.sent()) == 1
    assert not list((desk.path / "mail" / "elsewhere").glob("new/*"))


def test_an_attempt_under_way_is_asked_about_again(opens: Outside) -> None:
    """While another process may still send, the action stays uncertain; then it is settled."""
    desk = opens("VerifyOnly")
    die_at(desk, "fake.ready")
    desk.wait(minutes=2)
    server = FakeServer(desk.path / "outside")

    with server.attempting(desk.action().key):
        clean_up(desk.kernel)
        during = desk.action().state
    clean_up(desk.kernel)
    commit_due(desk.kernel)

    assert during is ActionState.UNCERTAIN
    assert desk.action().state is ActionState.COMMITTED
    assert effects(desk) == 1


def test_the_operator_may_settle_what_is_uncertain(opens: Outside) -> None:
    """Where the connector never answers, the operator's word settles it."""
    desk = opens("VerifyOnly")
    die_at(desk, "fake.ready")
    desk.wait(minutes=2)
    server = FakeServer(desk.path / "outside")
    with server.attempting(desk.action().key):
        clean_up(desk.kernel)

        state = resolve(desk.kernel, desk.action().id, "cancel")

    assert state is ActionState.CANCELLED
    assert desk.standings()["ignored"] == 1
