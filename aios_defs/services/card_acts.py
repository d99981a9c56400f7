"""Owns which acts a card offers, by what it is and where it stands, each with its command.

An act is offered where it can be done now; whoever does it may still find that the world has moved.
"""

from dataclasses import dataclass

from aios_defs.core.actions import READY, ActionState
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.cards import UNTRUSTED

S = ActionState


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act on a card: `command` is the one of the command line that does the same."""

    name: str
    label: str
    command: str


APPROVE = Act(name="approve", label="Approve", command="aios approve {id}")
EDIT = Act(name="edit", label="Edit", command="aios approve {id} --edit FILE")
REJECT = Act(name="reject", label="Reject", command="aios reject {id}")
UNDO = Act(name="undo", label="Undo", command="aios undo {id}")
RETRY = Act(name="retry", label="Try again", command="aios retry {id}")
LET_GO = Act(name="retry", label="Let it go by today's rules", command="aios retry {id}")
LET_IN = Act(name="retry", label="Give them tasks", command="aios retry {id}")
GO_ON = Act(name="retry", label="Let it go on", command="aios retry {id}")
SKIP = Act(name="skip", label="Skip", command="aios skip {id}")
RESOLVE = Act(name="resolve", label="Settle", command="aios resolve {id} --sent")
REPLAY = Act(name="replay", label="Replay the decision", command="aios replay {id}")
ANSWER = Act(name="answer", label="Answer", command='aios answer {id} "…"')
RELEASE = Act(name="release", label="Read it again", command="aios quarantine release {id}")
DISMISS = Act(name="skip", label="Dismiss", command="aios skip {id}")
REMEMBER = Act(name="approve", label="Remember it", command="aios approve {id}")
DO_NOT = Act(name="reject", label="Do not remember it", command="aios reject {id}")
TAKE_NEWER = Act(name="approve", label="Keep the newer", command="aios approve {id}")
KEEP_FORMER = Act(name="reject", label="Keep the older", command="aios reject {id}")

TRUST = Act(name="trust", label="Trust it", command="aios connector trust NAME --for 7d")
LATER = Act(name="later", label="Later", command="aios later {id} --until tomorrow")
BACK = Act(name="back", label="Show it again", command="aios later {id} --back")
_NO_ANSWER = {"undo", "replay"}
"""What is offered for a card that waits for nobody, too."""

_BY_STATE: dict[ActionState, tuple[Act, ...]] = {
    S.AWAITING_APPROVAL: (APPROVE, EDIT, REJECT),
    S.DRAFTED: (RETRY, SKIP),
    S.SCHEDULED: (UNDO,),
    S.FAILED_RETRYABLE: (RETRY, SKIP),
    S.FAILED: (RETRY, SKIP),
    S.DENIED: (RETRY, SKIP),
    S.EXPIRED: (RETRY, SKIP),
    S.UNCERTAIN: (RESOLVE,),
    S.PARKED: (RESOLVE,),
}


def acts_on(
    row: ActionRow, *, is_overdue: bool = False, is_let_go: bool = False
) -> tuple[Act, ...]:
    """Return what can be done with an action now; `is_let_go`: the rules of today would."""
    acts = _BY_STATE.get(row.state, ())
    if is_let_go:
        acts = (*acts, LET_GO)
    if row.state is S.DRAFTED and row.rule == UNTRUSTED:
        acts = (TRUST, *acts)
    if is_overdue and row.state in READY:
        acts = (*acts, SKIP)
    return (*acts, REPLAY) if row.decision_id else acts


def offered(acts: tuple[Act, ...], card_id: str, content_hash: str | None = None) -> JsonObject:
    """Return acts by name, each `{"label", "command", "about"}`.

    `about` is what the nonce of the act is made for. What waits can be set aside as well.
    """
    more = (LATER, BACK) if {one.name for one in acts} - _NO_ANSWER else ()
    return {
        act.name: dict[str, JsonValue](
            label=act.label,
            command=act.command.format(id=card_id),
            about=about_act(act.name, card_id, content_hash),
        )
        for act in (*acts, *more)
    }


def about_act(name: str, card_id: str, content_hash: str | None) -> str:
    """Return what an act's nonce is about: approving and editing are about exactly one content."""
    is_bound = name in (APPROVE.name, EDIT.name) and content_hash
    return f"{name}:{card_id}:{content_hash}" if is_bound else f"{name}:{card_id}"
