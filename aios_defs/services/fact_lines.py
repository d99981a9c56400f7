"""Owns a fact in one line, and where it comes from."""

from aios_defs.core.errors import InboundUnreadable, KeyErased, KeyMissing
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import QuestionRow
from aios_defs.services.cards import readable
from aios_defs.services.event_words import actor_kind
from aios_defs.services.fact_words import fact_name, topic_of, value_text
from aios_defs.services.facts import holds
from aios_defs.services.kernel import Kernel
from aios_defs.services.messages import read_message


def fact_line(kernel: Kernel, row: FactRow) -> JsonObject:
    """Return a fact in short: what a list shows of it.

    `valid_to` is the end by what is known now, `recorded_at` when it was first held for true,
    `is_gone` that it holds for no time any more.
    """
    now = kernel.clock.now()
    return {
        "id": row.id,
        "name": fact_name(kernel, row),
        "topic": topic_of(kernel, row),
        "predicate": row.predicate,
        "value": value_text(kernel, row),
        "state": row.state,
        "holds": holds(row, now),
        "is_review_due": row.review_at is not None and row.review_at <= now,
        "level": str(row.label.level),
        "trust": str(row.label.trust),
        "is_tainted": row.label.is_tainted,
        "audience": len(row.label.audience),
        "confidence": row.confidence,
        "valid_from": rfc3339(row.valid_from) if row.valid_from else None,
        "valid_to": rfc3339(row.ends) if row.ends else None,
        "review_at": rfc3339(row.review_at) if row.review_at else None,
        "recorded_at": rfc3339(row.recorded_at) if row.recorded_at else None,
        "is_gone": row.gone_position is not None,
        "superseded_by": row.superseded_by,
        "position": row.position,
    }


def source_of_fact(kernel: Kernel, view: View, row: FactRow) -> JsonObject:
    """Return where a fact comes from.

    Shape: `kind` (file, message, question, import, operator, agent, system), `file`, `event_id`,
    `link` (kind and id, or None), `sentence` (the words it was taken from, foreign, or None), `by`
    (who said so), `at`, `import_id`.
    """
    said_by = view.event(row.event_id)
    source = view.event(row.source_event) if row.source_event else None
    message_id = source.data.get("message_id") if source else None
    question_id = source.data.get("question_id") if source else None
    link: JsonObject | None = None
    words = None
    if isinstance(message_id, str):
        link = {"kind": "message", "id": message_id}
        words = _words(kernel, view, row, message_id)
    elif isinstance(question_id, str):
        question = view.get(QuestionRow, question_id)
        link = {"kind": "question", "id": question_id}
        words = readable(kernel, question.text) if question else None
    return {
        "kind": _kind(row, link),
        "file": row.source_file,
        "event_id": row.source_event,
        "link": link,
        "sentence": words,
        "by": row.author,
        "at": rfc3339(said_by.time) if said_by else None,
        "import_id": row.import_id,
    }


def _kind(row: FactRow, link: JsonObject | None) -> str:
    if row.source_file:
        return "file"
    if link is not None:
        return str(link["kind"])
    return "import" if row.import_id else actor_kind(row.author)


def _words(kernel: Kernel, view: View, row: FactRow, message_id: str) -> str | None:
    message = view.get(MessageRow, message_id)
    if message is None or row.span_start is None:
        return None
    try:
        return read_message(kernel, view, message).text[row.span_start : row.span_end]
    except (KeyErased, KeyMissing, InboundUnreadable):
        return None
