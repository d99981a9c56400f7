"""Owns appending what an import teaches: each event names the import's beginning as its cause."""

from dataclasses import dataclass

from aios_defs.core.envelope import Draft, Envelope
from aios_defs.core.events.registry import EventData
from aios_defs.core.ports import Transaction


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
