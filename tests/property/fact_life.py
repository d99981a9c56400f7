"""Owns random lives of facts: what is said, in any order of time, and what the operator does."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused, UsageInvalid
from aios_defs.core.events.profiles import ProfileMerged, ProfileSplit
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.correcting import correct, retract
from aios_defs.services.fact_conflicts import dispute_merged, settle_parted
from aios_defs.services.fact_learning import learn, propose
from aios_defs.services.fact_rollback import rollback_fact, untaught
from aios_defs.services.facts import NewFact, retract_fact
from aios_defs.services.identity.whole import members
from aios_defs.services.remember import remember
from resources.testing.fixed_clock import START, FixedClock
from resources.testing.memory_house import make_profile, memory_house

SINGLE, MANY, PROTECTED = "colour", "interest", "price"
ACTS = ("ask", "agree", "reject", "settle", "correct", "retract", "back", "untaught")
DAYS = st.one_of(st.none(), st.none(), st.integers(-3, 3))
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*["say"] * 14, *ACTS, "merge", "split")),
        st.sampled_from(("operator", "import", "other", "other")),
        st.sampled_from((*[SINGLE] * 6, MANY, PROTECTED)),
        st.integers(0, 2),
        DAYS,
        DAYS,
        st.integers(0, 5),
    ),
    min_size=10,
    max_size=20,
)
Step = tuple[str, str, str, int, int | None, int | None, int]


def day(number: int | None) -> datetime | None:
    """Return a day from the life's beginning."""
    return None if number is None else START + timedelta(days=number)


class FactLife:
    """A house in memory with two people, on which steps are done; those refused change nothing."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.kernel = memory_house(self.clock)
        self.people = [make_profile(self.kernel, name) for name in ("Kim", "Lou")]
        self.subjects: tuple[str | None, ...] = (None, *self.people)

    def do(self, step: Step) -> None:
        """Do one step; then some hours pass."""
        acts: dict[str, Callable[[Step], None]] = {
            "say": self._say,
            "ask": self._say,
            "merge": self._merge,
            "split": self._split,
            "untaught": lambda one: self._untaught(one[1]),
        }
        with contextlib.suppress(TransitionRefused, UsageInvalid):
            acts.get(step[0], self._on_fact)(step)
        self.clock.advance(timedelta(hours=7))

    def _say(self, step: Step) -> None:
        act, author, predicate, value, start, length, number = step
        subject = self.subjects[min(number % 4, 2)]
        start_at = day(start)
        trust = Trust.OPERATOR if author == "operator" else Trust.THIRD_PARTY
        money = {"amount_minor": value * 100, "currency": "EUR"}
        fact = NewFact(
            topic=None,
            predicate=predicate,
            value=money if predicate == PROTECTED else {"text": f"value {value}"},
            label=Label(level=Level.LOCAL, trust=trust),
            valid_from=start_at,
            valid_to=start_at + timedelta(days=abs(length) + 1) if start_at and length else None,
            subject_id=subject,
            author=author,
        )
        with self.kernel.ledger.transaction(actor=author) as tx:
            if act == "ask":
                propose(self.kernel, tx, fact, task_id=None)
            else:
                learn(self.kernel, tx, fact, reason="it changed")

    def _on_fact(self, step: Step) -> None:
        act, _, _, value, _, _, number = step
        with self.kernel.ledger.view() as view:
            rows = view.select(FactRow, order="position")
            asking = [row for row in rows if row.asks]
        if act in ("agree", "reject", "settle"):
            rows = asking
        if not rows:
            return
        row = rows[number % len(rows)]
        if act in ("agree", "settle"):
            remember(self.kernel, row.id)
        elif act == "reject":
            with self.kernel.ledger.transaction(actor="operator") as tx:
                retract_fact(tx, row.id, reason="the operator rejected it")
        elif act == "correct":
            correct(self.kernel, row.id, f"{value + 10}.00 EUR")
        elif act == "retract":
            retract(self.kernel, row.id, "wrong" if value % 2 else "over")
        else:
            rollback_fact(self.kernel, row.id)

    def _untaught(self, author: str) -> None:
        with self.kernel.ledger.view() as view:
            is_known = view.count(FactRow, author=author)
        if is_known:
            untaught(self.kernel, author)

    def _merge(self, _: Step) -> None:
        kept, other = self.people
        with self.kernel.ledger.transaction(actor="operator") as tx:
            profile = tx.get(ProfileRow, other)
            if profile is None or profile.merged_into is not None:
                return
            evidence = self.kernel.vault.seal(profile.subject_ref, "the same")
            merged = ProfileMerged(profile_id=kept, other_id=other, evidence=evidence)
            tx.append(Draft(stream=f"profile-{other}", data=merged, correlation_id=other))
            dispute_merged(self.kernel, tx, [kept], [other])

    def _split(self, _: Step) -> None:
        kept, other = self.people
        with self.kernel.ledger.transaction(actor="operator") as tx:
            if len(members(tx, kept)) == 1:
                return
            split = ProfileSplit(profile_id=kept, other_id=other)
            tx.append(Draft(stream=f"profile-{other}", data=split, correlation_id=other))
            settle_parted(tx, [kept], [other])
