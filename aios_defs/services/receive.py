"""Owns taking in: every item of an outside store is accounted for, exactly once, whatever it is.

One transaction an item: the raw bytes, what became of it, and the task it causes stand or fall
together. A poison item is quarantined and neither blocks nor disappears.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from aios_defs.core.connector import Item, ParsedMessage
from aios_defs.core.errors import InboundUnreadable
from aios_defs.core.events.messages import MessageHeld, MessageIgnored
from aios_defs.core.ports import Transaction
from aios_defs.core.resuming import Resumable
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.address_book import LOOKALIKE, looks_like
from aios_defs.services.arrivals import (
    Arrival,
    append,
    arrive,
    content_signs,
    make_arrival,
    quarantine,
    received_event,
)
from aios_defs.services.edges import inbound
from aios_defs.services.erasure.tombstones import is_mail_of_erased
from aios_defs.services.floods import hold_back
from aios_defs.services.kernel import Kernel
from aios_defs.services.leases import leased
from aios_defs.services.marks import KnownRefs, is_known, read_mark, unread_items
from aios_defs.services.other_copy import notice_other_copy
from aios_defs.services.own_address import OWN_ADDRESS, has_our_key, is_ours
from aios_defs.services.restored import note_read
from aios_defs.services.same_mail import known_twin
from aios_defs.services.tasking import give_task, operator_wrote, record_inbound
from aios_defs.services.untaken import give_untaken, ignore_answered


@dataclass(slots=True, kw_only=True)
class Intake:
    """What one taking in did: items by what became of them, and the tasks that wait."""

    counts: Counter[str] = field(default_factory=Counter[str])
    task_ids: list[str] = field(default_factory=list[str])


def take_in(kernel: Kernel, name: str) -> Intake:
    """Take in every item of a connector's store that is not known yet.

    What was known and waits for a workflow is given to the one that appeared, as well.
    One leased reader per account: while another process reads, this returns an empty intake.
    Idempotent: an item is known by its keyed reference.

    Raises:
        OutsideFailed: the store can't be reached; what was taken in before stays.

    """
    intake = Intake()
    with leased(kernel, f"reader:{name}") as is_ours:
        if not is_ours:
            intake.counts["busy"] += 1
            return intake
        since = _since(kernel, name)
        for item in unread_items(kernel, name):
            outcome, _, task_id = take_whatever(kernel, name, item, since).partition(":")
            intake.counts[outcome] += 1
            intake.task_ids += [task_id] if task_id else []
        note_read(kernel, name)
        given = give_untaken(kernel)
        intake.counts += Counter(task=len(given))
        intake.task_ids += given
    return intake


def take_whatever(kernel: Kernel, name: str, item: Item, since: datetime) -> str:
    """Take in one item; what breaks on its way in is quarantined, so that it holds up no other."""
    try:
        return inbound(lambda: take_item(kernel, name, item, since=since))
    except InboundUnreadable as error:
        trouble = error
    arriving = make_arrival(kernel, name, item, parsed=None, trouble=trouble)
    with kernel.ledger.transaction(actor="facade") as tx:
        return "known" if is_known(kernel, tx, arriving) else quarantine(kernel, tx, arriving)


def take_item(kernel: Kernel, name: str, item: Item, *, since: datetime) -> str:
    """Take in one item, at once; returns what became of it.

    `task:<id>`, `waiting` (no workflow takes it, or its sender
    asks too much), `ignored`, `quarantined`, `sent`, or `known` when
    it was taken in before.
    """
    arriving = arrive(kernel, name, item)
    with kernel.ledger.transaction(actor="facade") as tx:
        if is_known(kernel, tx, arriving):
            return "known"
        outcome = _account_for(kernel, tx, arriving, since)
    kernel.points.reached("intake.recorded")
    return outcome


def has_new_items(kernel: Kernel, name: str) -> bool:
    """Return whether a connector's store may hold an item that is not known; takes nothing in.

    Raises:
        OutsideFailed: the store can't be reached.

    """
    connector = kernel.connector(name)
    known = KnownRefs(kernel, name)
    if isinstance(connector, Resumable):
        return connector.has_news(read_mark(kernel, name), known)
    return next(iter(connector.scan(known)), None) is not None


def _since(kernel: Kernel, name: str) -> datetime:
    """Return since when mail causes tasks; `now` is settled once, at the first connection."""
    configured = str(kernel.business.connectors.get(name, {}).get("since", "now"))
    if configured != "now":
        return datetime.fromisoformat(configured)
    cursor_name = f"since:{name}"
    with kernel.ledger.transaction(actor="facade") as tx:
        cursor = tx.get(CursorRow, cursor_name)
        if cursor is None:
            cursor = CursorRow(name=cursor_name, value=tx.now.isoformat())
            tx.put(cursor)
    return datetime.fromisoformat(cursor.value)


def _account_for(kernel: Kernel, tx: Transaction, arrival: Arrival, since: datetime) -> str:
    if arrival.parsed is None:
        return quarantine(kernel, tx, arrival)
    if _is_of_erased(kernel, tx, arrival, arrival.parsed):
        return _leave_untold(kernel, tx, arrival)
    if arrival.item.folder == "sent":
        return _take_sent(kernel, tx, arrival, arrival.parsed)
    return _take_inbound(kernel, tx, arrival, arrival.parsed, since=since)


def _is_of_erased(kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage) -> bool:
    is_sent = arrival.item.folder == "sent"
    whom = (*parsed.to, *parsed.cc) if is_sent else (parsed.sender,)
    return is_mail_of_erased(kernel, tx, whom, at=arrival.item.stored_at)


def _leave_untold(kernel: Kernel, tx: Transaction, arrival: Arrival) -> str:
    """Account for a mail that is older than the erasure of who wrote it, without a byte of it."""
    bare = replace(arrival, item=arrival.item.model_copy(update={"raw": b""}))
    seen_as = {"content_hash": kernel.vault.digest("raw", arrival.item.raw)}
    append(tx, bare, received_event(kernel, tx, bare).model_copy(update=seen_as))
    append(tx, bare, MessageIgnored(message_id=bare.message_id, reason="erased"))
    return "ignored"


def _take_sent(kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage) -> str:
    append(tx, arrival, received_event(kernel, tx, arrival))
    is_own = has_our_key(tx, parsed)
    if not is_own:
        for contact in operator_wrote(kernel, tx, arrival, parsed):
            ignore_answered(tx, contact)
    if parsed.own_key is not None and not is_own:
        notice_other_copy(kernel, tx, arrival.connector, arrival.item.stored_at)
    reason = "own" if is_own else "from_operator"
    append(tx, arrival, MessageIgnored(message_id=arrival.message_id, reason=reason))
    return "sent"


def _take_inbound(
    kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage, *, since: datetime
) -> str:
    reason = _ignore_reason(kernel, tx, arrival, parsed)
    if reason is not None:
        append(tx, arrival, received_event(kernel, tx, arrival))
        append(tx, arrival, MessageIgnored(message_id=arrival.message_id, reason=reason))
        return "ignored"
    contact = record_inbound(kernel, tx, parsed)
    received = received_event(kernel, tx, arrival).model_copy(
        update={
            "profile_id": contact.profile.id,
            "thread_id": contact.thread_id,
            "heading": kernel.vault.seal(contact.profile.subject_ref, parsed.subject),
            "authenticated": parsed.authenticated,
            "signs": _signs(kernel, tx, arrival, parsed),
        }
    )
    envelope = append(tx, arrival, received, subject=contact.profile.id)
    contact.record(kernel, tx, arrival, received.signs)
    if arrival.item.stored_at < since:
        append(tx, arrival, MessageIgnored(message_id=arrival.message_id, reason="before_since"))
        return "ignored"
    held = hold_back(kernel, tx, contact, parsed.sender, arrival.item.stored_at)
    if held is not None:
        append(tx, arrival, MessageHeld(message_id=arrival.message_id, reason=held))
        return "waiting"
    task_id = give_task(
        kernel, tx, arrival.connector, contact, cause=(arrival.message_id, envelope)
    )
    return f"task:{task_id}" if task_id else "waiting"


def _ignore_reason(
    kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage
) -> str | None:
    content_hash = kernel.vault.digest("raw", arrival.item.raw)
    twins = tx.select(MessageRow, content_hash=content_hash, folder="inbox")
    if any(row.state != "quarantined" for row in twins) or _was_imported(kernel, tx, arrival):
        return "duplicate"
    if parsed.automatic is not None:
        return parsed.automatic
    is_own = _is_own_address(arrival, parsed) and is_ours(kernel, tx, parsed)
    return "own" if is_own else None


def _was_imported(kernel: Kernel, tx: Transaction, arrival: Arrival) -> bool:
    """Return whether an import brought this mail, perhaps written down differently by its file."""
    mail_hash = kernel.mail_hash(arrival.parsed.message_id) if arrival.parsed else None
    twin = known_twin(kernel, tx, arrival.item.raw, mail_hash, state="ignored", reason="imported")
    return twin is not None


def _is_own_address(arrival: Arrival, parsed: ParsedMessage) -> bool:
    return parsed.sender == arrival.account.lower()


def _signs(
    kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage
) -> tuple[str, ...]:
    forged = ("forged_sender",) if parsed.authenticated == "fail" else ()
    own = (OWN_ADDRESS,) if _is_own_address(arrival, parsed) else ()
    is_alike = not own and looks_like(kernel, tx, parsed.sender, parsed.sender_name) is not None
    return (*content_signs(kernel, parsed), *forged, *own, *((LOOKALIKE,) if is_alike else ()))
