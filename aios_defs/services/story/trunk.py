"""Owns the steps that follow one another: messages, contexts, decisions, questions; and facts."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import QuestionRow
from aios_defs.services.event_words import plain, sentence
from aios_defs.services.fact_words import fact_text
from aios_defs.services.story.step import DONE, PLAIN, TONES, WAITING, new_step
from aios_defs.services.story.telling import Telling


def hear_message(told: Telling, event: Envelope, name: str) -> None:
    """Begin a message, or say what became of it."""
    message_id = str(event.data.get("message_id"))
    if name != "received":
        told.change(message_id, name, event.data.get("reason"))
        return
    row = told.view.get(MessageRow, message_id)
    owner = told.view.get(ProfileRow, row.profile_id) if row and row.profile_id else None
    heading = told.opened(row.heading) if row else None
    sender = told.opened(owner.name) if owner else None
    quote = ": ".join(one for one in (sender, heading) if one) or None
    link = ("message", message_id)
    step = new_step(event, message_id, "message", "Message", "received", quote=quote, link=link)
    told.on_trunk(step)


def hear_context(told: Telling, event: Envelope, _: str) -> None:
    """Begin a context pack."""
    items, pack = event.data.get("items"), str(event.data.get("pack_id"))
    count = len(items) if isinstance(items, list) else 0
    title, state = f"Context for {event.data.get('agent')}", f"packed, {count} items of this person"
    link = ("task", event.correlation_id)
    told.on_trunk(new_step(event, pack, "context", title, state, link=link))


def hear_decision(told: Telling, event: Envelope, name: str) -> None:
    """Begin a decision, or say that it was overtaken."""
    decision = str(event.data.get("decision_id"))
    if name == "made":
        outcome = plain(str(event.data.get("outcome")))
        title = f"{event.data.get('agent')} decided: {outcome} {event.data.get('category') or ''}"
        link = ("decision", decision)
        told.on_trunk(new_step(event, decision, "decision", title.strip(), "made", link=link))
    else:
        told.change(decision, name, event.data.get("reason"))


def hear_question(told: Telling, event: Envelope, name: str) -> None:
    """Begin a question or its answer, or say that it was withdrawn."""
    question = str(event.data.get("question_id"))
    row = told.view.get(QuestionRow, question)
    link = ("question", question)
    if name == "asked":
        quote = told.opened(row.text) if row else None
        told.on_trunk(
            new_step(
                event,
                question,
                "question",
                "Question to you",
                "open",
                quote=quote,
                link=link,
                tone=WAITING,
            )
        )
        return
    told.change(question, name, event.data.get("reason"))
    if name == "answered":
        quote = told.opened(row.answer) if row else None
        answer = f"answer:{question}"
        told.on_trunk(
            new_step(event, answer, "answer", "Your answer", name, quote=quote, link=link)
        )


def hear_task(told: Telling, event: Envelope, name: str) -> None:
    """Begin a turn of the task itself: it failed, was closed, or is to be decided again."""
    is_reply = event.data.get("outcome") == "replied"
    if name in ("failed", "cancelled", "reopened") or (name == "completed" and not is_reply):
        link = ("task", event.correlation_id)
        step = new_step(
            event, event.id, "task", sentence(event), plain(name), link=link, tone=TONES[name]
        )
        told.on_trunk(step)


def hear_fact(told: Telling, event: Envelope, name: str) -> None:
    """Begin a fact, or say what became of it; it has a place once a verdict cites it."""
    record = event.data.get("fact")
    data = record if isinstance(record, dict) else event.data
    fact_id = str(data.get("fact_id"))
    row = told.view.get(FactRow, fact_id)
    if row is not None and fact_id not in told.facts:
        told.facts[fact_id] = new_step(
            event,
            fact_id,
            "fact",
            "Fact",
            name,
            quote=fact_text(told.kernel, row),
            link=("fact", fact_id),
            tone=DONE if name == "asserted" else PLAIN,
            branch="facts",
        )
        if name == "proposed" and event.data.get("task_id"):
            told.facts[fact_id].after = [told.trunk] if told.trunk else []
    told.change(fact_id, "holds" if name == "asserted" else name, event.data.get("reason"))
    by = event.data.get("by")
    if by and fact_id in told.facts:
        told.facts[fact_id].replaced_by = str(by)
