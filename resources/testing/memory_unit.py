"""Owns the views and units of work of the ledger of tests."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from aios_defs.core.envelope import ZERO_HASH, Draft, Envelope, Head
from aios_defs.core.errors import LedgerBroken, LedgerConflict, UnknownId
from aios_defs.core.holding import refuse_while_held
from aios_defs.core.ports import Ids, Vault
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.copies import HoldRow
from aios_defs.core.rows.house import SpareRefRow
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, SubjectRef
from resources.store.chain import Origin, chained
from resources.testing.memory_rows import MemoryRows, Tables, known_column, refuse

R = TypeVar("R", bound=Row)
_SPARE_REFS = 4


@dataclass(frozen=True, slots=True)
class State:
    """What was committed; never changed in place."""

    tables: Tables = field(default_factory=dict)
    events: tuple[Envelope, ...] = ()
    blobs: dict[str, bytes] = field(default_factory=dict)
    folds: int = 0

    def head(self) -> Head:
        """Return the last position and its hash."""
        if not self.events:
            return Head(position=0, hash=ZERO_HASH)
        return Head(position=self.events[-1].position, hash=self.events[-1].hash)

    def copied(self) -> "State":
        """Return a state whose tables and blobs may be swapped without changing this one."""
        return State(dict(self.tables), self.events, dict(self.blobs), self.folds)


class MemoryView:
    """Reads one state."""

    def __init__(self, state: State, vault: Vault) -> None:
        self._rows = MemoryRows(state.tables)
        self._events = list(state.events)
        self._blobs = state.blobs
        self._folds = state.folds
        self._vault = vault

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        return self._rows.get(kind, key)

    def select(
        self,
        kind: type[R],
        /,
        *,
        order: str | None = None,
        limit: int | None = None,
        **where: object,
    ) -> list[R]:
        """Return the matching rows."""
        return self._rows.select(kind, order=order, limit=limit, **where)

    def count(self, kind: type[Row], /, **where: object) -> int:
        """Return how many rows match."""
        return len(self._rows.select(kind, order=None, limit=None, **where))

    def column(self, kind: type[Row], name: str, /, **where: object) -> list[Any]:
        """Return one column of the matching rows, by key."""
        known_column(kind, name)
        rows = self._rows.select(kind, order=None, limit=None, **where)
        return [getattr(row, name) for row in rows]

    def tally(self, kind: type[Row], /, *names: str, **where: object) -> dict[tuple[Any, ...], int]:
        """Return how many matching rows share each combination of values in those columns."""
        for name in names:
            known_column(kind, name)
        rows = self._rows.select(kind, order=None, limit=None, **where)
        return dict(Counter(tuple(getattr(row, name) for name in names) for row in rows))

    def head(self) -> Head:
        """Return the last position and its hash."""
        return State(events=tuple(self._events[-1:])).head()

    def folds(self) -> int:
        """Return how often the rows were folded anew."""
        return self._folds

    def events(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        types: Sequence[str] = (),
        stream: str | None = None,
        correlation_id: str | None = None,
        upto: int | None = None,
    ) -> Iterator[Envelope]:
        """Yield the envelopes in order of position."""
        found = (
            one
            for one in self._events
            if one.position > after
            and (upto is None or one.position <= upto)
            and (not types or one.type in types)
            and stream in {None, one.stream}
            and correlation_id in {None, one.correlation_id}
        )
        yield from islice(found, limit)

    def event(self, event_id: str) -> Envelope | None:
        """Return one envelope by its id, or None."""
        return next((one for one in self._events if one.id == event_id), None)

    def blob(self, ref: BlobRef) -> bytes:
        """Return a blob's plain bytes; raises KeyErased, KeyMissing, UnknownId, LedgerBroken."""
        if ref.digest not in self._blobs:
            raise UnknownId(f"There is no blob {ref.digest}.", remedy="Check the id.")
        content = self._vault.open_bytes(ref.subject_ref, self._blobs[ref.digest])
        if self._vault.digest("blob", ref.subject_ref, content) != ref.digest:
            raise LedgerBroken(f"Blob {ref.digest} was changed.", remedy="Restore it.")
        return content


class MemoryUnit(MemoryView):
    """A view that writes into a copy."""

    def __init__(self, state: State, vault: Vault, ids: Ids, origin: Origin) -> None:
        super().__init__(state, vault)
        self._ids = ids
        self._origin = origin
        self._refusal: Exception | None = None
        self._is_held = self.get(HoldRow, "restore") is not None

    @property
    def now(self) -> datetime:
        """The instant the unit began."""
        return self._origin.now

    def append(self, draft: Draft, *, expect: int | None = None) -> Envelope:
        """Give the event its place and fold it into the rows."""
        if self._is_held:
            refuse_while_held(draft.data.type)
        sequence = sum(1 for one in self._events if one.stream == draft.stream)
        if expect is not None and expect != sequence:
            raise LedgerConflict(
                f"The stream {draft.stream} is at {sequence}, not at {expect}.",
                remedy="Read it again, then decide anew.",
            )
        link = chained(
            draft,
            self._origin,
            event_id=self._ids.new(),
            head=self.head(),
            sequence=sequence + 1,
        )
        envelope = link.envelope
        try:
            fold(envelope, draft.data, self._rows.folding())
        except Exception as error:
            self._refusal = error
            raise
        self._events.append(envelope)
        return envelope

    def put(self, row: Row) -> None:
        """Write an operational row; raises TypeError for a folded one."""
        refuse(type(row), is_folded=True)
        self._rows.put(row)

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete an operational row; raises TypeError for a folded kind."""
        refuse(kind, is_folded=True)
        self._rows.delete(kind, key)

    def put_blob(self, ref: SubjectRef, content: bytes) -> BlobRef:
        """Keep bytes sealed under `ref`, once."""
        blob = BlobRef(
            subject_ref=ref, digest=self._vault.digest("blob", ref, content), size=len(content)
        )
        self._blobs.setdefault(blob.digest, self._vault.seal_bytes(ref, content))
        return blob

    def draw_ref(self) -> SubjectRef:
        """Return a fresh key's name."""
        for spare in self._rows.select(SpareRefRow, limit=1):
            self._rows.delete(SpareRefRow, spare.ref)
            return SubjectRef(spare.ref)
        drawn, *spares = self._vault.new_refs(_SPARE_REFS)
        for ref in spares:
            self._rows.put(SpareRefRow(ref=ref))
        return drawn

    def finished(self) -> State:
        """Return the new state; raises what a fold refused, and LedgerConflict for duplicates."""
        if self._refusal is not None:
            raise self._refusal
        self._rows.refuse_duplicates()
        return State(self._rows.tables, tuple(self._events), self._blobs, self._folds)
