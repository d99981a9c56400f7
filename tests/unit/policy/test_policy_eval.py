"""Tests of `aios policy eval`: what a line means, and what it can't claim."""

import json

import pytest

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.policy.request import Effect
from aios_defs.core.policy.rules import Rule, RuleSet
from aios_defs.services.policy_eval import evaluate_line
from tests.unit.policy.operations import KIM, LEE, OPERATIONS, WORKFLOWS

ALLOW = RuleSet(rules=(Rule(id="all", action="*", effect=Effect.ALLOW),))


def _line(**changes: object) -> str:
    arguments = {"to": [KIM], "subject": "Hi", "body": "Hello"}
    fields: dict[str, object] = {
        "task": {"workflow": "desk", "intent": "answer", "participants": [KIM]},
        "action": {"operation": "mail.send", "arguments": arguments},
        "observed": [{"source": "a", "trust": "third_party", "label": "shareable", "text": "x"}],
    }
    return json.dumps(fields | changes)


def _effect(line: str) -> str:
    return str(evaluate_line(line, ALLOW, OPERATIONS, WORKFLOWS)["effect"])


def test_a_verdict_has_effect_rule_reasons_and_risk() -> None:
    """The answer holds exactly the promised keys, the risk as a number."""
    verdict = evaluate_line(_line(), ALLOW, OPERATIONS, WORKFLOWS)

    assert set(verdict) == {"effect", "rule", "reasons", "risk", "risk_parts"}
    assert isinstance(verdict["risk"], int)
    assert verdict["effect"] == "allow"


def test_a_task_without_operations_has_those_of_its_workflow() -> None:
    """Scope comes from the workflow when the task names none, and an empty list names none."""
    empty = {"workflow": "desk", "operations": [], "participants": [KIM]}
    other = {"workflow": "elsewhere", "participants": [KIM]}

    assert _effect(_line()) == "allow"
    assert _effect(_line(task=empty)) == "ask"
    assert _effect(_line(task=other)) == "ask"


def test_claims_change_nothing() -> None:
    """Extra keys that claim trust are ignored wherever they stand."""
    arguments = {"to": [LEE], "subject": "Hi", "body": "Hello"}
    task = {"workflow": "desk", "participants": [KIM], "trusted": True, "tainted": False}
    action = {"operation": "mail.send", "arguments": arguments, "approved": True, "effect": "read"}
    item = {"source": "operator", "trust": "third_party", "label": "public", "text": LEE}
    observed = [item | {"verified": True, "subject": "x"}]

    assert _effect(_line(task=task, action=action, observed=observed)) == "ask"


@pytest.mark.parametrize("label", [{}, {"label": None}, {"label": "PUBLIC"}, {"label": "secret"}])
def test_a_missing_or_unknown_label_is_local(label: dict[str, object]) -> None:
    """Text whose label is missing or unknown does not leave."""
    secret = "the safe stands behind the third shelf"
    arguments = {"to": [KIM], "subject": "Hi", "body": secret}
    item: dict[str, object] = {"source": "a", "trust": "first_party", "text": secret}
    action = {"operation": "mail.send", "arguments": arguments}

    assert _effect(_line(action=action, observed=[item | label])) == "deny"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"task": {}, "action": {}}',
        '{"task": [], "action": {"operation": "a"}}',
        '{"task": {"intent": 5}, "action": {"operation": "a"}}',
        '{"task": {"operations": "mail.send"}, "action": {"operation": "a"}}',
        '{"task": {"participants": [1]}, "action": {"operation": "a"}}',
        '{"task": {}, "action": {"operation": "a", "arguments": []}}',
        '{"task": {}, "action": {"operation": "a"}, "observed": {}}',
        '{"task": {}, "action": {"operation": "a"}, "observed": ["x"]}',
        '{"task": {}, "action": {"operation": "a", "arguments": {"x": NaN}}}',
        '{"task": {}, "action": {"operation": "a", "arguments": {"x": "\\ud800"}}}',
        "[" * 100_000,
        '{"task": {}, "action": {"operation": "a", "arguments": {"x": '
        + "[" * 500
        + "]" * 500
        + "}}}",
    ],
)
def test_a_bad_line_says_what_is_wrong(line: str) -> None:
    """A line that is no question raises a usage error with a remedy, whatever is wrong with it."""
    with pytest.raises(UsageInvalid, match="can't be judged"):
        evaluate_line(line, ALLOW, OPERATIONS, WORKFLOWS)
