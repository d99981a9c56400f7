"""Owns the preview of a decision: all that the operator should see before they answer (DESIGN §6).

Summary, recipients and risk come from the typed arguments; what the agent says of itself stands
apart, as untrusted. Nothing here changes anything.
"""

from aios_defs.core.connector import Operation, Reversibility
from aios_defs.core.decision import Decision
from aios_defs.core.errors import KeyErased, KeyMissing, UnknownId
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow, ApprovalRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import DecisionRow, IntentRow, TaskRow
from aios_defs.services.cards import fact_text, operation_title, readable, recipients
from aios_defs.services.fact_words import topic_of
from aios_defs.services.kernel import Kernel, get_json
from aios_defs.services.messages import read_message
from aios_defs.services.rule_words import explain_rules, risk_words, said_besides
from aios_defs.services.shapes import difference, headline, shape_of
from aios_defs.services.unusual import Case, unusual

_UNDO = {
    Reversibility.REVERSIBLE: "afterwards: it can be undone outside",
    Reversibility.CORRECTABLE: "afterwards: it stays, but a correction can follow",
    Reversibility.IRREVERSIBLE: "afterwards: it can't be taken back",
}


def preview(kernel: Kernel, action_id: str) -> JsonObject:
    """Return everything about one action that a decision needs.

    Shape: `id`, `state`, `workflow`, `intent`, `operation`, `connector`, `summary`, `recipients`,
    `content` (the exact arguments, None when erased), `content_hash`, `rules` (each that asks),
    `rule`, `reasons`, `risk`, `risk_parts`, `cost_minor`, `claims` (each with its fact), `undo`,
    `undo_seconds`, `expires_at`, `due_at`, `agent` (None, or what it said: untrusted), `messages`
    (what it answers, as `message_view`), `task_id`, `error`, `remedy`, `outside_ref`.

    Beside these: `account` (where it would come from), `headline` (in plain words), `person_id`,
    `shape` (services.shapes), `unusual` (services.unusual), `operation_title`, `asking` (the rules
    in words, services.rule_words), `besides` (the reasons that these do not say), `risk_words` (its
    parts), `edit` (what an edit changed: `{"of", "difference"}`; None if it is none).

    Raises:
        UnknownId: there is no such action.

    """
    with kernel.ledger.view() as view:
        row = view.get(ActionRow, action_id)
        task = view.get(TaskRow, row.task_id) if row else None
        if row is None or task is None:
            raise UnknownId(
                f"There is no action {action_id!r}.", remedy="See: aios inbox", id=action_id
            )
        what, why = _what(kernel, view, row), _why(view, row)
        asking = explain_rules(kernel, _texts(why["rules"]), what)
        messages = task_messages(kernel, view, task)
        return {
            **what,
            **why,
            **_about(kernel, view, row, what, messages),
            "person_id": task.profile_id,
            "asking": asking,
            "risk_words": risk_words(_texts(why["risk_parts"])),
            "besides": said_besides(row.reasons, asking),
            "undo": _undo(kernel, row),
            "undo_seconds": row.undo_seconds,
            "due_at": rfc3339(row.due_at) if row.due_at else None,
            **_said(kernel, view, row),
            "messages": messages,
            "error": row.error,
            "remedy": row.remedy,
            "outside_ref": row.outside_ref,
        }


def _what(kernel: Kernel, view: View, row: ActionRow) -> JsonObject:
    intent = view.get(IntentRow, row.workflow)
    operation = _operation(kernel, row)
    try:
        content: JsonObject | None = kernel.open_json(row.arguments)
    except KeyErased:
        content = None
    return {
        "id": row.id,
        "kind": "decision",
        "task_id": row.task_id,
        "state": str(row.state),
        "workflow": row.workflow,
        "intent": intent.text if intent else None,
        "operation": row.operation,
        "operation_title": operation_title(kernel, row.operation),
        "connector": row.connector,
        "summary": readable(kernel, row.summary),
        "recipients": list[JsonValue](recipients(kernel, row)),
        "content": content,
        "content_hash": row.content_hash,
        "cost_minor": operation.cost_minor if operation else None,
    }


def _about(
    kernel: Kernel, view: View, row: ActionRow, what: JsonObject, messages: list[JsonValue]
) -> JsonObject:
    """Return what is told from the exact content: its form, what is unusual, what was edited."""
    content = what["content"]
    connector = kernel.connectors.get(row.connector)
    account = connector.describe().account if connector else None
    if not isinstance(content, dict):
        blank: JsonObject = {"shape": None, "unusual": [], "edit": None}
        return {"account": account, "headline": what["summary"], **blank}
    recipients = _texts(what["recipients"])
    case = Case(
        row=row,
        content=content,
        recipients=recipients,
        messages=[one for one in messages if isinstance(one, dict)],
    )
    return {
        "account": account,
        "headline": headline(row.operation, content, recipients),
        "shape": shape_of(content),
        "unusual": list[JsonValue](unusual(kernel, view, case)),
        "edit": _edit(kernel, view, row, content),
    }


def _edit(kernel: Kernel, view: View, row: ActionRow, content: JsonObject) -> JsonObject | None:
    proposed = list(view.events(stream=f"action-{row.id}", types=("action.proposed.v1",)))
    replaces = proposed[-1].data.get("replaces") if proposed else None
    former = view.get(ActionRow, replaces) if isinstance(replaces, str) else None
    if former is None or row.author != "operator":
        return None
    try:
        changed = difference(kernel.open_json(former.arguments), content)
    except KeyErased:
        return None
    return {"of": former.id, "difference": list[JsonValue](changed)} if changed else None


def _texts(value: JsonValue) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _operation(kernel: Kernel, row: ActionRow) -> Operation | None:
    connector = kernel.connectors.get(row.connector)
    return connector.describe().operation(row.operation) if connector else None


def _why(view: View, row: ActionRow) -> JsonObject:
    approval = view.get(ApprovalRow, row.approval_id) if row.approval_id else None
    proposed = list(view.events(stream=f"action-{row.id}", types=("action.proposed.v1",)))
    verdict = proposed[-1].data.get("verdict") if proposed else None
    parts = verdict.get("risk_parts") if isinstance(verdict, dict) else None
    return {
        "rule": row.rule,
        "rules": list[JsonValue](approval.rules) if approval else [row.rule],
        "reasons": list[JsonValue](row.reasons),
        "risk": row.risk,
        "risk_parts": parts or [],
        "expires_at": rfc3339(approval.expires_at) if approval else None,
    }


def _undo(kernel: Kernel, row: ActionRow) -> str:
    workflow = kernel.business.workflow(row.workflow)
    seconds = workflow.undo_seconds if workflow else 10
    operation = _operation(kernel, row)
    reversibility = operation.reversibility if operation else Reversibility.IRREVERSIBLE
    within = f"within {seconds} s of approving: nothing leaves; " if seconds else ""
    return within + _UNDO[reversibility]


def _said(kernel: Kernel, view: View, row: ActionRow) -> JsonObject:
    decision = view.get(DecisionRow, row.decision_id) if row.decision_id else None
    answer = _answer(view, decision) if decision else None
    texts = {
        claim.fact_id: claim.text
        for proposal in (answer.proposals if answer else ())
        for claim in proposal.claims
    }
    claims = [_claim(kernel, view, one, texts.get(one, "")) for one in row.cited_facts]
    if decision is None or answer is None:
        return {"claims": list[JsonValue](claims), "agent": None, "author": row.author}
    agent: JsonObject = {
        "name": decision.agent,
        "version": decision.agent_version,
        "category": decision.category,
        "rationale": answer.rationale,
        "confidence": answer.confidence,
    }
    return {"claims": list[JsonValue](claims), "agent": agent, "author": row.author}


def _answer(view: View, decision: DecisionRow) -> Decision | None:
    try:
        return Decision.model_validate(get_json(view, decision.answer))
    except (KeyErased, KeyMissing):
        return None


def _claim(kernel: Kernel, view: View, fact_id: str, text: str) -> JsonObject:
    fact = view.get(FactRow, fact_id)
    if fact is None:
        return {
            "fact_id": fact_id,
            "text": text,
            "state": "unknown",
            **dict.fromkeys(("topic", "predicate", "value", "shown", "trust", "source")),
            "is_review_due": False,
        }
    return {
        "fact_id": fact_id,
        "text": text,
        "topic": topic_of(kernel, fact),
        "predicate": fact.predicate,
        "value": readable(kernel, fact.value),
        "shown": fact_text(kernel, fact),
        "state": fact.state,
        "trust": str(fact.label.trust),
        "source": fact.source_file or fact.source_event,
        "is_review_due": fact.review_at is not None and fact.review_at <= kernel.clock.now(),
    }


def task_messages(kernel: Kernel, view: View, task: TaskRow) -> list[JsonValue]:
    """Return the messages of a task as `message_view`, oldest first."""
    rows = [view.get(MessageRow, one) for one in task.message_ids]
    return [message_view(kernel, view, row) for row in rows if row is not None]


def message_view(kernel: Kernel, view: View, row: MessageRow) -> JsonObject:
    """Return a message for people: `id`, `at`, `person_id`, `signs`, and what came from outside.

    That is `from`, `name`, `reply_to`, `to`, `cc`, `subject`, `text`, `attachments` (their names)
    and `authenticated` (pass, fail, none); `from` is None when the message was erased.
    """
    about: JsonObject = {
        "id": row.id,
        "at": rfc3339(row.stored_at),
        "person_id": row.profile_id,
        "signs": list[JsonValue](row.signs),
    }
    try:
        parsed = read_message(kernel, view, row)
    except KeyErased:
        return {**about, "from": None, "name": None, "subject": None, "text": None}
    return {
        **about,
        "from": parsed.sender,
        "name": parsed.sender_name,
        "reply_to": list[JsonValue](parsed.reply_to),
        "to": list[JsonValue](parsed.to),
        "cc": list[JsonValue](parsed.cc),
        "subject": parsed.subject,
        "text": parsed.text,
        "attachments": [one.name for one in parsed.attachments],
        "authenticated": row.authenticated,
    }
