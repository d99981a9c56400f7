"""Owns the unit of work: events with what is folded from them, operational rows and blobs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.audit import event_seal_content, head_seal_content
from aios_defs.core.envelope import Draft, Envelope, Head
from aios_defs.core.errors import LedgerConflict
from aios_defs.core.events.copies import HomeRestored
from aios_defs.core.holding import refuse_while_held
from aios_defs.core.ports import Ids, Vault
from aios_defs.core.projections.fold import fold
from aios_defs.core.rows.house import SpareRefRow
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, SubjectRef
from resources.store.blobs import WaitingBlobs
from resources.store.chain import Link, Origin, chained
from resources.store.pending import Known, Pending
from resources.store.rows import FoldedRows, PendingView, refuse_folded
from resources.store.stored_events import to_stored
from resources.store.view import Store

SPARE_REFS = 64
"""How many keys are made at once when none is spare."""


@dataclass(frozen=True, slots=True)
class Makers:
    """What new events are made with."""

    ids: Ids
    vault: Vault


class SqlUnit(PendingView):
    """A view that writes; all of it is durable after the ledger's commit, or none of it."""

    def __init__(
        self, store: Store, makers: Makers, origin: Origin, head: Head, *, known: Known
    ) -> None:
        super().__init__(store, Pending(store.session, store.statements, known.rows))
        self._makers = makers
        self._origin = origin
        self._head = head
        self._rows = FoldedRows(self)
        self._known = known
        self._sequences = known.sequences
        self._blobs: WaitingBlobs = {}
        self._events: list[Link] = []
        self._has_appended = False
        self.is_held = False
        self.is_restoring = False
        self._refusal: Exception | None = None

    @property
    def now(self) -> datetime:
        """The instant the unit began: the time of all its events."""
        return self._origin.now

    def append(self, draft: Draft, *, expect: int | None = None) -> Envelope:
        """Give the event its place and fold it into the rows.

        Raises:
            LedgerConflict: the stream's sequence is not `expect`.
            TransitionRefused: the fold refuses the event; nothing of this unit will be kept.
            RestoreUnconfirmed: the home was restored, and is read-only until that is confirmed.

        """
        if self.is_held:
            refuse_while_held(draft.data.type)
        sequence = self._sequence(draft.stream)
        if expect is not None and expect != sequence:
            raise conflict(draft.stream, expect, sequence)
        link = chained(
            draft,
            self._origin,
            event_id=self._makers.ids.new(),
            head=self._head,
            sequence=sequence + 1,
        )
        envelope = link.envelope
        try:
            fold(envelope, draft.data, self._rows)
        except Exception as error:
            self._refusal = error
            raise
        self._events.append(link)
        self._has_appended = True
        self.is_restoring = self.is_restoring or draft.data.type == HomeRestored.type
        self._sequences[draft.stream] = sequence + 1
        self._head = Head(position=envelope.position, hash=envelope.hash)
        return envelope

    def put(self, row: Row) -> None:
        """Write an operational row; raises TypeError for a folded one."""
        refuse_folded(type(row))
        self.pending.put(row)

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete an operational row; raises TypeError for a folded kind."""
        refuse_folded(kind)
        self.pending.delete(kind, key)

    def put_blob(self, ref: SubjectRef, content: bytes) -> BlobRef:
        """Keep bytes sealed under `ref`; the same bytes under the same key are kept once."""
        return self._store.blobs.put(self._blobs, ref, content)

    def blob(self, ref: BlobRef) -> bytes:
        """Return a blob's plain bytes, this unit's included."""
        self._store.blobs.flush(self._session, self._blobs)
        return super().blob(ref)

    def draw_ref(self) -> SubjectRef:
        """Return a fresh key's name; when none is spare, makes 64 durable ones first."""
        for spare in self.select(SpareRefRow, limit=1):
            self.pending.delete(SpareRefRow, spare.ref)
            return SubjectRef(spare.ref)
        drawn, *spares = self._makers.vault.new_refs(SPARE_REFS)
        for ref in spares:
            self.pending.put(SpareRefRow(ref=ref))
        return drawn

    def head(self) -> Head:
        """Return the last position and its hash, this unit's events included."""
        return self._head

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
        """Yield the envelopes, this unit's included."""
        self._write_events()
        yield from super().events(
            after=after,
            limit=limit,
            types=types,
            stream=stream,
            correlation_id=correlation_id,
            upto=upto,
        )

    def event(self, event_id: str) -> Envelope | None:
        """Return one envelope by its id, this unit's included, or None."""
        self._write_events()
        return super().event(event_id)

    def finish(self) -> None:
        """Write everything and seal the head; the commit follows.

        Raises:
            LedgerConflict: a row's unique columns are taken.
            Exception: what a fold refused, when the caller went on regardless.

        """
        if self._refusal is not None:
            raise self._refusal
        self.pending.flush()
        self._store.blobs.flush(self._session, self._blobs)
        self._write_events()
        if self._has_appended:
            mac = self._makers.vault.mac(head_seal_content(self._head))
            head = (self._head.position, bytes.fromhex(self._head.hash), bytes.fromhex(mac))
            self._session.run(self._statements.move_head, head)

    def learnt(self) -> Known:
        """Return what this unit knows, for the next one; only after the commit."""
        self._known.head_hash = self._head.hash
        return self._known

    def _write_events(self) -> None:
        if self._events:
            seal = self._makers.vault.mac
            rows = [
                to_stored(one, seal(event_seal_content(one.envelope.hash))) for one in self._events
            ]
            self._session.many(self._statements.insert_event, rows)
            self._events = []

    def _sequence(self, stream: str) -> int:
        if stream not in self._sequences:
            found = self._session.row(self._statements.sequence, (stream,))
            self._sequences[stream] = (found[0] if found else None) or 0
        return self._sequences[stream]


def conflict(stream: str, expected: int, found: int) -> LedgerConflict:
    """Return the error of an expected sequence that does not hold."""
    return LedgerConflict(
        f"The stream {stream} is at {found}, not at {expected}.",
        remedy="Read it again, then decide anew.",
        stream=stream,
        expected=expected,
        found=found,
    )
