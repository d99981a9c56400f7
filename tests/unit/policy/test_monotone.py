"""Property tests: built-ins are monotone on every axis, and deny is never overridden."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.labels import Level, Trust
from aios_defs.core.policy.engine import evaluate
from aios_defs.core.policy.request import (
    ConnectorView,
    Effect,
    Observed,
    PolicyRequest,
    RecentAnswers,
    TaskView,
    Verdict,
)
from aios_defs.core.policy.rules import Rule, RuleSet
from tests.unit.policy.operations import KIM, LEE, OPERATIONS

ALLOW = RuleSet(rules=(Rule(id="all", action="*", effect=Effect.ALLOW),))
ORDER = list(Effect)
PHRASES = (
    "the safe stands behind the third shelf of the cellar",
    "call 030-5551234 after ten",
    f"write to {LEE} please",
    "pay GB29 NWBK 6016 1331 9268 19 the sum of 98.70",
    "see https://oak.example/form",
    "nothing of interest",
)
ADDRESSES = (KIM, LEE, "eve@evil.example")


def _texts() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PHRASES), max_size=3).map(". ".join)


def _observed() -> st.SearchStrategy[Observed]:
    return st.builds(
        Observed,
        source=st.just("item"),
        trust=st.sampled_from(Trust),
        level=st.sampled_from(Level),
        subject=st.sampled_from((None, "kim", "lee")),
        text=_texts(),
    )


def _requests() -> st.SearchStrategy[PolicyRequest]:
    known = st.sampled_from([*OPERATIONS, "odd.thing"])
    return st.builds(_request, known, st.data())


def _request(name: str, data: st.DataObject) -> PolicyRequest:
    draw = data.draw
    arguments: dict[str, object] = {
        "to": draw(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2)),
        "body": draw(_texts()),
        "subject": draw(st.one_of(st.just("hi"), _texts().map(_encoded))),
    }
    if draw(st.booleans()):
        arguments |= {"account": "GB29NWBK60161331926819", "amount_minor": 9870}
    return PolicyRequest.model_validate(
        {
            "task": TaskView(
                workflow="desk",
                intent=draw(_texts()),
                operations=draw(st.sampled_from(((), (name,)))),
                participants=tuple(draw(st.lists(st.sampled_from(ADDRESSES), max_size=2))),
                sensitive=draw(st.sampled_from(((), ("refund",)))),
            ),
            "operation_name": name,
            "operation": OPERATIONS.get(name),
            "arguments": arguments,
            "observed": tuple(draw(st.lists(_observed(), max_size=3))),
            "connector": ConnectorView(
                standing=draw(st.sampled_from(("certified", "none"))),
                clearance=draw(st.sampled_from(Level)),
            ),
            "subject_of": {KIM: "kim", LEE: "lee"},
        }
    )


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _strictness(verdict: Verdict) -> int:
    return ORDER.index(verdict.effect)


def _never_looser(before: PolicyRequest, after: PolicyRequest) -> None:
    first, second = evaluate(ALLOW, before), evaluate(ALLOW, after)

    assert _strictness(second) <= _strictness(first)
    assert second.risk.score >= first.risk.score


def _with_item(request: PolicyRequest, at: int, **changes: object) -> PolicyRequest:
    items = list(request.observed)
    items[at] = items[at].model_copy(update=changes)
    return request.model_copy(update={"observed": tuple(items)})


@given(_requests(), st.integers(0, 2), st.sampled_from(Trust))
def test_less_trust_is_never_looser(request: PolicyRequest, at: int, trust: Trust) -> None:
    """Believing one observed text less never makes the verdict more permissive."""
    if at < len(request.observed):
        order = list(Trust)
        lower = max(trust, request.observed[at].trust, key=order.index)

        _never_looser(request, _with_item(request, at, trust=lower))


@given(_requests(), _texts(), st.sampled_from(Level))
def test_one_more_third_party_text_is_never_looser(
    request: PolicyRequest, text: str, level: Level
) -> None:
    """Having read one more strange text that is not public never helps."""
    level = Level.SHAREABLE if level is Level.PUBLIC else level
    more = Observed(source="more", trust=Trust.THIRD_PARTY, level=level, text=text)
    before = request.model_copy(update={"connector": ConnectorView(clearance=Level.PUBLIC)})

    _never_looser(before, before.model_copy(update={"observed": (*before.observed, more)}))


@given(_requests(), st.integers(0, 2), st.sampled_from(Level))
def test_a_higher_level_is_never_looser(request: PolicyRequest, at: int, level: Level) -> None:
    """Raising the level of one observed text never makes the verdict more permissive."""
    if at < len(request.observed):
        order = list(Level)
        stricter = min(level, request.observed[at].level, key=order.index)

        _never_looser(request, _with_item(request, at, level=stricter))


@given(_requests(), st.sampled_from(ADDRESSES))
def test_one_more_recipient_is_never_looser(request: PolicyRequest, address: str) -> None:
    """Adding a recipient never makes the verdict more permissive."""
    before = request.arguments["to"]
    recipients = [*before, address] if isinstance(before, list) else [address]
    arguments = {**request.arguments, "to": recipients}

    _never_looser(request, request.model_copy(update={"arguments": arguments}))


@given(_requests(), st.sampled_from((None, 500)))
def test_more_cost_is_never_looser(request: PolicyRequest, cost: int | None) -> None:
    """A dearer operation, or one of unknown cost, is never judged more permissively."""
    if request.operation is not None:
        dearer = request.operation.model_copy(update={"cost_minor": cost})

        _never_looser(request, request.model_copy(update={"operation": dearer}))


@given(_requests(), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_more_automatic_answers_are_never_looser(
    request: PolicyRequest, in_thread: int, to_recipient: int, more: int
) -> None:
    """One more answer that no person approved never makes the verdict more permissive."""
    few = RecentAnswers(in_thread=in_thread, to_recipient=to_recipient)
    many = RecentAnswers(in_thread=in_thread + more, to_recipient=to_recipient + more)

    _never_looser(
        request.model_copy(update={"recent": few}), request.model_copy(update={"recent": many})
    )


@given(_requests())
def test_mail_from_before_a_restore_is_never_looser(request: PolicyRequest) -> None:
    """What the old machine may have answered is never judged more permissively."""
    task = request.task.model_copy(update={"before_restore": True})

    _never_looser(request, request.model_copy(update={"task": task}))


@given(_requests(), st.lists(st.sampled_from(Effect), max_size=4))
def test_no_rule_loosens_a_built_in(request: PolicyRequest, effects: list[Effect]) -> None:
    """With any rules the verdict is at least as strict as the built-ins alone make it."""
    rules = [Rule(id=f"r{at}", action="*", effect=effect) for at, effect in enumerate(effects)]

    alone = evaluate(ALLOW, request)
    together = evaluate(RuleSet(rules=tuple(rules)), request)

    assert _strictness(together) <= _strictness(alone)


@given(_requests(), st.permutations([*Effect]))
def test_deny_is_never_overridden(request: PolicyRequest, effects: list[Effect]) -> None:
    """A deny rule decides over every other rule and built-in."""
    rules = [Rule(id=f"r{at}", action="*", effect=effect) for at, effect in enumerate(effects)]

    assert evaluate(RuleSet(rules=tuple(rules)), request).effect is Effect.DENY
