"""Owns the ports: what the services need from the world, each with a fake and a contract suite."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from aios_defs.core.audit import StoredLog
from aios_defs.core.connector import Finding
from aios_defs.core.envelope import Draft, Envelope, Head
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, Sealed, SubjectRef
from aios_defs.core.telling import Message, TellingKind

R = TypeVar("R", bound=Row)


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the aware instant, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; a fixed clock advances instead."""
        ...


class Ids(Protocol):
    """Gives out ids."""

    def new(self) -> str:
        """Return a new UUIDv7 as text (RFC 9562), increasing within one process."""
        ...


class Workers(Protocol):
    """Knows which worker processes are alive, so that a killed one's leases end at once."""

    @property
    def me(self) -> str:
        """The name of this process: unique over hosts, processes and restarts."""
        ...

    def is_gone(self, name: str) -> bool:
        """Return whether that worker is dead for sure; False for one of another host."""
        ...


class Points(Protocol):
    """Names the points between intent and outcome; the crash harness kills there."""

    def reached(self, point: str) -> None:
        """Do nothing in the product."""
        ...


class Vault(Protocol):
    """Seals personal text; holds the keys apart from the ledger."""

    def new_refs(self, count: int) -> Sequence[SubjectRef]:
        """Make that many keys and return their names; durable before it returns."""
        ...

    def seal(self, ref: SubjectRef, text: str) -> Sealed:
        """Seal text under the key of `ref`; raises KeyErased or KeyMissing."""
        ...

    def open(self, sealed: Sealed) -> str:
        """Return the text; raises KeyErased (naming the erasure) or KeyMissing."""
        ...

    def seal_bytes(self, ref: SubjectRef, content: bytes) -> bytes:
        """Seal bytes for a blob."""
        ...

    def open_bytes(self, ref: SubjectRef, sealed: bytes) -> bytes:
        """Return a blob's bytes; raises KeyErased, KeyMissing."""
        ...

    def digest(self, purpose: str, *parts: str | bytes) -> str:
        """Return a keyed hash of the parts, 64 hex characters; another purpose, another hash.

        The parts are framed, so ("ab", "c") differs from ("a", "bc").
        """
        ...

    def new_secret(self) -> str:
        """Return 256 bits of chance as 43 characters that fit a URL, a header and a cookie."""
        ...

    def mac(self, content: bytes) -> str:
        """Return the MAC under the head key, 64 hex characters."""
        ...

    def destroy(self, ref: SubjectRef, event_id: str) -> None:
        """Destroy a key for good, remembering which event asked for it; idempotent."""
        ...

    @property
    def house(self) -> SubjectRef:
        """The key of what is about nobody: the business's own text."""
        ...


class View(Protocol):
    """A consistent reading of the rows and the log."""

    def get(self, kind: type[R], key: str) -> R | None:
        """Return the row of that key, or None."""
        ...

    def select(
        self,
        kind: type[R],
        /,
        *,
        order: str | None = None,
        limit: int | None = None,
        **where: object,
    ) -> list[R]:
        """Return the rows whose columns equal `where` (a tuple value means one of).

        A name ending in `__lt`, `__lte`, `__gt` compares instead. `order` is a column, with a minus
        for descending; rows of equal order, and without `order` all rows, come by key.
        """
        ...

    def count(self, kind: type[Row], /, **where: object) -> int:
        """Return how many rows match, with the words of `select`."""
        ...

    def column(self, kind: type[Row], name: str, /, **where: object) -> list[Any]:
        """Return one column of the matching rows, by key: much cheaper than the rows themselves."""
        ...

    def tally(self, kind: type[Row], /, *names: str, **where: object) -> dict[tuple[Any, ...], int]:
        """Return how many matching rows share each combination of values in those columns."""
        ...

    def head(self) -> Head:
        """Return the last position and its hash; position 0 with the zero hash when empty."""
        ...

    def folds(self) -> int:
        """Return how often the rows were folded anew; what was kept from before holds no more."""
        ...

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
        """Yield the stored envelopes in order of position, streamed."""
        ...

    def event(self, event_id: str) -> Envelope | None:
        """Return one envelope by its id, or None."""
        ...

    def blob(self, ref: BlobRef) -> bytes:
        """Return a blob's plain bytes; raises KeyErased, KeyMissing, UnknownId."""
        ...


class Transaction(View, Protocol):
    """A unit of work under the write lock; all of it is durable at the end, or none of it."""

    @property
    def now(self) -> datetime:
        """The instant the transaction began: the time of all its events."""
        ...

    def append(self, draft: Draft, *, expect: int | None = None) -> Envelope:
        """Give the event its place and fold it into the rows.

        `expect` is the sequence the stream must have now (0: a new stream); raises LedgerConflict
        when another process was first, TransitionRefused when the fold refuses the event.
        """
        ...

    def put(self, row: Row) -> None:
        """Write an operational row (lease, cursor); raises TypeError for a folded one."""
        ...

    def delete(self, kind: type[Row], key: str) -> None:
        """Delete an operational row; no error when it is not there."""
        ...

    def put_blob(self, ref: SubjectRef, content: bytes) -> BlobRef:
        """Keep bytes sealed under `ref`; the same bytes under the same key are kept once."""
        ...

    def draw_ref(self) -> SubjectRef:
        """Return a fresh key's name for a new identity or raw message."""
        ...


class Ledger(Protocol):
    """The append-only event log and the rows folded from it."""

    def transaction(
        self, *, actor: str, run_id: str | None = None
    ) -> AbstractContextManager[Transaction]:
        """Open a unit of work; the actor and run id are those of its events by default.

        Raises HomeLocked after ten seconds behind another writer.
        """
        ...

    def view(self) -> AbstractContextManager[View]:
        """Open a consistent reading; never blocks a writer."""
        ...

    def rebuild(self) -> int:
        """Fold every row anew from the log; returns the number of events folded."""
        ...


class LedgerAudit(Protocol):
    """The log as it lies in the store, for who checks it."""

    def audit(self) -> AbstractContextManager[StoredLog]:
        """Open one consistent reading of the raw log; never blocks a writer."""
        ...


class Messenger(Protocol):
    """Carries messages to the operator over one channel."""

    @property
    def channel(self) -> str:
        """The name of the channel, such as `mail`; constant."""
        ...

    @property
    def connector(self) -> str | None:
        """The connector that it writes through, which then has to be allowed to write."""
        ...

    @property
    def is_loopback(self) -> bool:
        """Whether nothing it does leaves this machine."""
        ...

    def takes(self, kind: TellingKind) -> bool:
        """Return whether messages of this kind go over the channel."""
        ...

    def send(self, message: Message, fence: Callable[[], None]) -> str:
        """Hand a message over, at most once for its key where the channel can tell.

        Calls `fence` right before the message leaves the process. Returns its name outside, empty
        when it has none. Raises nothing but these:

        Raises:
            OutsideFailed: nothing was told; the field `retryable` says whether to try again.
            OutsideUncertain: it may have been told.
            FenceLost: nothing was told, and another worker has the message.

        """
        ...

    def find(self, message: Message) -> Finding:
        """Tell whether the message was told, without any effect; raises nothing."""
        ...
