"""Owns the cards that are no action, in full: questions, messages, notices, tasks.

Each has the shape of services.card_detail, with what it is about beside it.
"""

from aios_defs.core.errors import KeyErased
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.house import NoticeRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.answer_memory import keeping_view
from aios_defs.services.card_acts import (
    ANSWER,
    DISMISS,
    GO_ON,
    LET_IN,
    RELEASE,
    REPLAY,
    RETRY,
    SKIP,
    TRUST,
    Act,
    offered,
)
from aios_defs.services.cards import readable
from aios_defs.services.divergence import undecided
from aios_defs.services.fact_card import known_line
from aios_defs.services.floods import flood_words, is_flood
from aios_defs.services.held import is_hold
from aios_defs.services.kernel import Kernel
from aios_defs.services.preview import message_view, task_messages
from aios_defs.services.questions import asked_currency

_RAW_BYTES = 16_000
"""How much of a quarantined message's bytes a card shows."""


def question(kernel: Kernel, view: View, row: QuestionRow) -> JsonObject:
    """Return a question with the messages it is about and the facts that may answer it.

    `currency` is what a bare amount is read in, None when no amount is asked for; `remembers` what
    an answer would teach (`keeping_view`), None when that is nothing.
    """
    about = view.get(TaskRow, row.task_id)
    is_open = row.state == "open"
    return {
        **_card(row.id, "question", row.state, is_waiting=is_open),
        "title": readable(kernel, row.text),
        "task_id": row.task_id,
        "workflow": about.workflow if about else None,
        "topic": row.topic,
        "predicate": row.predicate,
        "currency": asked_currency(kernel, view, row),
        "remembers": keeping_view(kernel, view, row) if is_open else None,
        "answer": readable(kernel, row.answer) if row.answer else None,
        "suggestions": _suggestions(kernel, view, row) if is_open else [],
        "messages": task_messages(kernel, view, about) if about else [],
        "acts": offered((ANSWER, SKIP) if is_open else (), row.id),
    }


def _suggestions(kernel: Kernel, view: View, row: QuestionRow) -> list[JsonValue]:
    """Return what the house knows of the same topic, or of the same predicate elsewhere."""
    same = {"topic": row.topic} if row.topic else {"predicate": row.predicate}
    rows = view.select(FactRow, subject_id=None, state="asserted", limit=6, **same)
    return [known_line(kernel, one) for one in rows]


def message(kernel: Kernel, view: View, row: MessageRow) -> JsonObject:
    """Return a message that was not understood (its raw text), or that no workflow takes."""
    if row.state == "quarantined":
        return _quarantined(view, row)
    is_untaken = row.task_id is None and row.state == "received"
    return {
        **_card(row.id, "notice", row.state, is_waiting=is_untaken),
        "title": "No workflow takes this message" if is_untaken else "A message",
        "remedy": "Add a workflow of trigger `message` for its connector to business/catalog.yaml."
        if is_untaken
        else None,
        "task_id": row.task_id,
        "messages": [message_view(kernel, view, row)],
        "acts": offered((SKIP,) if is_untaken else (), row.id),
    }


def _quarantined(view: View, row: MessageRow) -> JsonObject:
    raw = _raw(view, row)
    return {
        **_card(row.id, "quarantine", row.state, is_waiting=True),
        "title": "A message that could not be understood",
        "reason": row.reason,
        "remedy": row.remedy,
        "connector": row.connector,
        "stored_at": rfc3339(row.stored_at),
        "bytes": row.raw.size,
        "raw": raw[:_RAW_BYTES].decode("utf-8", errors="backslashreplace"),
        "is_cut": len(raw) > _RAW_BYTES,
        "acts": offered((RELEASE, SKIP), row.id),
    }


def _raw(view: View, row: MessageRow) -> bytes:
    try:
        return view.blob(row.raw)
    except KeyErased:
        return b"(erased)"


def notice(kernel: Kernel, view: View, row: NoticeRow) -> JsonObject:
    """Return a notice: what happened, what it is about, and the way out."""
    is_open = row.state == "open"
    return {
        **_card(row.id, "notice", row.state, is_waiting=is_open),
        "title": flood_words(kernel, view, row) if is_flood(row) and is_open else row.summary,
        "notice_kind": row.kind,
        "about": row.about,
        "remedy": row.remedy,
        "messages": [],
        "acts": offered(_notice_acts(row) if is_open else (), row.id),
    }


def _notice_acts(row: NoticeRow) -> tuple[Act, ...]:
    if is_flood(row):
        return (LET_IN, SKIP)
    if is_hold(row):
        return (GO_ON,)
    return (TRUST, DISMISS) if row.kind == "trust" else (DISMISS,)


def task(kernel: Kernel, view: View, row: TaskRow) -> JsonObject:
    """Return a task that could not be decided, or that nothing decides."""
    is_lost = kernel.business.workflow(row.workflow) is None
    is_open = row.state in (TaskState.OPEN, TaskState.CLAIMED)
    is_waiting = row.state is TaskState.FAILED or (is_lost and is_open)
    title = (
        f"Nothing decides this: the catalog has no workflow {row.workflow}."
        if is_lost
        else "Deciding failed"
    )
    acts: tuple[Act, ...] = ((SKIP,) if is_lost else (RETRY, SKIP)) if is_waiting else ()
    return {
        **_card(row.id, "failure", str(row.state), is_waiting=is_waiting),
        "title": title,
        "workflow": row.workflow,
        "remedy": "Put it back in business/catalog.yaml." if is_lost else row.remedy,
        "task_id": row.id,
        "diverged": undecided(row, is_lost=is_lost),
        "messages": task_messages(kernel, view, row),
        "acts": offered((*acts, REPLAY) if row.decision_id else acts, row.id),
    }


def _card(card_id: str, kind: str, state: str, *, is_waiting: bool) -> JsonObject:
    return {"id": card_id, "kind": kind, "state": state, "is_waiting": is_waiting}
