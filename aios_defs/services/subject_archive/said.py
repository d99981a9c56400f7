"""Owns what was said by, to and with a subject, for its archive: messages and interactions."""

from aios_defs.core.connector import ParsedMessage
from aios_defs.core.errors import InboundUnreadable, KeyErased, KeyMissing
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.rows.imports import ImportLineRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.services.erasure.keys import turns_of
from aios_defs.services.imports.places import place_of
from aios_defs.services.lookup import by_id
from aios_defs.services.message_view import heading_of
from aios_defs.services.messages import read_message
from aios_defs.services.subject_archive.scope import Scope, erased

_TOLD_EACH = 100


def messages(scope: Scope) -> list[JsonValue]:
    """Return every message, by position: from the subject, to it, or naming its address."""
    rows = sorted(
        by_id(scope.view, MessageRow, scope.found.messages).values(), key=lambda row: row.position
    )
    shared = {
        turn.message_id
        for turn in turns_of(scope.view, scope.found.messages)
        if turn.profile_id not in scope.found.profiles
    }
    told: list[JsonValue] = []
    for number, row in enumerate(rows, 1):
        told.append(_message(scope, row, is_shared=row.id in shared))
        if number % _TOLD_EACH == 0 or number == len(rows):
            scope.progress("messages", number, len(rows))
    return told


def _message(scope: Scope, row: MessageRow, *, is_shared: bool) -> JsonObject:
    return {
        "id": row.id,
        "direction": "out" if row.folder == "sent" else "in",
        "at": rfc3339(row.stored_at),
        "connector": row.connector,
        "folder": row.folder,
        "thread_id": row.thread_id,
        "task_id": row.task_id,
        "state": row.state,
        "reason": row.reason,
        "authenticated": row.authenticated,
        "signs": list[JsonValue](row.signs),
        "is_shared": is_shared,
        "bytes": row.raw.size,
        **_content(scope, row),
        "source": scope.source(row.event_id),
    }


def _content(scope: Scope, row: MessageRow) -> JsonObject:
    """Return what is in a mail, and `file`: where its untouched bytes are, if there are any."""
    file = f"messages/{row.id}.eml"
    try:
        return {"content": _shown(read_message(scope.kernel, scope.view, row)), "file": file}
    except (KeyErased, KeyMissing) as error:
        return {"content": erased(error), "file": None}
    except InboundUnreadable as error:
        return {"content": {"unreadable": error.message}, "file": file}


def _shown(parsed: ParsedMessage) -> JsonObject:
    return {
        **heading_of(parsed),
        "text": parsed.text,
        "attachments": [
            {"name": one.name, "content_type": one.content_type, "bytes": len(one.content)}
            for one in parsed.attachments
        ],
    }


def interactions(scope: Scope) -> list[JsonValue]:
    """Return every contact, by position; what was said is in its message or action."""
    rows = scope.view.select(InteractionRow, profile_id=scope.found.profiles, order="position")
    return [
        {
            "id": row.id,
            "direction": row.direction,
            "channel": row.channel,
            "at": rfc3339(row.at),
            "thread_id": row.thread_id,
            "message_id": row.message_id,
            "action_id": row.action_id,
            "profile_id": row.profile_id,
            "source": scope.source(row.event_id),
        }
        for row in rows
    ]


def import_lines(scope: Scope) -> list[JsonValue]:
    """Return the entries of imported files that could not be taken, and name the subject."""
    refs = frozenset(scope.found.refs)
    return [
        {
            "import_id": row.import_id,
            "place": place_of(scope.kernel, scope.view, row),
            "reason": row.reason,
            "text": _line(scope, row),
            "source": scope.source(row.event_id),
        }
        for row in scope.view.select(ImportLineRow, order="position")
        if row.raw.subject_ref in refs
    ]


def _line(scope: Scope, row: ImportLineRow) -> JsonValue:
    try:
        return scope.view.blob(row.raw).decode(errors="replace")
    except (KeyErased, KeyMissing) as error:
        return erased(error)
