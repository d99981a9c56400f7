"""Owns appending what an import teaches: each event names the import's beginning as its cause."""

from dataclasses import dataclass, replace

from aios_defs.core.envelope import Draft, Envelope
from aios_defs.core.events.registry import EventData
from aios_defs.core.ports import Transaction
from aios_defs.services.fact_learning import learn
from aios_defs.services.facts import NewFact
from aios_defs.services.kernel import Kernel

AUTHOR = "import"
"""Who says what an import taught."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The import that teaches, and the event that began it."""

    import_id: str
    event_id: str

    def append(
        self, tx: Transaction, profile_id: str, data: EventData, *, expect: int | None = None
    ) -> Envelope:
        """Append an event of a profile."""
        draft = Draft(
            stream=f"profile-{profile_id}",
            data=data,
            correlation_id=profile_id,
            causation_id=self.event_id,
            subject=profile_id,
        )
        return tx.append(draft, expect=expect)

    def said(self, fact: NewFact) -> NewFact:
        """Return a fact as one that this import says."""
        return replace(fact, author=AUTHOR, import_id=self.import_id)


def learn_from(kernel: Kernel, tx: Transaction, cause: Cause, fact: NewFact) -> str:
    """Take in a fact that an import says; returns known or new."""
    learnt = learn(kernel, tx, cause.said(fact), reason="an import says otherwise")
    return "known" if learnt.outcome == "evidenced" else "new"
