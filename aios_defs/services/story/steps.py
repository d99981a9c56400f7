"""Owns the steps of a trace: message, context, decision, verdict, approval, action, effect.

Steps come in the order of their first event, facts right before the first verdict that cites them.
"""

from collections.abc import Sequence

from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.services.event_words import name_of, plain, sentence
from aios_defs.services.kernel import Kernel
from aios_defs.services.story.branches import hear_action, hear_approval
from aios_defs.services.story.step import PLAIN, TONES, Step, new_step
from aios_defs.services.story.telling import Ear, Telling
from aios_defs.services.story.trunk import (
    hear_context,
    hear_decision,
    hear_fact,
    hear_message,
    hear_question,
    hear_task,
)

_EARS: dict[str, Ear] = {
    "message": hear_message,
    "context": hear_context,
    "decision": hear_decision,
    "question": hear_question,
    "task": hear_task,
    "action": hear_action,
    "approval": hear_approval,
    "fact": hear_fact,
}


def steps_of(kernel: Kernel, view: View, events: Sequence[Envelope]) -> list[JsonObject]:
    """Return the steps of a trace's events; of one without a task, an event is a step.

    Each is `{"id", "kind", "title", "quote", "state", "tone", "at", "actor", "position", "link":
    {"kind", "id"}, "branch", "after": [ids], "replaced_by", "run_id"}`. `quote` is not ours.
    """
    told = Telling(kernel=kernel, view=view, ears=_EARS)
    for event in events:
        told.hear(event)
    steps = told.ordered() if told.has_task else _one_by_one(events)
    return [step.to_json() for step in steps]


def _one_by_one(events: Sequence[Envelope]) -> list[Step]:
    steps: list[Step] = []
    for event in events:
        kind, _, name = name_of(event.type).partition(".")
        step = new_step(
            event,
            event.id,
            kind,
            sentence(event),
            plain(name),
            link=("event", event.id),
            tone=TONES.get(name, PLAIN),
        )
        step.after = [steps[-1].id] if steps else []
        steps.append(step)
    return steps
