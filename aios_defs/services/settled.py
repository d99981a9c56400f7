"""Owns telling what became of a decision, in words: who moved it, when, and what stands now."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.cards import readable
from aios_defs.services.kernel import Kernel

_REASONS = {
    "edited": "it was edited, and the new text took its place",
    "customer_wrote_again": "the customer wrote again, so it is decided anew",
    "fact_changed": "a fact that it states has changed, so it is decided anew",
    "label_changed": "you said how far its message may go, so it is decided anew",
    "answered": "a question about it was answered, so it is decided anew",
    "answered_elsewhere": "you answered from elsewhere, so it is not needed",
    "rules_changed": "the rules of today let it go, so the same went by them",
    "retry": "it was sent back to be decided anew",
    "overtaken": "what came after it made it out of date",
    "account_changed": "its connector stands for another account now, so it is decided anew",
    "skipped": "it was skipped",
    "rejected": "it was rejected",
    "not_sent": "it was cancelled: it had not left",
    "no_reply_needed": "no reply is needed any more",
    "erased": "its content was erased",
    "undone": "it was taken back, and waits for an answer again",
    "restored": "the home was restored from a backup, so what was approved before is void",
    "at_commit": "policy asked anew when it was about to leave",
    "content_changed": "its content was not what had been approved",
}
_EVENTS = {
    "action.proposed": "it was proposed",
    "action.denied": "policy denied it",
    "action.drafted": "policy made it a draft",
    "action.authorised": "a rule let it go",
    "approval.requested": "it waits for an answer",
    "approval.granted": "it was approved",
    "action.scheduled": "it was approved and leaves when its undo window ends",
    "approval.rejected": "it was rejected",
    "approval.expired": "it expired unanswered",
    "action.started": "it is on its way",
    "action.committed": "it has left",
    "action.failed": "it was tried and failed",
    "action.uncertain": "it may have left: nobody knows yet",
    "action.doubted": "it may have left after the backup: the connector is asked first",
    "action.parked": "it may have left: somebody has to look",
    "action.compensating": "it is being undone",
    "action.compensated": "it left and was undone",
    "action.compensation_failed": "it left and could not be undone",
}
_WHO = {
    "operator": "you, here or in another window",
    "facade": "AIOS",
    "worker": "AIOS",
    "sweep": "AIOS",
}


def what_happened(kernel: Kernel, view: View, row: ActionRow) -> JsonObject:
    """Return the last thing that happened to an action.

    Shape: `state`, `words` (a clause without its full stop), `by`, `at`, and `successor`: the id of
    the action that took its place in the task, or None. `note` is what the operator gave as reason.
    """
    last = None
    for event in view.events(stream=f"action-{row.id}"):
        last = event
    if last is None:
        blank: JsonObject = {"words": "", "by": "", "at": None, "successor": None, "note": ""}
        return {"state": str(row.state), **blank}
    return {
        "state": str(row.state),
        "words": _words(last),
        "by": _WHO.get(last.actor.partition(":")[0], last.actor),
        "at": rfc3339(last.time),
        "successor": _successor(view, row),
        "note": _note(kernel, last),
    }


def _words(event: Envelope) -> str:
    reason = event.data.get("reason")
    if isinstance(reason, str) and reason in _REASONS:
        return _REASONS[reason]
    return _EVENTS.get(event.type.rpartition(".")[0], event.type)


def _note(kernel: Kernel, event: Envelope) -> str:
    sealed = event.data.get("reason")
    return readable(kernel, Sealed.model_validate(sealed)) if isinstance(sealed, dict) else ""


def _successor(view: View, row: ActionRow) -> str | None:
    later = [
        one
        for one in view.select(ActionRow, task_id=row.task_id, order="slot")
        if one.slot > row.slot
    ]
    return later[-1].id if later else None
