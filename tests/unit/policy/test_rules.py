"""Tests of policies.yaml: every mistake with its line, and nothing taken from a wrong file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.errors import PolicyInvalid
from aios_defs.core.policy.conditions import mistakes_in
from aios_defs.core.policy.engine import evaluate
from aios_defs.core.policy.request import Effect
from aios_defs.core.policy.rules import check_rules, load_rules, safe_mode
from tests.unit.policy.operations import LOOK, mail

WRONG = """\
version: 2
rule: 1
rules:
  - id: one
    action: mail.send
    when: "action.recipient.size() > 0 && tsk.workflow == 'a'"
    effect: alow
  - id: one
    action: "m s"
    effect: allow
    undo: 10s
  - action: "*"
    effect: allow_after
    undo: fast
    whn: "true"
  - loose
  - id:
    action: [x]
    effect: ask
    when: "action.n >"
"""


def test_every_mistake_is_reported_with_its_line() -> None:
    """One pass over a file with many mistakes names each, at the line where it stands."""
    found = {(one.line, one.message.partition(";")[0]) for one in check_rules(WRONG)}

    assert found == {
        (1, "version must be 1, not '2'"),
        (2, "unknown key 'rule'"),
        (6, "unknown member action.recipient"),
        (6, "unknown name 'tsk'"),
        (7, "unknown effect 'alow'"),
        (8, "id 'one' is already used in line 4"),
        (9, "action 'm s' must be the name of an operation, a glob such as 'mail.*', or '*'"),
        (11, "undo belongs to allow_after, not to allow"),
        (12, "the rule has no id"),
        (14, "undo 'fast' must be a number and a unit, such as 0s, 10s, 5m, 2h or 1d"),
        (15, "unknown key 'whn'"),
        (16, "a rule must be a mapping of id, action, when, effect, undo, why"),
        (17, "id must be a text"),
        (18, "action must be a text"),
        (20, "the condition does not parse at character 11: mismatched input '<EOF>'"),
    }


def test_unknown_words_name_the_nearest_known() -> None:
    """Keys, effects and members that are unknown come with the nearest known word."""
    messages = " ".join(one.message for one in check_rules(WRONG))

    assert "did you mean rules?" in messages
    assert "did you mean when?" in messages
    assert "did you mean allow?" in messages
    assert "did you mean action.recipients?" in messages
    assert "did you mean task?" in messages


def test_a_wrong_file_yields_no_rules() -> None:
    """Loading a wrong file raises once, with a line for each mistake."""
    with pytest.raises(PolicyInvalid) as caught:
        load_rules(WRONG)

    assert caught.value.message.count("\n") + 1 == len(check_rules(WRONG))
    assert caught.value.message.startswith("line 1: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("- a", 1),
        ("version: 1", 1),
        ("version: 1\nrules: x", 2),
        ("version: 1\nrules:\n  - {id: a, action: *, effect: ask}", 3),
        ("version: 1\nrules: []\nrules: []", 3),
        ("version: 1\nrules: [", 2),
        ("\x00", 1),
    ],
)
def test_a_file_of_the_wrong_shape_has_one_mistake(text: str, line: int) -> None:
    """A file that is empty, no YAML or of another shape is named at its line."""
    assert [one.line for one in check_rules(text)] == [line]


def test_no_rules_is_a_valid_set() -> None:
    """An empty list of rules loads."""
    assert load_rules("version: 1\nrules: []").rules == ()


@pytest.mark.parametrize(
    ("undo", "seconds"), [("0s", 0), ("10s", 10), ("5m", 300), ("2h", 7200), ("1d", 86400)]
)
def test_windows_are_read_in_seconds(undo: str, seconds: int) -> None:
    """The units of a window are seconds, minutes, hours and days."""
    text = f"version: 1\nrules:\n  - {{id: a, action: '*', effect: allow_after, undo: {undo}}}"

    assert load_rules(text).rules[0].undo_seconds == seconds


@pytest.mark.parametrize(
    "expression",
    [
        "action.recipients.all(r, r in task.participants) && !action.claims_unverified",
        "size(action.recipients) > 2 ? true : action.tainted",
        "action.amounts_minor.all(a, a <= 5000) && action.cost_minor < 5",
        "has(action.level) && action['level'] == 'local'",
        "[1, 2].exists(x, x == action.recipient_count)",
        "{'a': action.tainted}.a",
        "(action.recipients)[0].endsWith('@maple.example')",
        "// a remark\nconnector.standing in ['certified', 'trusted']",
        "action.recipients.map(r, r + 'x').exists(p, p == 'action.foo')",
        "r'\\d' == 'action.foo' || '''a\"b'''.size() == 3",
    ],
)
def test_a_right_condition_has_no_mistake(expression: str) -> None:
    """Macros with their variables, indexes, literals and remarks are understood."""
    assert mistakes_in(expression) == []


@pytest.mark.parametrize(
    "expression",
    [
        "action.recipient.size() > 0",
        "action['recipient'] == []",
        "has(action.recipent)",
        "action.recipients.all(r, q in task.participants)",
        "action.recipients.all(r, r.foo == 1)",
        "action.recipients.exists(r, task.intnt.contains(r))",
        "action.recipients[0].foo == 1",
        "true || [action.foo].size() > 0",
        "{'a': action.foo}.a == 1",
        "(action.foo) == 1 ? true : false",
        "true ? action.foo : true",
        "!action.taint",
        "lenght(action.recipients) > 1",
        "action.recipients.sise() > 1",
        "action.level",
        "action.recipients",
        "r in action.recipients",
    ],
)
def test_a_wrong_name_has_one_mistake(expression: str) -> None:
    """A name that nothing provides is found wherever it hides."""
    assert len(mistakes_in(expression)) == 1


def test_safe_mode_reads_and_writes_nothing() -> None:
    """Safe mode lets a read through and drafts every write."""
    look = mail(operation_name=LOOK.name, operation=LOOK, arguments={})

    assert evaluate(safe_mode(), look).effect is Effect.ALLOW
    written = evaluate(safe_mode(), mail())
    assert (written.effect, written.rule) == (Effect.DRAFT, "builtin:safe_mode")


@given(st.text(max_size=80))
def test_any_text_is_checked_without_failing(text: str) -> None:
    """Whatever stands in the file, check returns; a file of that text alone is never valid."""
    assert check_rules(text)


@given(st.text(alphabet="action.recipients()[]'\"tsk&|! <=1,?:{}x", max_size=30))
def test_any_condition_is_walked_without_failing(expression: str) -> None:
    """Whatever the condition, the walk ends."""
    assert isinstance(mistakes_in(expression), list)
