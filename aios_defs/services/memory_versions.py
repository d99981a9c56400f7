"""Owns what profiles and intents were before: each version, and all as of a place in the ledger.

Nothing is kept for it: a version is what the reducers make of the events up to it.
"""

from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.profiles import (
    ProfileCreated,
    ProfileDescribed,
    ProfileEndorsed,
    ProfileIdentified,
    ProfileRenamed,
    ProfileReverted,
)
from aios_defs.core.events.registry import parse_event
from aios_defs.core.events.tasks import IntentConfirmed, IntentDeclared
from aios_defs.core.ports import View
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.identity.refolding import ProfileRows

_OF_PROFILES = tuple(
    one.type
    for one in (
        ProfileCreated,
        ProfileIdentified,
        ProfileEndorsed,
        ProfileRenamed,
        ProfileDescribed,
        ProfileReverted,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Which version it is, from 1, and the event that made it: where, when and by whom."""

    number: int
    event_id: str
    position: int
    at: datetime
    by: str

    @classmethod
    def by_event(cls, number: int, event: Envelope) -> "Said":
        """Return the version that an event made."""
        return cls(
            number=number,
            event_id=event.id,
            position=event.position,
            at=event.time,
            by=event.actor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVersion:
    """A profile as it was from one event on; merges are not part of it."""

    said: Said
    row: ProfileRow


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentVersion:
    """An intent as it was declared, and whether it was put into force."""

    said: Said
    intent: IntentDeclared
    is_confirmed: bool


class _Story:
    """One profile while its events are folded: each version of it, the oldest first."""

    def __init__(self) -> None:
        self.rows = ProfileRows()
        self.versions: list[ProfileVersion] = []

    def tell(self, event: Envelope, profile_id: str) -> None:
        before = self.rows.get(ProfileRow, profile_id)
        fold(event, parse_event(event.type, event.data), self.rows)
        now = self.rows.get(ProfileRow, profile_id)
        if now is not None and (before is None or now.but(event_id=before.event_id) != before):
            said = Said.by_event(len(self.versions) + 1, event)
            self.versions.append(ProfileVersion(said=said, row=now))


def profile_versions(view: View, profile_id: str) -> list[ProfileVersion]:
    """Return every version of one profile, the oldest first; empty when it is unknown."""
    story = _Story()
    for event in view.events(stream=f"profile-{profile_id}", types=_OF_PROFILES):
        story.tell(event, profile_id)
    return story.versions


def profiles_at(view: View, position: int) -> list[ProfileVersion]:
    """Return each profile as it was at a place in the ledger, by when it became known."""
    stories: dict[str, _Story] = {}
    for event in view.events(types=_OF_PROFILES, upto=position):
        profile_id = str(event.data["profile_id"])
        stories.setdefault(profile_id, _Story()).tell(event, profile_id)
    return [one.versions[-1] for one in stories.values()]


def intent_versions(view: View, upto: int | None = None) -> dict[str, list[IntentVersion]]:
    """Return every version of the intent of each workflow, the oldest first."""
    found: dict[str, list[IntentVersion]] = {}
    types = (IntentDeclared.type, IntentConfirmed.type)
    for event in view.events(types=types, upto=upto):
        data = parse_event(event.type, event.data)
        if isinstance(data, IntentDeclared):
            versions = found.setdefault(data.workflow, [])
            said = Said.by_event(len(versions) + 1, event)
            versions.append(IntentVersion(said=said, intent=data, is_confirmed=False))
        elif isinstance(data, IntentConfirmed):
            versions = found[data.workflow]
            last = versions[-1]
            versions[-1] = IntentVersion(said=last.said, intent=last.intent, is_confirmed=True)
    return found
