"""Owns an item on its way in: understood or not, and the events that keep it, whatever it is."""

from dataclasses import dataclass

from aios_defs.core.connector import Item, ParsedMessage
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import InboundUnreadable
from aios_defs.core.events.messages import MessageQuarantined, MessageReceived
from aios_defs.core.events.registry import EventData
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.house import HandedRow
from aios_defs.core.sensitivity import sensitive_signs
from aios_defs.services.edges import inbound
from aios_defs.services.kernel import Kernel

HANDED = "handed:"
"""How the ref of an item begins that was handed in: no store holds it, so none counts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One item on its way in; `parsed` is None when it could not be understood.

    `cause` is the event that brought it, for what an import brings.
    """

    connector: str
    account: str
    message_id: str
    item: Item
    parsed: ParsedMessage | None
    trouble: InboundUnreadable | None = None
    cause: str | None = None


def ref_hash(kernel: Kernel, name: str, ref: str) -> str:
    """Return the keyed look-up of an item in the store of a connector."""
    return kernel.vault.digest("ref", name, ref)


def arrive(kernel: Kernel, name: str, item: Item) -> Arrival:
    """Return an item understood by its connector, or with the trouble that it makes."""
    parsed, trouble = None, None
    try:
        parsed = _vouched(item, inbound(lambda: kernel.connector(name).parse(item)))
    except InboundUnreadable as error:
        trouble = error
    return make_arrival(kernel, name, item, parsed=parsed, trouble=trouble)


def _vouched(item: Item, parsed: ParsedMessage) -> ParsedMessage:
    """Return what was parsed; what was handed in passed no receiver that vouches for its sender."""
    if item.ref.startswith(HANDED) and parsed.authenticated == "pass":
        return parsed.model_copy(update={"authenticated": "none"})
    return parsed


def make_arrival(
    kernel: Kernel,
    name: str,
    item: Item,
    *,
    parsed: ParsedMessage | None,
    trouble: InboundUnreadable | None,
) -> Arrival:
    """Return an item on its way in, as a message with an id of its own."""
    return Arrival(
        connector=name,
        account=kernel.connector(name).describe().account,
        message_id=kernel.ids.new(),
        item=item,
        parsed=parsed,
        trouble=trouble,
    )


def quarantine(kernel: Kernel, tx: Transaction, arrival: Arrival) -> str:
    """Keep an item that could not be understood, with reason and remedy."""
    trouble = arrival.trouble
    append(tx, arrival, received_event(kernel, tx, arrival))
    append(
        tx,
        arrival,
        MessageQuarantined(
            message_id=arrival.message_id,
            reason=f"The message {trouble.fields.get('reason') or 'is unreadable'}."
            if trouble
            else "unreadable",
            remedy=trouble.remedy if trouble else "Look at its raw bytes.",
        ),
    )
    return "quarantined"


def received_event(kernel: Kernel, tx: Transaction, arrival: Arrival) -> MessageReceived:
    """Keep the raw bytes of an item and return the event that says so."""
    parsed, item = arrival.parsed, arrival.item
    lookup = ref_hash(kernel, arrival.connector, item.ref)
    if item.ref.startswith(HANDED):
        tx.put(HandedRow(ref_hash=lookup, connector=arrival.connector))
    return MessageReceived(
        message_id=arrival.message_id,
        connector=arrival.connector,
        account=kernel.address_hash(arrival.account),
        folder=item.folder,
        ref_hash=lookup,
        content_hash=kernel.vault.digest("raw", item.raw),
        mail_hash=kernel.mail_hash(parsed.message_id) if parsed else None,
        raw=tx.put_blob(tx.draw_ref(), item.raw),
        stored_at=item.stored_at,
    )


def content_signs(kernel: Kernel, parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the signs of what a message says, those that its connector saw last."""
    text = "\n".join((parsed.subject, parsed.text, *(one.name for one in parsed.attachments)))
    return (*sensitive_signs(text, kernel.lexicon), *parsed.signs)


def append(
    tx: Transaction, arrival: Arrival, data: EventData, *, subject: str | None = None
) -> str:
    """Append an event to the stream of the message; returns the event's id."""
    draft = Draft(
        stream=f"message-{arrival.message_id}",
        data=data,
        correlation_id=arrival.message_id,
        causation_id=arrival.cause,
        subject=subject,
    )
    return tx.append(draft).id
