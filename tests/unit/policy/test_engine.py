"""Tests of the verdict: the strictest wins, built-ins hold whatever the file says."""

import json
from pathlib import Path

import pytest

from aios_defs.core.labels import Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.policy.engine import evaluate
from aios_defs.core.policy.request import ConnectorView, Effect, TaskView
from aios_defs.core.policy.rules import Rule, RuleSet, load_rules
from aios_defs.services.policy_eval import evaluate_line
from tests.unit.policy.operations import (
    KIM,
    LEE,
    LOOK,
    ONCE,
    OPERATIONS,
    PAY,
    WORKFLOWS,
    mail,
    read,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "policy" / "verdicts.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))
ALLOW = RuleSet(rules=(Rule(id="all", action="*", effect=Effect.ALLOW),))
PRIVATE = "Kim's diagnosis was read out to the family in March."


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_verdicts_stay(case: dict[str, object]) -> None:
    """Each recorded question gets its recorded effect by its recorded rule."""
    rules = load_rules(str(case["rules"]))

    verdict = evaluate_line(json.dumps(case["line"]), rules, OPERATIONS, WORKFLOWS)

    assert {"effect": verdict["effect"], "rule": verdict["rule"]} == case["expected"]


def _said(effect: Effect, name: str) -> Rule:
    return Rule(id=name, action="mail.*", effect=effect)


@pytest.mark.parametrize("first", list(Effect))
@pytest.mark.parametrize("second", list(Effect))
def test_the_stricter_rule_wins_in_any_order(first: Effect, second: Effect) -> None:
    """Of two rules that fit the stricter decides, wherever it stands."""
    rules = RuleSet(rules=(_said(first, "one"), _said(second, "two")))

    verdict = evaluate(rules, mail())

    order = list(Effect)
    assert order.index(verdict.effect) == min(order.index(first), order.index(second))


def test_every_rule_that_asks_is_named() -> None:
    """A verdict names each rule and built-in that asks, so that an approval can cover them all."""
    rules = RuleSet(rules=(_said(Effect.ASK, "one"), _said(Effect.ALLOW, "two")))
    task = TaskView(workflow="desk", participants=(KIM,), sensitive=("refund",))

    verdict = evaluate(rules, mail(task=task))

    assert verdict.asking == ("builtin:sensitive", "one")
    assert len(verdict.reasons) == len(verdict.asking)


def test_the_longest_window_of_the_speaking_rules_counts() -> None:
    """Two rules that allow after a while give the longer while; a silent one gives none."""
    waits = [
        Rule(id=f"r{n}", action="*", when=when, effect=Effect.ALLOW_AFTER, undo_seconds=n)
        for n, when in ((5, None), (60, "true"), (900, "false"))
    ]

    assert evaluate(RuleSet(rules=tuple(waits)), mail()).undo_seconds == waits[1].undo_seconds


def test_text_about_a_subject_goes_to_that_subject() -> None:
    """Text about someone may go to them and to nobody else, participant or not."""
    item = read(PRIVATE, Trust.FIRST_PARTY, subject="kim")

    own = evaluate(ALLOW, mail(PRIVATE, observed=(item,), subject_of={KIM: "kim"}))
    other = evaluate(ALLOW, mail(PRIVATE, observed=(item,), subject_of={KIM: "someone"}))

    assert own.effect is Effect.ALLOW
    assert (other.effect, other.rule) == (Effect.ASK, "builtin:audience")


def test_text_of_the_house_goes_to_whom_the_operator_names() -> None:
    """Shareable text of the house may go to addresses in the intent of an untainted task only."""
    item = read(PRIVATE, Trust.FIRST_PARTY)
    to_lee: JsonObject = {"to": [LEE], "subject": "Hi", "body": PRIVATE}
    asked = TaskView(workflow="desk", intent=f"Tell {LEE}", participants=(KIM,))

    named = evaluate(ALLOW, mail(arguments=to_lee, observed=(item,), task=asked))
    steered = evaluate(ALLOW, mail(arguments=to_lee, observed=(item, read("x")), task=asked))
    stranger = evaluate(ALLOW, mail(arguments=to_lee, observed=(item,)))

    assert named.effect is Effect.ALLOW
    assert "builtin:audience" in steered.asking
    assert stranger.rule == "builtin:audience"


@pytest.mark.parametrize("level", [Level.LOCAL, Level.SHAREABLE])
def test_nothing_but_public_text_reaches_a_public_connector(level: Level) -> None:
    """Text stricter than the connector's clearance is denied, also for a read."""
    connector = ConnectorView(clearance=Level.PUBLIC)
    item = read(PRIVATE, Trust.OPERATOR, level)
    look = {"operation_name": LOOK.name, "operation": LOOK, "arguments": {"query": PRIVATE}}

    sent = evaluate(ALLOW, mail(PRIVATE, observed=(item,), connector=connector))
    looked = evaluate(ALLOW, mail(observed=(item,), connector=connector, **look))

    assert sent.rule == looked.rule == "builtin:clearance"


def test_a_read_is_not_held_by_taint() -> None:
    """A read of a tainted task goes when a rule allows it."""
    look = {"operation_name": LOOK.name, "operation": LOOK, "arguments": {"query": "anything"}}

    assert evaluate(ALLOW, mail(observed=(read("x"),), **look)).effect is Effect.ALLOW


def test_an_untrusted_connector_drafts_and_an_unsafe_operation_asks() -> None:
    """Without standing a write is a draft; an operation that may happen twice asks each time."""
    untrusted = mail(connector=ConnectorView(standing="none"))
    once = mail(operation_name=ONCE.name, operation=ONCE, arguments={})

    assert evaluate(ALLOW, untrusted).rule == "builtin:connector"
    assert evaluate(ALLOW, once).rule == "builtin:strategy"


@pytest.mark.parametrize(("amount", "effect"), [(9870, Effect.ALLOW), (98_700, Effect.ASK)])
def test_an_amount_needs_provenance_in_a_tainted_task(amount: int, effect: Effect) -> None:
    """Minor units compare with the amount that the operator wrote in major ones."""
    account = "GB29NWBK60161331926819"
    task = TaskView(workflow="desk", intent=f"Pay 98.70 to {account}", operations=(PAY.name,))
    pay = {"operation_name": PAY.name, "operation": PAY, "task": task}
    arguments: JsonObject = {"account": account, "amount_minor": amount, "note": "thanks"}

    verdict = evaluate(ALLOW, mail(arguments=arguments, observed=(read("pay me"),), **pay))

    assert verdict.effect is effect


def test_unknown_money_makes_a_condition_on_it_ask() -> None:
    """A limit on amounts does not let an unreadable amount through."""
    rules = RuleSet(
        rules=(
            Rule(
                id="small",
                action="*",
                when="action.amounts_minor.all(a, a < 100)",
                effect=Effect.ALLOW,
            ),
        )
    )
    pay = {"operation_name": PAY.name, "operation": PAY, "arguments": {"amount_minor": "a few"}}

    verdict = evaluate(rules, mail(**pay))

    assert (verdict.effect, verdict.rule) == (Effect.ASK, "small")


def test_reasons_hold_no_text_of_the_request() -> None:
    """Reasons are templates: no address, text or argument name of the agent's stands in them."""
    body = f"{PRIVATE} https://evil.example/x"
    arguments: JsonObject = {"to": [LEE], "subject": "s", "body": body, "kim_maple": "zzz"}

    verdict = evaluate(ALLOW, mail(arguments=arguments, observed=(read(PRIVATE),)))

    said = " ".join(verdict.reasons)
    assert not [word for word in (LEE, "diagnosis", "evil", "kim_maple", "zzz") if word in said]


def test_the_snapshot_holds_all_facts() -> None:
    """A verdict keeps the task, action and connector facts that it saw."""
    assert set(evaluate(ALLOW, mail()).snapshot) == {"task", "action", "connector"}


def test_the_same_question_gets_the_same_verdict() -> None:
    """Evaluation is a function of its question."""
    request = mail(PRIVATE, observed=(read(PRIVATE),))

    assert evaluate(ALLOW, request) == evaluate(ALLOW, request)
