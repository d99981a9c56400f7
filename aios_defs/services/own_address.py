"""Owns mail whose sender is our own address: ours that came back, or a form of our website.

A form names its customer in Reply-To, which anybody can write: it is whom the operator may answer
after a look, and never a participant.
"""

from aios_defs.core.connector import ParsedMessage
from aios_defs.core.decision import ContextPack, Question
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.telling import DeliveryRow
from aios_defs.services.kernel import Kernel

OWN_ADDRESS = "own_address"
"""The sensitive sign of such a message: policy asks, and the agent hands it over."""


def is_ours(kernel: Kernel, view: View, parsed: ParsedMessage) -> bool:
    """Return whether a message is one that we or the operator sent: by its key or Message-ID."""
    if has_our_key(view, parsed):
        return True
    mail_hash = kernel.mail_hash(parsed.message_id)
    return bool(
        view.count(MessageRow, mail_hash=mail_hash, folder="sent")
        or view.count(ActionRow, outside_ref=parsed.message_id)
    )


def has_our_key(view: View, parsed: ParsedMessage) -> bool:
    """Return whether a message carries the key of an action or of a message to the operator.

    Nobody else can know one: keys are keyed hashes, and only what was sent carries them.
    """
    key = parsed.own_key
    if key is None:
        return False
    return bool(view.count(ActionRow, key=key) or view.count(DeliveryRow, key=key))


def whom_to_answer(parsed: ParsedMessage, signs: tuple[str, ...]) -> str:
    """Return the address that an answer goes to; empty when a form names nobody else."""
    if OWN_ADDRESS not in signs:
        return parsed.sender
    return next((one for one in parsed.reply_to if one != parsed.sender), "")


def explained(question: Question, pack: ContextPack) -> Question:
    """Return a question about such a message that says where it came from and whom to answer."""
    last = next(reversed(pack.of_kind("message")), None)
    address = str(last.data.get("from") or "") if last else ""
    reply = f"an answer goes to {address}" if address else "it names nobody to answer by mail"
    text = f"Written from your own address, perhaps by a form of your website; {reply}."
    return question.model_copy(update={"text": f"{text} {question.text}"})
