"""Owns the events of labels: the operator's word that one exact content may go further, or not."""

from typing import Literal

from aios_defs.core.events.registry import EventData, event
from aios_defs.core.labels import Level

LabelledKind = Literal["fact", "message"]


@event("label.lowered.v1")
class LabelLowered(EventData):
    """Exactly this content may go as far as `level` from now on; it was `former` by its label.

    `content_hash` is the keyed hash of the content that the operator saw. Trust stays as it is.
    """

    id: str
    kind: LabelledKind
    content_hash: str
    former: Level
    level: Level


@event("label.restored.v1")
class LabelRestored(EventData):
    """The content has the level again that it was given first; what had left meanwhile has left."""

    id: str
    kind: LabelledKind
