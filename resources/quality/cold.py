"""Owns the audit of what is about to be put into cold memory, before any of it is."""

from collections.abc import Sequence

from aios_defs.core.memory_index import MemoryItem
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.services.quality.verdict import Verdict
from resources.home import Home
from resources.quality.audit import Build, audit, settle
from resources.quality.verdicts import Verdicts


class ColdAudit:
    """Looks at batch after batch of one filling, which ends at the first that is not sound."""

    def __init__(self, home: Home) -> None:
        """Look at what is put into the cold memory of this home."""
        self._home = home
        self.verdict: Verdict | None = None

    def is_sound(self, items: Sequence[MemoryItem], position: int) -> bool:
        """Return whether items up to a position of the ledger may be put in."""
        self.verdict = self._look([_row(one) for one in items], position)
        return self.verdict.is_sound

    def finish(self) -> Verdict:
        """Return the last verdict: the one before, where there was nothing to put in.

        Called once what is sound was put in: only then the verdict is told.
        """
        former = Verdicts(self._home.path).last("cold_memory")
        verdict = self.verdict or former or self._look([], self._served())
        if verdict != former:
            settle(self._home, verdict)
        return verdict

    def _look(self, rows: list[JsonObject], position: int) -> Verdict:
        build = Build(artifact="cold_memory", rows=rows, position=position, served=self._served())
        return audit(self._home, build)

    def _served(self) -> int:
        return self._home.memories.filling().index.standing().position


def _row(item: MemoryItem) -> JsonObject:
    return {
        "id": item.id,
        "kind": item.kind,
        "thread": item.thread,
        "place": item.place,
        "position": item.position,
        "at": rfc3339(item.at),
        "direction": item.direction,
        "level": item.label.level,
        "trust": item.label.trust,
        "source_event": item.source_event,
        "day": item.day,
        "text": True if item.text else None,  # whether there is one is all that is asked
    }
