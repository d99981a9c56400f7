"""Owns one message as the operator looks at it: its headers that matter, text, attachments, source.

All of it comes from outside. A long text is cut for the page; the whole is a download.
"""

import re
import unicodedata
from dataclasses import dataclass

from aios_defs.core.connector import Attachment, ParsedMessage
from aios_defs.core.errors import InboundUnreadable, KeyErased, KeyMissing, UnknownId
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import IdentityRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.address_book import LOOKALIKE, looks_like
from aios_defs.services.cards import readable
from aios_defs.services.identity.whole import members, root_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.messages import read_message

SHOWN_LETTERS = 20_000
"""How much of a text or source a page shows."""
_NAME_LETTERS = 80
_HARMLESS = ("image/png", "image/jpeg", "image/gif", "text/plain")
"""Declared types that a download keeps; everything else is bytes of no type."""
_ACTIVE = (
    " app bat cmd com cpl dll dmg docm exe hta htm html iso jar js jse lnk mht mhtml msi ps1 reg"
    " scr sh svg swf vbe vbs wsf xht xhtml xlsm xml "
)
"""Endings of files that run or script when opened."""


_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """Something to save: bytes, a name that is safe to write, and the type to send it as."""

    name: str
    content_type: str
    content: bytes


def message_view(kernel: Kernel, message_id: str) -> JsonObject:
    """Return a message.

    Shape: `id`, `state`, `reason`, `remedy`, `connector`, `folder`, `at`, `bytes`, `authenticated`,
    `signs`, `level` (None where it is not remembered), `lookalike` (whom the sender would be taken
    for, in words, or None), `task_id`, `workflow`, `person` (`id`, `name`, `stage`, `bases`),
    `thread` (the ids and times of its thread's interactions), `content` (None when erased or
    unreadable, with `why_not`): `from`, `name`, `reply_to`, `to`, `cc`, `subject`, `date`,
    `message_id`, `automatic`, `is_html`, `defects`, `text`, `letters`, `is_cut`, `attachments`
    (`n`, `name`, `saved_as`, `content_type`, `bytes`, `is_active`).

    Raises:
        UnknownId: there is no such message.

    """
    with kernel.ledger.view() as view:
        row = _row(view, message_id)
        content, why_not = _content(kernel, view, row)
        task = view.get(TaskRow, row.task_id) if row.task_id else None
        return {
            "id": row.id,
            "state": row.state,
            "reason": row.reason,
            "remedy": row.remedy,
            "connector": row.connector,
            "folder": row.folder,
            "at": rfc3339(row.stored_at),
            "bytes": row.raw.size,
            "authenticated": row.authenticated,
            "signs": list[JsonValue](row.signs),
            "level": _level(view, row),
            "lookalike": _lookalike(kernel, view, row, content),
            "task_id": row.task_id,
            "workflow": task.workflow if task else None,
            "person": _person(kernel, view, row),
            "thread": _thread(view, row),
            "content": content,
            "why_not": why_not,
        }


def _level(view: View, row: MessageRow) -> str | None:
    turn = next(iter(view.select(InteractionRow, message_id=row.id, limit=1)), None)
    return turn.level if turn else None


def _lookalike(
    kernel: Kernel, view: View, row: MessageRow, content: JsonObject | None
) -> str | None:
    if LOOKALIKE not in row.signs or content is None:
        return None
    found = looks_like(kernel, view, str(content["from"]), str(content["name"] or ""))
    return found.words if found else None


def source_of(kernel: Kernel, message_id: str) -> JsonObject:
    """Return the beginning of a message's raw source: `id`, `source`, `bytes`, `is_cut`.

    Raises:
        UnknownId: there is no such message.
        KeyErased: its bytes were erased.

    """
    raw = raw_of(kernel, message_id).content
    source = raw[:SHOWN_LETTERS].decode(errors="backslashreplace")
    return {
        "id": message_id,
        "source": source,
        "bytes": len(raw),
        "is_cut": len(raw) > SHOWN_LETTERS,
    }


def raw_of(kernel: Kernel, message_id: str) -> Download:
    """Return a message's untouched bytes; raises UnknownId, KeyErased."""
    with kernel.ledger.view() as view:
        content = view.blob(_row(view, message_id).raw)
    name = f"message-{message_id[-8:]}.eml"
    return Download(name=name, content_type="application/octet-stream", content=content)


def text_of(kernel: Kernel, message_id: str) -> Download:
    """Return a message's whole text; raises UnknownId, KeyErased, InboundUnreadable."""
    with kernel.ledger.view() as view:
        parsed = read_message(kernel, view, _row(view, message_id))
    name = f"message-{message_id[-8:]}.txt"
    content = parsed.text.encode(errors="replace")
    return Download(name=name, content_type="text/plain; charset=utf-8", content=content)


def attachment_of(kernel: Kernel, message_id: str, number: int) -> Download:
    """Return an attachment by its number from 1; raises UnknownId, KeyErased, InboundUnreadable."""
    with kernel.ledger.view() as view:
        attachments = read_message(kernel, view, _row(view, message_id)).attachments
    if not 1 <= number <= len(attachments):
        raise UnknownId(
            f"Message {message_id} has no attachment {number}.",
            remedy=f"It has {len(attachments)}.",
            id=message_id,
        )
    found = attachments[number - 1]
    return Download(
        name=safe_name(found.name, number),
        content_type=_sent_as(found),
        content=found.content,
    )


def safe_name(name: str, number: int) -> str:
    """Return a name for a file that no shell, folder or eye takes for something else.

    Letters, digits, marks and `-_.` stay, all else is `_`; no leading dot, at most 80 letters, the
    ending kept. A name that Windows keeps for a device gets a `_` before it.
    """
    last = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(one if _is_plain(one) else "_" for one in last).strip("._ ")
    kept = f"_{kept}" if _DEVICE.match(kept) else kept
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= 10:  # noqa: PLR2004 - the longest ending in use is shorter
        return (stem[: _NAME_LETTERS - 11] or f"attachment-{number}") + dot + ending
    return kept[:_NAME_LETTERS] or f"attachment-{number}"


def _is_plain(character: str) -> bool:
    return character in "-_." or unicodedata.category(character)[0] in "LNM"


def _sent_as(one: Attachment) -> str:
    declared = one.content_type.lower()
    return declared if declared in _HARMLESS and not _is_active(one) else "application/octet-stream"


def _is_active(one: Attachment) -> bool:
    ending = one.name.lower().rstrip(". ").rpartition(".")[2]
    is_script = one.content_type.lower().startswith(("text/html", "image/svg", "application/x-"))
    return f" {ending} " in _ACTIVE or is_script or "script" in one.content_type.lower()


def _content(kernel: Kernel, view: View, row: MessageRow) -> tuple[JsonObject | None, str | None]:
    try:
        parsed = read_message(kernel, view, row)
    except (KeyErased, KeyMissing) as error:
        return None, error.message
    except InboundUnreadable as error:
        return None, f"{error.message} {error.remedy}"
    return _shown(parsed), None


def heading_of(parsed: ParsedMessage) -> JsonObject:
    """Return who wrote a mail to whom, about what and when, as it says itself."""
    return {
        "from": parsed.sender,
        "name": parsed.sender_name,
        "reply_to": list[JsonValue](parsed.reply_to),
        "to": list[JsonValue](parsed.to),
        "cc": list[JsonValue](parsed.cc),
        "subject": parsed.subject,
        "date": rfc3339(parsed.date) if parsed.date else None,
        "message_id": parsed.message_id,
    }


def _shown(parsed: ParsedMessage) -> JsonObject:
    return {
        **heading_of(parsed),
        "automatic": parsed.automatic,
        "is_html": parsed.is_html,
        "defects": list[JsonValue](parsed.defects),
        "text": parsed.text[:SHOWN_LETTERS],
        "letters": len(parsed.text),
        "is_cut": len(parsed.text) > SHOWN_LETTERS,
        "attachments": [_listed(one, place + 1) for place, one in enumerate(parsed.attachments)],
    }


def _listed(one: Attachment, number: int) -> JsonObject:
    return {
        "n": number,
        "name": one.name[:200],
        "saved_as": safe_name(one.name, number),
        "content_type": one.content_type[:100],
        "bytes": len(one.content),
        "is_active": _is_active(one),
    }


def _person(kernel: Kernel, view: View, row: MessageRow) -> JsonValue:
    profile = root_of(view, row.profile_id) if row.profile_id else None
    if profile is None:
        return None
    whose = members(view, profile.id)
    bases = {one.basis for one in view.select(IdentityRow, profile_id=whose)}
    return {
        "id": profile.id,
        "name": readable(kernel, profile.name),
        "stage": profile.stage,
        "is_endorsed": profile.is_endorsed,
        "bases": list[JsonValue](sorted(bases)),
    }


def _thread(view: View, row: MessageRow) -> list[JsonValue]:
    if row.thread_id is None:
        return []
    rows = view.select(InteractionRow, thread_id=row.thread_id, order="-position", limit=20)
    return [
        {
            "direction": one.direction,
            "at": rfc3339(one.at),
            "message_id": one.message_id,
            "action_id": one.action_id,
        }
        for one in rows
        if one.message_id != row.id
    ]


def _row(view: View, message_id: str) -> MessageRow:
    row = view.get(MessageRow, message_id)
    if row is None:
        raise UnknownId(
            f"There is no message {message_id!r}.", remedy="See: aios ledger tail", id=message_id
        )
    return row
