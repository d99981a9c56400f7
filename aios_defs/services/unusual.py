"""Owns what is new or unusual about a decision: told from facts in rows, never by the agent.

Each sign is `{"sign", "level", "words"}`; `level` is `bad` (look twice), `warn` (look) or `note`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aios_defs.core.actions import ActionState
from aios_defs.core.claims import largest_amount
from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.profiles import IdentityRow
from aios_defs.core.sealed import BlobRef
from aios_defs.services.address_book import LOOKALIKE, looks_like
from aios_defs.services.kernel import Kernel, get_json

_PAST = 50
"""How many former actions say what is usual."""
_SIGNS = {
    "refund": ("warn", "The message asks for money back."),
    "legal": ("bad", "The message speaks of law or lawyers."),
    "angry": ("warn", "The message is angry."),
    "bank_details": ("bad", "The message names bank details: changed ones are a common fraud."),
    "money_request": ("bad", "The message asks for money."),
    "data_request": ("bad", "The message asks for personal or secret data."),
    "prompt_injection": ("bad", "The message speaks to a machine, as if to steer the agent."),
    "forged_sender": ("bad", "The mail server that received it says the sender is forged."),
    "confidential": ("warn", "Its sender asks that it stay confidential."),
    "encryption": ("warn", "The message is encrypted: open it in your mail program."),
    "unread_content": ("warn", "Part of the message could not be read here."),
    "missing_text": ("warn", "The message has attachments and no text."),
    "invitation": ("warn", "The message is an invitation, or an answer to one."),
    LOOKALIKE: ("bad", "The sender looks like someone you know, but is not."),
    "own_address": ("warn", "It came from your own address, perhaps by a form of your website."),
}
_ASKED_AGAIN = {
    "undone": "You approved this before and took it back.",
    "at_commit": "You approved this before; policy asked anew when it was about to leave.",
    "content_changed": "Its content was not what had been approved, so it is asked anew.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A decision to look at: its row, its content, whom it reaches, and what it answers.

    `messages` are as services.preview.message_view gives them, oldest first.
    """

    row: ActionRow
    content: JsonObject
    recipients: Sequence[str]
    messages: Sequence[JsonObject]


def unusual(kernel: Kernel, view: View, case: Case) -> list[JsonObject]:
    """Return what is new or unusual, the worst first."""
    found = [
        *_recipients(kernel, view, case),
        *_messages(kernel, view, case.messages),
        *_amounts(kernel, view, case),
        *_claims(view, case.row),
        *_history(view, case.row),
    ]
    order: dict[JsonValue, int] = {"bad": 0, "warn": 1}
    once = {str(one["words"]): one for one in found}
    return sorted(once.values(), key=lambda one: order.get(one["level"], 2))


def _sign(name: str, level: str, words: str) -> JsonObject:
    return {"sign": name, "level": level, "words": words}


def _recipients(kernel: Kernel, view: View, case: Case) -> Iterator[JsonObject]:
    wrote = {str(one.get("from")) for one in case.messages}
    for address in case.recipients:
        identity = view.get(IdentityRow, kernel.address_hash(address))
        if identity is None:
            yield _sign("unknown", "bad", f"{address} is new: nobody wrote from or to it before.")
        elif identity.basis == "inbound":
            yield _sign("first_contact", "warn", f"First contact: you never wrote to {address}.")
        if case.messages and address not in wrote:
            yield _sign("elsewhere", "warn", f"{address} did not write the message it answers.")
        yield from _lookalike(kernel, view, address)
    if len(case.recipients) > 1:
        yield _sign("many", "note", f"It goes to {len(case.recipients)} addresses.")


def _lookalike(kernel: Kernel, view: View, address: str, name: str = "") -> Iterator[JsonObject]:
    found = looks_like(kernel, view, address, name)
    if found:
        yield _sign(LOOKALIKE, "bad", found.words)


def _messages(kernel: Kernel, view: View, messages: Sequence[JsonObject]) -> Iterator[JsonObject]:
    last = messages[-1] if messages else None
    sender = str(last.get("from") or "") if last else ""
    alike = list(_lookalike(kernel, view, sender, str(last.get("name") or ""))) if last else []
    yield from alike
    for one in messages:
        signs = one.get("signs")
        for name in signs if isinstance(signs, list) else ():
            if name == LOOKALIKE and alike:
                continue
            level, words = _SIGNS.get(str(name), ("warn", f"Sign: {name}."))
            yield _sign(str(name), level, words)
    if last is None or not sender:
        return
    reply_to = last.get("reply_to")
    others = [str(one) for one in reply_to if one != sender] if isinstance(reply_to, list) else []
    if others:
        yield _sign("reply_to", "warn", f"An answer would go to {', '.join(others)}, not {sender}.")
    if last.get("authenticated") == "fail":
        yield _sign("forged_sender", *_SIGNS["forged_sender"])
    elif last.get("authenticated") == "none":
        yield _sign("unauthenticated", "note", f"Nobody vouches that it came from {sender}.")


def _amounts(kernel: Kernel, view: View, case: Case) -> Iterator[JsonObject]:
    now = largest_amount(_texts(case.content))
    if now is None:
        return
    row = case.row
    past = view.select(
        ActionRow,
        state=ActionState.COMMITTED,
        workflow=row.workflow,
        operation=row.operation,
        order="-id",
        limit=_PAST,
    )
    usual = largest_amount(text for one in past for text in _texts(_opened(kernel, one)))
    if usual is None:
        yield _sign("amount", "note", f"It names {now:,.2f}; nothing sent before named an amount.")
    elif now > usual:
        words = f"It names {now:,.2f}; the most that was sent before is {usual:,.2f}."
        yield _sign("amount", "warn", words)


def _opened(kernel: Kernel, row: ActionRow) -> JsonObject:
    try:
        return kernel.open_json(row.arguments)
    except AiosError:
        return {}


def _texts(content: JsonObject) -> Iterable[str]:
    return (value for value in content.values() if isinstance(value, str))


def _claims(view: View, row: ActionRow) -> Iterator[JsonObject]:
    """Tell what policy saw of the claims when it judged the content."""
    proposed = list(view.events(stream=f"action-{row.id}", types=("action.proposed.v1",)))
    verdict = proposed[-1].data.get("verdict") if proposed else None
    snapshot = verdict.get("snapshot") if isinstance(verdict, dict) else None
    try:
        seen = get_json(view, BlobRef.model_validate(snapshot)) if snapshot else {}
    except AiosError:
        return
    action = seen.get("action")
    if isinstance(action, dict) and action.get("claims_unverified"):
        yield _sign("claims", "bad", "It states an amount that no fact of yours vouches for.")


def _history(view: View, row: ActionRow) -> Iterator[JsonObject]:
    approval = view.get(ApprovalRow, row.approval_id) if row.approval_id else None
    if approval is not None and approval.reason in _ASKED_AGAIN:
        yield _sign("again", "note", _ASKED_AGAIN[approval.reason])
    if row.author == "operator":
        yield _sign("edited", "note", "You edited this text.")
