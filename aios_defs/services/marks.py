"""Owns how far each store was read, and how an item is known again.

A mark is kept once all that came before it is accounted for in the ledger, so that whoever is
killed in between sees the rest again; what is seen again is known by the keyed hash of its ref.

A store that gives all its items new refs (IMAP: another UIDVALIDITY) begins an epoch, at the
ledger's head. An item with an unknown ref, whose very bytes were taken in from the same folder
before the epoch, is that message under a new name: a RefRow keeps the name. Each message takes one
new name in an epoch, so that two mails with the same bytes stay two. Names of the epoch before are
forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aios_defs.core.connector import Item
from aios_defs.core.ports import Transaction
from aios_defs.core.resuming import Mark, Resumable
from aios_defs.core.rows.house import CursorRow, HandedRow, RefRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.arrivals import HANDED, Arrival, ref_hash
from aios_defs.services.kernel import Kernel
from aios_defs.services.views import READ_AGAIN

_FEW = 20
"""Refs that are looked up one by one, until reading all of them is cheaper."""
_FORGOTTEN_AT_ONCE = 500


def unread_items(kernel: Kernel, name: str) -> Iterator[Item]:
    """Yield what a store holds beyond its mark; whoever asks for the next has accounted for one.

    Keeps each mark that it meets. Raises OutsideFailed as the connector does.
    """
    connector, known = kernel.connector(name), KnownRefs(kernel, name)
    if not isinstance(connector, Resumable):
        yield from connector.scan(known)
        return
    kept = read_mark(kernel, name)
    for found in connector.scan_from(kept, known):
        if not isinstance(found, Mark):
            yield found
        elif found.value != kept:
            _keep(kernel, name, found)
            kept = found.value


def read_mark(kernel: Kernel, name: str) -> str:
    """Return how far a store was read; empty before the first scan."""
    with kernel.ledger.view() as view:
        row = view.get(CursorRow, _cursor(name))
    return row.value if row else ""


@dataclass(slots=True)
class KnownRefs:
    """Tells whether a ref is known, by a few look-ups or by all refs at once."""

    kernel: Kernel
    connector: str
    _asked: int = field(default=0, init=False)
    _all: set[str] | None = field(default=None, init=False)

    def __call__(self, ref: str) -> bool:
        """Return whether the item of that ref was taken in."""
        lookup = ref_hash(self.kernel, self.connector, ref)
        self._asked += 1
        if self._all is None and self._asked > _FEW:
            with self.kernel.ledger.view() as view:
                only = {"connector": self.connector}
                self._all = {
                    *view.column(MessageRow, "ref_hash", **only),
                    *view.column(RefRow, "ref_hash", **only),
                }
        if self._all is not None:
            return lookup in self._all
        with self.kernel.ledger.view() as view:
            return any(
                view.count(kind, ref_hash=lookup, connector=self.connector)
                for kind in (MessageRow, RefRow)
            )


def is_known(kernel: Kernel, tx: Transaction, arrival: Arrival) -> bool:
    """Return whether an item was taken in before, also under an older name of its store."""
    lookup, name = ref_hash(kernel, arrival.connector, arrival.item.ref), arrival.connector
    if any(tx.count(kind, ref_hash=lookup, connector=name) for kind in (MessageRow, RefRow)):
        return True
    message_id = _older(kernel, tx, arrival)
    if message_id is None:
        return False
    folder = arrival.item.folder
    tx.put(RefRow(ref_hash=lookup, connector=name, folder=folder, message_id=message_id))
    return True


def _older(kernel: Kernel, tx: Transaction, arrival: Arrival) -> str | None:
    """Return the message of an epoch before that has the same bytes and no new name yet."""
    name, folder = arrival.connector, arrival.item.folder
    epoch = tx.get(CursorRow, _epoch(name, folder))
    if epoch is None or arrival.item.ref.startswith((HANDED, "released:")):
        return None
    rows = tx.select(
        MessageRow,
        content_hash=kernel.vault.digest("raw", arrival.item.raw),
        connector=name,
        folder=folder,
        position__lte=int(epoch.value),
        order="position",
    )
    return next((row.id for row in rows if _is_nameless(tx, row)), None)


def _is_nameless(tx: Transaction, row: MessageRow) -> bool:
    is_stored = row.reason != READ_AGAIN and tx.get(HandedRow, row.ref_hash) is None
    return is_stored and not tx.count(RefRow, message_id=row.id)


def _keep(kernel: Kernel, name: str, mark: Mark) -> None:
    if mark.renamed is not None:
        _forget_names(kernel, name, mark.renamed)
    with kernel.ledger.transaction(actor="facade") as tx:
        if mark.renamed is not None:
            value = str(tx.head().position)
            tx.put(CursorRow(name=_epoch(name, mark.renamed), value=value))
        tx.put(CursorRow(name=_cursor(name), value=mark.value))


def _forget_names(kernel: Kernel, name: str, folder: str) -> None:
    """Forget the names of an epoch, a piece at a time; whoever is killed begins again."""
    while True:
        with kernel.ledger.transaction(actor="facade") as tx:
            rows = tx.select(RefRow, connector=name, folder=folder, limit=_FORGOTTEN_AT_ONCE)
            for row in rows:
                tx.delete(RefRow, row.ref_hash)
        if len(rows) < _FORGOTTEN_AT_ONCE:
            return


def _cursor(name: str) -> str:
    return f"mark:{name}"


def _epoch(name: str, folder: str) -> str:
    return f"epoch:{name}:{folder}"
