"""Property test of derivation (G4, G5): whatever is made of what, no label gets weaker on the way.

Each mail carries a word of its own. A model makes facts of all it is given, quotes, mixes, and
names false sources; the operator agrees to all of it; people are taken for one and parted again. At
the end everything that carries a word is at least as strict as the mail it came from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.decision import ContextPack, Decision, FactProposal
from aios_defs.core.label_rules import LabelRule
from aios_defs.core.labels import Label, Level
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.context import build_pack
from aios_defs.services.decide import decidable_tasks, decide_task
from aios_defs.services.identity.merging import merge, split
from aios_defs.services.memory_changes import items_since
from aios_defs.services.receive import take_in
from aios_defs.services.remember import remember
from aios_defs.services.tables.memory import memory_table
from resources.testing.scripted_agent import ScriptedAgent
from tests.property.shop import KNOWN, STRANGER, Shop
from tests.property.test_labels import is_at_least

OTHER = "open@c.example"
SENDERS = (KNOWN, STRANGER, OTHER)
RULES = (
    LabelRule(level=Level.LOCAL, address=STRANGER),
    LabelRule(level=Level.PUBLIC, address=OTHER),
)
PLANS = ("quote", "mix", "false source")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(SENDERS), st.sampled_from(PLANS)),
        st.tuples(st.just(""), st.sampled_from(["agree", "merge", "split"])),
    ),
    min_size=2,
    max_size=9,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Something that says words, and its label; `what` names it in a failure."""

    what: str
    text: str
    label: Label


class House:
    """A shop whose model remembers all it is told, by a plan."""

    def __init__(self, path: Path) -> None:
        """Build it; what strangers write is local, what OTHER writes is public."""
        shop = Shop(path)
        business = shop.kernel.business.model_copy(update={"label_rules": RULES})
        agents = {"scripted": ScriptedAgent(self._decide)}
        self.shop = shop
        self.kernel = shop.kernel = replace(shop.kernel, business=business, agents=agents)
        self.plan, self.mails = "quote", 0
        self.origins: dict[str, Label] = {}

    def follow(self, sender: str, plan: str) -> None:
        """Take one step."""
        if sender:
            self.write(sender, plan)
        elif plan == "agree":
            self._agree()
        else:
            self._move(plan)

    def write(self, sender: str, plan: str) -> None:
        """Let somebody write a new word, and the model make a fact."""
        self.plan, self.mails = plan, self.mails + 1
        word = f"word{self.mails:03}x"
        raw = (
            f"From: {sender}\r\nTo: fake@example.test\r\nSubject: Hello\r\n"
            f"Message-ID: <m{self.mails}@x.example>\r\n\r\nI tell you {word} today.\r\n"
        )
        self.shop.connector.server.deliver(raw.encode(), "inbox")
        take_in(self.kernel, "outside")
        with self.kernel.ledger.view() as view:
            self.origins[word] = view.select(InteractionRow, order="position")[-1].label
        for task in decidable_tasks(self.kernel, "answers"):
            decide_task(self.kernel, task)

    def _decide(self, pack: ContextPack) -> Decision:
        quoted = pack.of_kind("message")[-1]
        everything = "; ".join(_said(one.text, one.data) for one in pack.items)
        text = quoted.text if self.plan == "quote" else everything
        own = next(one for one in pack.items if one.label.trust == "operator")
        fact = FactProposal(
            subject="customer",
            predicate=f"told_{self.mails}",
            value={"text": text},
            source=own.name if self.plan == "false source" else quoted.name,
            span=(0, 1),
            confidence=1.0,
        )
        return Decision(outcome="hand_over", facts=(fact,), rationale="", confidence=1.0)

    def _agree(self) -> None:
        with self.kernel.ledger.view() as view:
            proposed = view.select(FactRow, state="proposed")
        for fact in proposed:
            remember(self.kernel, fact.id)

    def _move(self, plan: str) -> None:
        with self.kernel.ledger.view() as view:
            rows = view.select(ProfileRow, order="position")
        whole = [row for row in rows if row.merged_into is None]
        if plan == "merge" and len(whole) > 1:
            merge(self.kernel, whole[0].id, whole[1].id)
        if plan == "split":
            for row in rows:
                if row.merged_into is not None:
                    split(self.kernel, row.id)
                    return

    def carriers(self) -> Iterator[Carrier]:
        """Yield all that says something: facts, pack items, what is embedded, rows of tables."""
        with self.kernel.ledger.view() as view:
            for fact in view.select(FactRow):
                yield Carrier(what=fact.id, text=self._text(fact), label=fact.label)
            for task in view.select(TaskRow):
                for one in build_pack(self.kernel, view, task, "scripted").items:
                    yield Carrier(what=one.name, text=_said(one.text, one.data), label=one.label)
            head = view.head().position
            for _, some in items_since(self.kernel, view, after=0, upto=head):
                for one in some:
                    yield Carrier(what=one.item.id, text=one.item.text, label=one.item.label)
        for name in ("interactions", "facts"):
            for row in memory_table(self.kernel, name).rows:
                found = row.to_json()
                yield Carrier(what=name, text=str(found), label=_row_label(found, self.origins))

    def _text(self, fact: FactRow) -> str:
        return str(self.kernel.open_json(fact.value))


def _said(text: str, data: object) -> str:
    return f"{text} {data}"


def _row_label(row: JsonObject, origins: dict[str, Label]) -> Label:
    """Return the label that a row of a table says; one that names no audience is of its profile."""
    audience = row.get("audience") or [row.get("profile_id") or row.get("subject_id")]
    assert isinstance(audience, list)
    assert origins
    return Label.model_validate(
        {"level": row["level"], "audience": tuple(map(str, audience)), "trust": row["trust"]}
    )


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_no_derivation_lowers_a_label(steps: list[tuple[str, str]]) -> None:
    """Level, audience and trust of whatever carries a word are at least those of its mail."""
    with TemporaryDirectory() as path:
        house = House(Path(path))
        house.write(STRANGER, "mix")
        for sender, plan in steps:
            house.follow(sender, plan)
        house.write(KNOWN, "mix")
        carried = 0
        for one in house.carriers():
            for word, origin in house.origins.items():
                if word in one.text:
                    carried += 1
                    assert is_at_least(one.label, origin), (one, word, origin)

        assert carried > len(house.origins)


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_trust_is_monotone(steps: list[tuple[str, str]]) -> None:
    """One more tainted mail before makes nothing that is derived later more trusted or wider."""
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        clean, tainted = House(Path(one)), House(Path(other))
        tainted.write(KNOWN, "mix")
        for house in (clean, tainted):
            house.write(KNOWN, "mix")
        facts = [_last_fact(house) for house in (clean, tainted)]
        for sender, plan in steps:
            tainted.follow(sender, plan)
        tainted.write(KNOWN, "mix")

        assert is_at_least(facts[1].label, facts[0].label)
        assert is_at_least(_last_fact(tainted).label, facts[0].label)


def _last_fact(house: House) -> FactRow:
    with house.kernel.ledger.view() as view:
        return view.select(FactRow, order="position")[-1]
