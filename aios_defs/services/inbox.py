"""Owns the inbox: every card that waits for the operator, by kind and oldest first."""

from collections import Counter
from collections.abc import Callable, Sequence

from aios_defs.core.actions import ActionState
from aios_defs.core.connector import Operation
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.house import LaterRow, NoticeRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import DuplicateRow, ProfileRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.services.answer_memory import keeping_view
from aios_defs.services.cards import card, draft_remedy, operation_of, reached, readable
from aios_defs.services.fact_words import SOMEBODY, THE_HOUSE, to_confirm, to_decide
from aios_defs.services.failures import failed_ids, failure_cards
from aios_defs.services.floods import flood_remedy, flood_words, is_flood
from aios_defs.services.identity.duplicate_card import duplicate_cards
from aios_defs.services.identity.whole import roots
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id, values_by_id
from aios_defs.services.overdue import overdue, overdue_cards
from aios_defs.services.untaken import UNTAKEN, untaken

DECISIONS = (ActionState.AWAITING_APPROVAL, ActionState.DRAFTED)
_Maker = Callable[[Kernel, View, int | None], list[JsonObject]]


def inbox(kernel: Kernel, *, limit: int | None = None) -> list[JsonObject]:
    """Return the cards that wait, by kind and oldest first; at most `limit`, if given.

    Decisions, questions, failures, quarantine, facts, likely duplicates, notices. The shape is
    that of `aios inbox --json`; what only decisions have is None elsewhere.
    """
    makers: tuple[_Maker, ...] = (
        _decisions,
        _questions,
        failure_cards,
        overdue_cards,
        _quarantine,
        _facts,
        _duplicates,
        _untaken,
        _notices,
    )
    cards: list[JsonObject] = []
    with kernel.ledger.view() as view:
        for make in makers:
            left = None if limit is None else limit - len(cards)
            if left != 0:
                cards += make(kernel, view, left)[:left]
    return cards


def count_waiting(kernel: Kernel) -> dict[str, int]:
    """Return how many cards of each kind wait, without making them; kinds without one are out.

    What was set aside until later is not counted.
    """
    with kernel.ledger.view() as view:
        aside = set_aside_ids(kernel, view)
        counts = Counter(_counted(kernel, view))
        if aside:
            counts.subtract(_counted(kernel, view, id=aside))
    return {kind: count for kind, count in counts.items() if count}


def _counted(kernel: Kernel, view: View, **only: tuple[str, ...]) -> dict[str, int]:
    ids = only.get("id")
    failures = [*failed_ids(kernel, view), *(row.id for row in overdue(kernel, view))]
    return {
        "decision": view.count(ActionRow, state=DECISIONS, **only),
        "question": view.count(QuestionRow, state="open", **only),
        "failure": sum(one in ids for one in failures) if ids else len(failures),
        "quarantine": view.count(MessageRow, state="quarantined", **only),
        "fact": view.count(FactRow, asks=True, **only),
        "duplicate": view.count(DuplicateRow, state="open", **only),
        "notice": view.count(MessageRow, **UNTAKEN, **only)
        + view.count(NoticeRow, state="open", **only),
    }


def set_aside_ids(kernel: Kernel, view: View) -> tuple[str, ...]:
    """Return the ids of the cards that the operator set aside and that are not back yet."""
    return tuple(view.column(LaterRow, "card_id", until__gt=kernel.clock.now()))


def _decisions(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    rows = view.select(ActionRow, state=DECISIONS, order="created_at", limit=limit)
    return decision_cards(kernel, view, rows)


def decision_cards(kernel: Kernel, view: View, rows: Sequence[ActionRow]) -> list[JsonObject]:
    """Return the cards of decisions that wait for approval, or that are only drafts."""
    expiries = values_by_id(view, ApprovalRow, "expires_at", (row.approval_id for row in rows))
    samples = {(row.connector, row.operation): row for row in rows}
    operations = {names: operation_of(kernel, row) for names, row in samples.items()}
    cards: list[JsonObject] = []
    for row in rows:
        until = expiries.get(row.approval_id) if row.approval_id else None
        expires_at = rfc3339(until) if until and _awaits(row) else None
        operation = operations[row.connector, row.operation]
        cards.append(_decision(kernel, row, operation, expires_at))
    return cards


def _awaits(row: ActionRow) -> bool:
    return row.state is ActionState.AWAITING_APPROVAL


def _decision(
    kernel: Kernel, row: ActionRow, operation: Operation | None, expires_at: str | None
) -> JsonObject:
    return card(
        row.id,
        "decision",
        readable(kernel, row.summary),
        workflow=row.workflow,
        operation=row.operation,
        recipients=list[JsonValue](reached(kernel, row, operation)),
        rule=row.rule,
        risk=row.risk,
        content_hash=row.content_hash,
        expires_at=expires_at,
        state=str(row.state),
        remedy=_decision_remedy(kernel, row),
    )


def _decision_remedy(kernel: Kernel, row: ActionRow) -> str:
    if row.connector not in kernel.connectors:
        return f"Put {row.connector} back in business/connectors.yaml, or: aios skip {row.id}"
    if row.state is ActionState.DRAFTED:
        return draft_remedy(row)
    return f"aios approve {row.id}, or: aios reject {row.id}"


def _questions(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    rows = view.select(QuestionRow, state="open", order="position", limit=limit)
    return question_cards(kernel, view, rows)


def question_cards(kernel: Kernel, view: View, rows: Sequence[QuestionRow]) -> list[JsonObject]:
    """Return the cards of questions, each with whose message it is about and what it teaches."""
    tasks = by_id(view, TaskRow, (row.task_id for row in rows))
    whose = _whose(kernel, view, tasks)
    return [
        card(
            row.id,
            "question",
            f"{whose.get(row.task_id, _NOBODY)} — {readable(kernel, row.text)}",
            workflow=tasks[row.task_id].workflow if row.task_id in tasks else None,
            remedy=f'aios answer {row.id} "…"',
            remembers=keeping_view(kernel, view, row),
        )
        for row in rows
    ]


_NOBODY = "?: (no subject)"


def _whose(kernel: Kernel, view: View, tasks: dict[str, TaskRow]) -> dict[str, str]:
    """Return whose message each task is about, and its subject line."""
    leads = roots(view, (task.profile_id for task in tasks.values()))
    latest = (task.message_ids[-1] for task in tasks.values())
    names = values_by_id(view, ProfileRow, "name", leads.values())
    headings = values_by_id(view, MessageRow, "heading", latest)
    found: dict[str, str] = {}
    for task in tasks.values():
        name, heading = names.get(leads[task.profile_id]), headings.get(task.message_ids[-1])
        subject = readable(kernel, heading) if heading else ""
        found[task.id] = f"{readable(kernel, name) if name else '?'}: {subject or '(no subject)'}"
    return found


def _quarantine(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    rows = view.select(MessageRow, state="quarantined", order="position", limit=limit)
    return quarantine_cards(kernel, view, rows)


def quarantine_cards(_: Kernel, _view: View, rows: Sequence[MessageRow]) -> list[JsonObject]:
    """Return the cards of what could not be understood."""
    return [
        card(row.id, "quarantine", row.reason or "unreadable", remedy=row.remedy) for row in rows
    ]


def _facts(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    rows = view.select(FactRow, asks=True, order="position", limit=limit)
    return fact_cards(kernel, view, rows)


def fact_cards(kernel: Kernel, view: View, rows: Sequence[FactRow]) -> list[JsonObject]:
    """Return the cards of facts that somebody proposed to remember, or that disagree."""
    owners = [row.subject_id for row in rows if row.subject_id]
    names = values_by_id(view, ProfileRow, "name", owners)
    whose = {one: readable(kernel, name) or SOMEBODY for one, name in names.items()}
    return [
        card(
            row.id,
            "fact",
            _asked(kernel, row, whose.get(row.subject_id or "", THE_HOUSE)),
            state=row.state,
            remedy=f"aios approve {row.id}, or: aios reject {row.id}",
        )
        for row in rows
    ]


def _asked(kernel: Kernel, row: FactRow, whose: str) -> str:
    return (
        to_decide(kernel, row, whose) if row.state == "disputed" else to_confirm(kernel, row, whose)
    )


def _duplicates(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    rows = view.select(DuplicateRow, state="open", order="position", limit=limit)
    return duplicate_cards(kernel, view, rows)


def _untaken(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    return untaken_cards(kernel, view, untaken(view, limit))


def untaken_cards(kernel: Kernel, _view: View, rows: Sequence[MessageRow]) -> list[JsonObject]:
    """Return the cards of messages that no workflow takes."""
    return [
        card(
            row.id,
            "notice",
            f"No workflow takes this: {readable(kernel, row.heading) if row.heading else ''}",
            state=row.state,
            remedy=f"Add one of trigger `message` for connector {row.connector} to "
            f"business/catalog.yaml, or: aios skip {row.id}",
        )
        for row in rows
    ]


def _notices(kernel: Kernel, view: View, limit: int | None) -> list[JsonObject]:
    rows = view.select(NoticeRow, state="open", order="position", limit=limit)
    return notice_cards(kernel, view, rows)


def _remedy(row: NoticeRow) -> str:
    """Return a card's way out; one about a connector ends by itself once that works."""
    return row.remedy if row.kind == "connector" else f"{row.remedy} Then: aios skip {row.id}"


def notice_cards(kernel: Kernel, view: View, rows: Sequence[NoticeRow]) -> list[JsonObject]:
    """Return the cards of what the operator should know."""
    return [
        card(row.id, "notice", flood_words(kernel, view, row), remedy=flood_remedy(row))
        if is_flood(row)
        else card(row.id, "notice", row.summary, remedy=_remedy(row))
        for row in rows
    ]
