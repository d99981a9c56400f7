"""Owns the steps of one action: verdict, approval, action, effect; each action is a branch."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.event_words import plain
from aios_defs.services.story.step import DONE, FAILED, GONE, PLAIN, TONES, WAITING, new_step
from aios_defs.services.story.telling import Telling

_OUTSIDE = {
    "committed": "Effect: done outside",
    "failed": "Effect: none, it failed",
    "uncertain": "Effect: uncertain",
    "parked": "Effect: nobody can tell",
    "compensating": "Effect: being undone",
    "compensated": "Effect: undone outside",
    "compensation_failed": "Effect: could not be undone",
}


def hear_action(told: Telling, event: Envelope, name: str) -> None:
    """Begin a verdict, an action or an effect, or say what became of the action."""
    action_id = str(event.data.get("action_id"))
    if name == "proposed":
        _verdict(told, event, action_id)
    elif name in _OUTSIDE:
        _effect(told, event, action_id, name)
    else:
        _moved(told, event, action_id, name)


def hear_approval(told: Telling, event: Envelope, name: str) -> None:
    """Begin an approval, or say what the operator made of it."""
    action_id = str(event.data.get("action_id"))
    approval = str(event.data.get("approval_id") or f"approval:{action_id}")
    if name == "requested":
        step = new_step(
            event,
            approval,
            "approval",
            "Your approval",
            "waits for you",
            link=("action", action_id),
            tone=WAITING,
            branch=action_id,
        )
        told.add(step, told.last_of(action_id))
    else:
        told.change(approval, "approved" if name == "granted" else name)


def _verdict(told: Telling, event: Envelope, action_id: str) -> None:
    verdict = event.data.get("verdict")
    said = verdict if isinstance(verdict, dict) else {}
    effect, row = str(said.get("effect")), told.view.get(ActionRow, action_id)
    first = f"verdict:{action_id}"
    step = new_step(
        event,
        first if first not in told.steps else f"{first}:{event.position}",
        "verdict",
        f"Policy says {plain(effect)}: {said.get('rule')}",
        plain(effect),
        quote=told.opened(row.summary) if row else None,
        link=("action", action_id),
        tone=PLAIN if effect == "ask" else TONES.get(effect, PLAIN),
        branch=action_id,
    )
    decision = str(event.data.get("decision_id") or "")
    told.add(step, told.last_of(action_id) or (decision if decision in told.steps else told.trunk))
    told.cited[step.id] = list(row.cited_facts) if row else []


def _moved(told: Telling, event: Envelope, action_id: str, name: str) -> None:
    step_id = _action_step(told, event, action_id, name)
    told.change(step_id, name, event.data.get("reason"))
    step = told.steps[step_id]
    if step.tone in (GONE, FAILED):
        _ask_no_more(told, action_id)
    step.run_id = str(event.data.get("run_id") or event.run_id or "") or step.run_id
    by = event.data.get("by")
    step.replaced_by = f"verdict:{by}" if by else step.replaced_by


def _ask_no_more(told: Telling, action_id: str) -> None:
    """Let an approval that still waits say that nobody needs it any more."""
    for step in told.steps.values():
        is_its = (step.branch, step.kind) == (action_id, "approval")
        if is_its and step.tone == WAITING:
            told.change(step.id, "withdrawn")


def _action_step(told: Telling, event: Envelope, action_id: str, name: str) -> str:
    """Return the action's step, a new one for the first time and for each new attempt."""
    last = told.last_of(action_id)
    known = [one for one in told.steps.values() if (one.branch, one.kind) == (action_id, "action")]
    is_again = name == "started" and last is not None and told.steps[last].kind == "effect"
    if known and not is_again:
        return known[-1].id
    row = told.view.get(ActionRow, action_id)
    step = new_step(
        event,
        f"action:{action_id}:{event.position}",
        "action",
        f"Action {row.operation}" if row else "Action",
        plain(name),
        link=("action", action_id),
        branch=action_id,
    )
    told.add(step, last)
    return step.id


def _effect(told: Telling, event: Envelope, action_id: str, name: str) -> None:
    last = told.last_of(action_id)
    if last and told.steps[last].kind == "action":
        told.steps[last].state, told.steps[last].tone = "went out", DONE
    step = new_step(
        event,
        f"effect:{action_id}:{event.position}",
        "effect",
        _OUTSIDE[name],
        plain(name),
        link=("action", action_id),
        tone=TONES.get(name, PLAIN),
        branch=action_id,
    )
    told.add(step, last)
