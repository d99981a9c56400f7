"""Property tests of one word of trust: it changes no verdict but of the sink that it names."""

from hypothesis import assume, given
from hypothesis import strategies as st

from aios_defs.core.decision import PackItem
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.policy.engine import evaluate
from aios_defs.core.policy.facts import strange_sinks
from aios_defs.core.policy.request import ConnectorView, Effect, PolicyRequest, TaskView, Verdict
from aios_defs.core.policy.rules import Rule, RuleSet
from aios_defs.services.judge import observed_of
from tests.unit.policy.operations import KIM, OPERATIONS

ALLOW = RuleSet(rules=(Rule(id="all", action="*", effect=Effect.ALLOW),))
EVE, MALLORY = "eve@evil.example", "mallory@evil.example"
LINK, OTHER_LINK = "https://evil.example/pay", "https://evil.example/pay/more"
ACCOUNT, OTHER_ACCOUNT = "GB29NWBK60161331926819", "DE89370400440532013000"
SINKS = {
    EVE: "address",
    MALLORY: "address",
    LINK: "link",
    OTHER_LINK: "link",
    ACCOUNT: "payee",
    OTHER_ACCOUNT: "payee",
}
KINDS = ("message", "fact", "memory", "profile")


def item(name: str, text: str, trust: Trust, **more: object) -> PackItem:
    label = Label(level=Level.PUBLIC, trust=trust)
    made = PackItem(name=name, kind="message", source="e", label=label, text=text)
    return made.model_copy(update=more)


def request(named: list[str], read: tuple[PackItem, ...]) -> PolicyRequest:
    """Return a write to Kim that names sinks, by a task that has read these items."""
    return PolicyRequest(
        task=TaskView(
            workflow="desk", intent="Answer.", operations=("mail.send",), participants=(KIM,)
        ),
        operation_name="mail.send",
        operation=OPERATIONS["mail.send"],
        arguments={"to": [KIM], "subject": "hi", "body": " and ".join(named)},
        observed=observed_of(read),
        connector=ConnectorView(standing="certified", clearance=Level.LOCAL),
    )


def tainted(named: list[str]) -> PolicyRequest:
    mail = item("message:1", " ".join(SINKS), Trust.THIRD_PARTY)
    return request(named, (mail,))


def judged(asked: PolicyRequest, *trusted: str) -> Verdict:
    """Return the verdict where exactly these sinks are trusted."""
    known = {(one.kind, one.normal) for one in strange_sinks(tainted(list(SINKS)))}
    chosen = {
        (one.kind, one.normal)
        for value in trusted
        for one in strange_sinks(tainted([value]))
        if one.kind == SINKS[value]
    }
    assert chosen <= known
    return evaluate(ALLOW, asked.model_copy(update={"trusted": frozenset(chosen)}))


NAMED = st.lists(st.sampled_from(sorted(SINKS)), max_size=4, unique=True)


@given(NAMED, st.sampled_from(sorted(SINKS)))
def test_a_word_on_one_sink_is_none_on_another(named: list[str], trusted: str) -> None:
    """A write that does not name it is judged as before, to the last part of its risk."""
    assume(trusted not in named)
    asked = tainted(named)

    assert judged(asked, trusted) == judged(asked)


@given(NAMED, st.lists(st.sampled_from(sorted(SINKS)), unique=True))
def test_a_write_goes_when_all_that_it_names_is_trusted(
    named: list[str], trusted: list[str]
) -> None:
    """One sink that is not trusted is enough to ask; trust of more never makes it stricter."""
    asked = tainted(named)
    verdict = judged(asked, *trusted)

    assert (verdict.effect is Effect.ALLOW) is (set(named) <= set(trusted))
    order = list(Effect)
    assert order.index(verdict.effect) >= order.index(judged(asked).effect)


@given(
    st.sampled_from(sorted(SINKS)),
    st.sampled_from(KINDS),
    st.sampled_from((Trust.FIRST_PARTY, Trust.OPERATOR)),
)
def test_what_is_recalled_vouches_for_nothing(value: str, kind: str, trust: Trust) -> None:
    """A recalled text does not open a sink, however it is labelled; the same text at hand may."""
    own = item("own", f"write {value}", trust, kind=kind, recalled=True, data={})
    mail = item("message:1", "hello", Trust.THIRD_PARTY)
    asked = request([value], (mail, own))

    assert evaluate(ALLOW, asked).effect is Effect.ASK
