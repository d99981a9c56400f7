"""Owns what a card's acts do at the desk: one function for each, shared by pages and API.

Each calls the service that the command line calls, and wakes the lane where something became due
or decidable. The nonce was spent before.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

from aios_defs.console.desk import Desk
from aios_defs.console.forms import Sent, spend
from aios_defs.core.errors import AgentFailed, UnknownId, UsageInvalid
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.rows.access import SessionRow
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.house import NoticeRow
from aios_defs.core.rows.profiles import DuplicateRow
from aios_defs.core.rows.row import Row
from aios_defs.services.answer_memory import NOT_KEPT, named_level
from aios_defs.services.approve import approve, edit_and_approve, reject, undo
from aios_defs.services.batch_answers import MOST, Answer, Item, answer_batch
from aios_defs.services.card_acts import about_act
from aios_defs.services.edits import changes_in
from aios_defs.services.facts import retract_fact
from aios_defs.services.identity.merging import keep_apart, merge_duplicate
from aios_defs.services.later import bring_back, moment_of, set_aside
from aios_defs.services.nonces import check_shown, shown_mark
from aios_defs.services.quarantine import release
from aios_defs.services.questions import answer
from aios_defs.services.reconcile import Word, resolve
from aios_defs.services.recover import retry, skip
from aios_defs.services.remember import remember
from aios_defs.services.replay import replay
from aios_defs.services.strange import DISTRUST, TRUST, about_sink, distrust_strange, trust_strange
from aios_defs.services.trust import trust

Doing = Callable[[Desk, str, Sent], JsonObject]

FIELD = "field."
"""Before the name of each argument in the form of an edit."""
COMMON_REASONS = (
    "Not needed",
    "I answer it myself",
    "Wrong facts",
    "Wrong tone",
    "Wrong person",
)
"""What a decision is rejected for most often: one tap each."""


def _approve(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    if _is(desk, DuplicateRow, card_id):
        return {"id": card_id, "state": merge_duplicate(desk.kernel, card_id).state}
    if _is(desk, FactRow, card_id):
        row = remember(desk.kernel, card_id)
        desk.lane.wake()
        return {"id": row.id, "state": row.state}
    return _state(desk, approve(desk.kernel, card_id, content_hash=_shown(sent)))


def _shown(sent: Sent) -> str:
    shown = sent.text("content_hash")
    if not shown:
        raise UsageInvalid(
            "An approval names the content that was shown.",
            remedy="Send the content_hash of the preview, and the nonce made for it.",
        )
    return shown


def _edit(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    with desk.kernel.ledger.view() as view:
        row = view.get(ActionRow, card_id)
    content = desk.kernel.open_json(row.arguments) if row else {}
    given = {
        name.removeprefix(FIELD): sent.text(name) for name in sent.values if name.startswith(FIELD)
    }
    changes = changes_in(content, given)
    if not changes:
        return _state(desk, approve(desk.kernel, card_id, content_hash=_shown(sent)))
    try:
        return _state(desk, edit_and_approve(desk.kernel, card_id, changes))
    except AgentFailed as error:
        raise UsageInvalid(error.message, remedy="Correct what you wrote.") from error


def _reject(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    if _is(desk, DuplicateRow, card_id):
        return {"id": card_id, "state": keep_apart(desk.kernel, card_id).state}
    if _is(desk, FactRow, card_id):
        with desk.kernel.ledger.transaction(actor="operator") as tx:
            retract_fact(tx, card_id, reason="the operator rejected it")
        return {"id": card_id, "state": "rejected"}
    reason = sent.text("words").strip() or sent.text("reason").strip()
    return _state(desk, reject(desk.kernel, card_id, reason))


def _undo(desk: Desk, card_id: str, _: Sent) -> JsonObject:
    return _state(desk, undo(desk.kernel, card_id))


def _retry(desk: Desk, card_id: str, _: Sent) -> JsonObject:
    return _moved(desk, card_id, retry(desk.kernel, card_id))


def _skip(desk: Desk, card_id: str, _: Sent) -> JsonObject:
    return _moved(desk, card_id, skip(desk.kernel, card_id))


def _resolve(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    words = {str(one): one for one in get_args(Word)}
    word = words.get(sent.text("word"))
    if word is None:
        raise UsageInvalid(
            "Say what you found outside.", remedy=f"Send word as one of {', '.join(words)}."
        )
    return _moved(desk, card_id, str(resolve(desk.kernel, card_id, word)))


def _answer(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    text = sent.text("answer").strip() or sent.text("known").strip()
    if not text:
        raise UsageInvalid("The answer is empty.", remedy="Write one, or skip the question.")
    word = NOT_KEPT if sent.text("forget") else sent.text("level")
    is_kept = word != NOT_KEPT
    level = named_level(word) if word and is_kept else None
    task_id = answer(desk.kernel, card_id, text, remember=is_kept, level=level)
    return _moved(desk, card_id, "answered") | {"task_id": task_id}


def _release(desk: Desk, card_id: str, _: Sent) -> JsonObject:
    found = release(desk.kernel, card_id)
    desk.lane.wake()
    return {**found, "state": "released"}


def _replay(desk: Desk, card_id: str, _: Sent) -> JsonObject:
    return {"state": "replayed", "id": card_id, "replay": replay(desk.kernel, card_id).to_json()}


def _later(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    words = sent.text("at").strip() or sent.text("until").strip()
    until = set_aside(desk.kernel, card_id, moment_of(desk.kernel, words))
    return {"id": card_id, "state": "later", "until": rfc3339(until)}


def _back(desk: Desk, card_id: str, _: Sent) -> JsonObject:
    bring_back(desk.kernel, card_id)
    return {"id": card_id, "state": "back"}


def _trust(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    with desk.kernel.ledger.view() as view:
        notice, action = view.get(NoticeRow, card_id), view.get(ActionRow, card_id)
    name = action.connector if action else notice.about if notice else ""
    days = sent.text("days", "7")
    if not days.isdecimal() or not days.isascii():
        raise UsageInvalid("This is no number of days.", remedy="Say 7, 30 or 90.")
    row = trust(desk.kernel, name, timedelta(days=int(days[:4])))
    if notice is not None and notice.state == "open":
        skip(desk.kernel, card_id)
    until = rfc3339(row.trusted_until) if row.trusted_until else None
    return _moved(desk, card_id, "trusted") | {"connector": name, "trusted_until": until}


def _trust_sink(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    trust_strange(desk.kernel, card_id, sent.text("sink"))
    return _moved(desk, card_id, "trusted")


def _distrust_sink(desk: Desk, card_id: str, sent: Sent) -> JsonObject:
    distrust_strange(desk.kernel, card_id, sent.text("sink"))
    return _moved(desk, card_id, "distrusted")


def _is(desk: Desk, kind: type[Row], card_id: str) -> bool:
    with desk.kernel.ledger.view() as view:
        return view.get(kind, card_id) is not None


def _state(desk: Desk, row: ActionRow) -> JsonObject:
    due_at = rfc3339(row.due_at) if row.due_at else None
    return _moved(desk, row.id, str(row.state)) | {"due_at": due_at}


def _moved(desk: Desk, card_id: str, state: str) -> JsonObject:
    desk.lane.wake()
    return {"id": card_id, "state": state}


ACTS: dict[str, Doing] = {
    "approve": _approve,
    "edit": _edit,
    "reject": _reject,
    "undo": _undo,
    "retry": _retry,
    "skip": _skip,
    "resolve": _resolve,
    "answer": _answer,
    "release": _release,
    "replay": _replay,
    "trust": _trust,
    TRUST: _trust_sink,
    DISTRUST: _distrust_sink,
    "later": _later,
    "back": _back,
}


def perform(desk: Desk, session: SessionRow, sent: Sent, act: str, card_id: str) -> JsonObject:
    """Use up the nonce of an act on a card, and do it; returns the card's new state.

    Raises:
        UnknownId: there is no such act or card.
        NonceRefused: the form was not shown to this session about this, or was sent before.
        ApprovalStale, TransitionRefused: somebody was first; nothing was done.
        PreviewAgain, PolicyRefused: an edit met another rule, or one that denies it.
        UsageInvalid: a value does not fit.

    """
    doing = ACTS.get(act)
    if doing is None:
        raise UnknownId("There is no such act.", remedy="Load the card anew.", act=act)
    spend(desk, session, sent, _about(desk, act, card_id, sent))
    return doing(desk, card_id, sent)


def _about(desk: Desk, act: str, card_id: str, sent: Sent) -> str:
    """Return what the nonce of an act has to be about: the content that its form says was shown.

    A content that was not shown has no nonce, so nobody can approve what they have not seen.
    """
    if act in (TRUST, DISTRUST):
        return about_sink(act, card_id, sent.text("sink"))
    with desk.kernel.ledger.view() as view:
        row = view.get(ActionRow, card_id)
    shown = sent.text("content_hash") or row.content_hash if row else None
    return about_act(act, card_id, shown)


BATCH = "batch"
"""What the nonce of a batch is about; each of its items proves which content was listed."""


def batch_item(desk: Desk, session: SessionRow, card_id: str, content_hash: str) -> str:
    """Return a decision as a batch takes it: its id, the content that is listed, and the proof."""
    about = f"{card_id}:{content_hash}"
    return f"{about}:{shown_mark(desk.kernel, session.id, about)}"


def _item(desk: Desk, session: SessionRow, text: str) -> Item:
    about, _, mark = text.encode(errors="replace").decode().rpartition(":")
    check_shown(desk.kernel, mark, session.id, about)
    return Item(*about.partition(":")[::2])


def perform_batch(desk: Desk, session: SessionRow, sent: Sent) -> JsonObject:
    """Use up the nonce of a batch, and answer each of its decisions; see services.batch_answers.

    Raises:
        NonceRefused: as above, or one of the decisions was not listed to this session so.
        UsageInvalid: nothing or too much was chosen, or the answer is unknown.

    """
    spend(desk, session, sent, BATCH)
    answers = {str(one): one for one in get_args(Answer)}
    texts = sent.texts("item")
    chosen = answers.get(sent.text("answer"))
    if chosen is None or not 0 < len(texts) <= MOST:
        raise UsageInvalid(
            f"A batch is {', '.join(answers)} of 1 to {MOST} decisions.",
            remedy="Tick at least one, and choose what to do.",
        )
    items = [_item(desk, session, one) for one in texts]
    value = answer_batch(desk.kernel, items, chosen, sent.text("reason").strip())
    desk.lane.wake()
    return value
