"""Owns the import of older mail: it becomes memory (messages, interactions, people), never tasks.

Many messages share a transaction with the position behind them, so that whoever is killed goes on
where it stood. What breaks is taken alone and quarantined, and takes nothing else with it. A source
that changed meanwhile is read from its beginning: what is known by content makes no event.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aios_defs.core.connector import Item, ParsedMessage
from aios_defs.core.errors import InboundUnreadable, OutsideFailed
from aios_defs.core.events.messages import MessageIgnored
from aios_defs.core.past import Found, PastSource
from aios_defs.core.ports import Transaction, View
from aios_defs.services.arrivals import (
    HANDED,
    Arrival,
    append,
    arrive,
    make_arrival,
    quarantine,
    received_event,
)
from aios_defs.services.edges import inbound
from aios_defs.services.erasure.tombstones import is_mail_of_erased
from aios_defs.services.kernel import Kernel
from aios_defs.services.past_standing import Standing, begin, complete, keep, refuse_if_moved
from aios_defs.services.same_mail import known_twin
from aios_defs.services.tasking import record_inbound, signs_for_labels, written_to

IMPORTED = "imported"
"""The reason with which an imported message needs no answer."""
FORGOTTEN = "forgotten"
"""What becomes of a mail from or to somebody who was forgotten: it is left where it is."""
_TOGETHER = 100
_TOGETHER_BYTES = 4 * 1024 * 1024
_FIRST_MAIL = datetime(1980, 1, 1, tzinfo=UTC)

Tell = Callable[[Standing, int], None]
"""Told after each batch: where the import stands, and how much of the source is behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to import: a source, into the memory of which connector.

    `is_sent` is the operator's word that they sent all of it themselves.
    """

    source: PastSource
    connector: str
    is_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One message of the source, read and understood as far as it can be."""

    found: Found
    arrival: Arrival


def import_past(kernel: Kernel, wish: Wish, tell: Tell) -> Standing:
    """Import what a source holds and is not known yet; returns where it stands at the end.

    Idempotent: a second call finds nothing new, and goes on where a killed one stood.

    Raises:
        OutsideFailed: the source can't be read further, or changed while it was read.
        TransitionRefused: another import of this source is under way.
        ConfigurationInvalid: there is no such connector.
        UsageInvalid: it is no mailbox.

    """
    kernel.connector(wish.connector)
    standing = begin(kernel, wish.source, wish.connector)
    for batch in _batches(wish.source.items(standing.after)):
        reads = [_read(kernel, wish, one) for one in batch]
        _refuse_if_changed(wish, standing)
        standing = _keep_bearable(kernel, standing, reads)
        kernel.points.reached("past.kept")
        tell(standing, batch[-1].done)
    _refuse_if_changed(wish, standing)
    return complete(kernel, standing)


def look_at_past(kernel: Kernel, wish: Wish, tell: Callable[[int], None]) -> "Outlook":
    """Return what an import would do from where it stands now; writes nothing."""
    kernel.connector(wish.connector)
    standing = begin(kernel, wish.source, wish.connector)
    outlook = Outlook(standing=standing)
    for batch in _batches(wish.source.items(standing.after)):
        reads = [_read(kernel, wish, one) for one in batch]
        with kernel.ledger.view() as view:
            for one in reads:
                outlook.add(one.arrival.item, _kind(kernel, view, one.arrival))
        tell(batch[-1].done)
    return outlook


@dataclass(slots=True, kw_only=True)
class Outlook:
    """What an import would do: messages by what would become of them, their span and size."""

    standing: Standing
    counts: Counter[str] = field(default_factory=Counter[str])
    first: datetime | None = None
    last: datetime | None = None
    size: int = 0

    def add(self, item: Item, kind: str) -> None:
        """Count a message."""
        self.counts[kind] += 1
        self.size += len(item.raw)
        self.first = min(self.first or item.stored_at, item.stored_at)
        self.last = max(self.last or item.stored_at, item.stored_at)


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for one in found:
        batch.append(one)
        size += len(one.raw)
        if len(batch) >= _TOGETHER or size >= _TOGETHER_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _read(kernel: Kernel, wish: Wish, found: Found) -> _Read:
    now = kernel.clock.now()
    stored_at = found.stored_at if found.stored_at and found.stored_at <= now else now
    item = Item(
        ref=f"{HANDED}past:{wish.source.name}:{found.ref}",
        folder="sent" if wish.is_sent else "inbox",
        stored_at=stored_at,
        raw=found.raw,
    )
    if not found.raw.strip():
        empty = make_arrival(kernel, wish.connector, item, parsed=None, trouble=_empty(found))
        return _Read(found=found, arrival=empty)
    arrival = arrive(kernel, wish.connector, item)
    if arrival.parsed is not None:
        moment = _moment(arrival.parsed, stored_at, now)
        item = item.model_copy(update={"stored_at": moment})
    trouble = _placed(arrival.trouble, found) if arrival.trouble else None
    return _Read(found=found, arrival=replace(arrival, item=item, trouble=trouble))


def _moment(parsed: ParsedMessage, stored_at: datetime, now: datetime) -> datetime:
    """Return when a message was written: by itself where that can be, else by its source."""
    date = parsed.date
    return date if date and _FIRST_MAIL <= date <= now + timedelta(days=1) else stored_at


def _empty(found: Found) -> InboundUnreadable:
    reason = f"is empty, or can't be read ({found.place})"
    return InboundUnreadable(
        f"A message {reason}.", remedy="Look at it there; then skip it.", reason=reason
    )


def _placed(trouble: InboundUnreadable, found: Found) -> InboundUnreadable:
    """Return the trouble with the message's place in its source."""
    reason = f"{trouble.fields.get('reason') or 'is unreadable'} ({found.place})"
    return InboundUnreadable(
        f"A message {reason}.", remedy=trouble.remedy, reason=reason, place=found.place
    )


def _refuse_if_changed(wish: Wish, standing: Standing) -> None:
    if wish.source.state() != standing.state:
        raise OutsideFailed(
            "The mailbox changed while it was read.",
            remedy="Let nothing write to it, then import it again: it goes on from what is known.",
            retryable=True,
        )


def _keep_bearable(kernel: Kernel, standing: Standing, reads: Sequence[_Read]) -> Standing:
    """Keep messages in one transaction, or each in its own when one of them breaks it."""
    try:
        standing = inbound(lambda: _keep(kernel, standing, reads))
    except InboundUnreadable as error:
        trouble = error
    else:
        return standing
    if len(reads) == 1:
        broken = replace(reads[0].arrival, parsed=None, trouble=_placed(trouble, reads[0].found))
        return _keep(kernel, standing, [replace(reads[0], arrival=broken)])
    for one in reads:
        standing = _keep_bearable(kernel, standing, [one])
    return standing


def _keep(kernel: Kernel, standing: Standing, reads: Sequence[_Read]) -> Standing:
    with kernel.ledger.transaction(actor="import") as tx:
        refuse_if_moved(tx, standing)
        outcomes: Counter[str] = Counter()
        for one in reads:
            kind = _kind(kernel, tx, one.arrival)
            if kind not in ("duplicate", FORGOTTEN):
                standing = standing.started(tx)
                _take(kernel, tx, replace(one.arrival, cause=standing.cause))
            outcomes[kind] += 1
        return keep(tx, standing.moved(reads[-1].found.after, outcomes))


def _kind(kernel: Kernel, view: View, arrival: Arrival) -> str:
    """Return what becomes of a message: duplicate, quarantined, forgotten or imported."""
    parsed = arrival.parsed
    mail_hash = kernel.mail_hash(parsed.message_id) if parsed else None
    if known_twin(kernel, view, arrival.item.raw, mail_hash):
        return "duplicate"
    if parsed is None:
        return "quarantined"
    whom = (*parsed.to, *parsed.cc) if arrival.item.folder == "sent" else (parsed.sender,)
    return FORGOTTEN if is_mail_of_erased(kernel, view, whom) else IMPORTED


def _take(kernel: Kernel, tx: Transaction, arrival: Arrival) -> None:
    parsed = arrival.parsed
    if parsed is None:
        quarantine(kernel, tx, arrival)
        return
    if arrival.item.folder == "sent":
        _take_sent(kernel, tx, arrival, parsed)
    elif parsed.automatic is None and parsed.sender != arrival.account.lower():
        _take_inbound(kernel, tx, arrival, parsed)
    else:
        append(tx, arrival, received_event(kernel, tx, arrival))
    append(tx, arrival, MessageIgnored(message_id=arrival.message_id, reason=IMPORTED))


def _take_sent(kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage) -> None:
    append(tx, arrival, received_event(kernel, tx, arrival))
    signs = signs_for_labels(kernel, parsed)
    for contact in written_to(kernel, tx, parsed):
        contact.record(kernel, tx, arrival, signs)


def _take_inbound(kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage) -> None:
    contact = record_inbound(kernel, tx, parsed)
    received = received_event(kernel, tx, arrival).model_copy(
        update={
            "profile_id": contact.profile.id,
            "thread_id": contact.thread_id,
            "heading": kernel.vault.seal(contact.profile.subject_ref, parsed.subject),
            "authenticated": parsed.authenticated,
        }
    )
    append(tx, arrival, received, subject=contact.profile.id)
    contact.record(kernel, tx, arrival, signs_for_labels(kernel, parsed))
