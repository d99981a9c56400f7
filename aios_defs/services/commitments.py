"""Owns commitments: what we promised somebody, by when, and what became of it.

They are made only of what has left: read in the mail's own words, or stated by the agent whose
proposal was approved with that very sentence in it. A later mail of ours in the thread keeps one
that awaited an answer, or one whose thing it names; promising the same again renews it. All else is
the operator's word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aios_defs.core.commitments.promises import Promise, promises, things
from aios_defs.core.decision import Decision
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import KeyErased, TransitionRefused, UnknownId, UsageInvalid
from aios_defs.core.events.commitments import CommitmentBroken, CommitmentKept, CommitmentMade
from aios_defs.core.events.messages import InteractionRecorded
from aios_defs.core.ports import Transaction, View
from aios_defs.core.recall.words import terms
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.tasks import DecisionRow
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel, get_json
from aios_defs.services.packs import subject_ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something of ours that reached somebody: in which thread, since when it was under way.

    `event_id` is the event that recorded it, `correlation_id` what a trace gathers it by.
    """

    profile_id: str
    thread_id: str
    text: str
    since: datetime
    event_id: str
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A promise in what was sent, and how it is known."""

    promise: Promise
    is_stated: bool


def note_sent(
    kernel: Kernel, tx: Transaction, action: ActionRow, sent: InteractionRecorded, event_id: str
) -> None:
    """Append what an action that has left promises, and which earlier promises it keeps.

    `sent` is how it was recorded, by the event of that id.
    """
    text = _text(kernel, action)
    if not text:
        return
    said = Said(
        profile_id=sent.profile_id,
        thread_id=sent.thread_id,
        text=text,
        since=action.created_at,
        event_id=event_id,
        correlation_id=action.task_id,
    )
    found = _found(kernel, tx, action, text)
    renewed = _settle(kernel, tx, said, [one.promise for one in found])
    for one in found:
        made = CommitmentMade(
            commitment_id=kernel.ids.new(),
            profile_id=sent.profile_id,
            thread_id=sent.thread_id,
            action_id=action.id,
            text=kernel.vault.seal(subject_ref(tx, sent.profile_id), one.promise.text),
            due=one.promise.due,
            awaits=one.promise.awaits,
            basis="stated" if one.is_stated else "read",
            replaces=renewed.get(one.promise.text),
            level=sent.level,
        )
        tx.append(_draft(made.commitment_id, made, said))


def note_written(kernel: Kernel, tx: Transaction, said: Said) -> None:
    """Append which promises a mail keeps that the operator sent from elsewhere."""
    _settle(kernel, tx, said, ())


def _text(kernel: Kernel, action: ActionRow) -> str:
    """Return the words of an action that addresses people, as they left; empty for any other.

    What left by a connector that is gone can't be told apart, and promises nothing.
    """
    connector = kernel.connectors.get(action.connector)
    operation = connector.describe().operation(action.operation) if connector else None
    if operation is None or not operation.addresses_people:
        return ""
    try:
        arguments = kernel.open_json(action.arguments)
    except KeyErased:
        return ""
    return "\n\n".join(str(arguments[one]) for one in operation.content if arguments.get(one))


def _found(kernel: Kernel, tx: Transaction, action: ActionRow, text: str) -> list[_Found]:
    zone = kernel.business.operator.time_zone
    stated = _stated(tx, action, " ".join(text.split()))
    names = {one.text for one in stated}
    read = [one for one in promises(text, tx.now, zone) if one.text not in names]
    return [
        *(_Found(promise=one, is_stated=True) for one in stated),
        *(_Found(promise=one, is_stated=False) for one in read),
    ]


def _stated(tx: Transaction, action: ActionRow, text: str) -> list[Promise]:
    """Return what the agent said that its text promises, where the text that left still says it."""
    row = tx.get(DecisionRow, action.decision_id) if action.decision_id else None
    if row is None:
        return []
    decision = Decision.model_validate(get_json(tx, row.answer))
    return [
        Promise(text=" ".join(one.text.split()), due=one.due, awaits="deed")
        for proposal in decision.proposals
        for one in proposal.commitments
        if " ".join(one.text.split()) in text
    ]


def _settle(kernel: Kernel, tx: Transaction, said: Said, made: Sequence[Promise]) -> dict[str, str]:
    """Append which open promises of the thread are kept; return those renewed, by the sentence."""
    rows = tx.select(
        CommitmentRow, profile_id=members(tx, said.profile_id), state="open", order="position"
    )
    open_ones = [row for row in rows if _is_before(row, said)]
    renewed: dict[str, str] = {}
    told = frozenset(terms(said.text, kernel.business.operator.language)) if open_ones else None
    for row in open_ones:
        about = _things(kernel, row)
        again = next((one for one in made if _is_same(kernel, row, about, one, tx.now)), None)
        if again is not None:
            renewed[again.text] = row.id
        elif row.awaits == "answer" or about & (told or frozenset()):
            kept = CommitmentKept(commitment_id=row.id, source_event=said.event_id)
            tx.append(_draft(row.id, kept, said))
    return renewed


def _is_before(row: CommitmentRow, said: Said) -> bool:
    return row.thread_id == said.thread_id and row.made_at <= said.since


def _things(kernel: Kernel, row: CommitmentRow) -> frozenset[str]:
    operator = kernel.business.operator
    try:
        text = kernel.vault.open(row.text)
    except KeyErased:
        return frozenset()
    return things(text, row.made_at, operator.time_zone, operator.language)


def _is_same(
    kernel: Kernel, row: CommitmentRow, about: frozenset[str], again: Promise, now: datetime
) -> bool:
    operator = kernel.business.operator
    if row.awaits != again.awaits:
        return False
    other = things(again.text, now, operator.time_zone, operator.language)
    return row.awaits == "answer" or about == other or bool(about & other)


def _draft(
    commitment_id: str, data: CommitmentMade | CommitmentKept | CommitmentBroken, said: Said
) -> Draft:
    return Draft(
        stream=f"commitment-{commitment_id}",
        data=data,
        correlation_id=said.correlation_id,
        causation_id=said.event_id,
        subject=said.profile_id,
    )


def keep(kernel: Kernel, commitment_id: str) -> CommitmentRow:
    """Take the operator's word that a promise was kept; returns it.

    Raises:
        UnknownId: there is no such commitment.
        TransitionRefused: it is over already.

    """
    return _end(kernel, commitment_id, "")


def give_up(kernel: Kernel, commitment_id: str, reason: str) -> CommitmentRow:
    """Take the operator's word that a promise will not be kept, and why.

    Raises:
        UsageInvalid: there is no reason.
        UnknownId, TransitionRefused: as `keep` says.

    """
    if not reason.strip():
        raise UsageInvalid("A promise is given up for a reason.", remedy="Say why.")
    return _end(kernel, commitment_id, reason.strip())


def _end(kernel: Kernel, commitment_id: str, reason: str) -> CommitmentRow:
    with kernel.ledger.transaction(actor="operator") as tx:
        row = known_commitment(tx, commitment_id)
        if row.state != "open":
            raise TransitionRefused(
                f"Commitment {commitment_id} is {row.state}.",
                remedy="See: aios memory list commitments",
                state=row.state,
            )
        data: CommitmentKept | CommitmentBroken = CommitmentKept(commitment_id=row.id)
        if reason:
            sealed = kernel.vault.seal(subject_ref(tx, row.profile_id), reason)
            data = CommitmentBroken(commitment_id=row.id, reason=sealed)
        tx.append(
            Draft(
                stream=f"commitment-{row.id}",
                data=data,
                correlation_id=row.id,
                subject=row.profile_id,
            )
        )
        return known_commitment(tx, commitment_id)


def known_commitment(view: View, commitment_id: str) -> CommitmentRow:
    """Return a commitment; raises UnknownId."""
    row = view.get(CommitmentRow, commitment_id)
    if row is None:
        raise UnknownId(
            f"There is no commitment {commitment_id!r}.",
            remedy="See: aios memory list commitments",
            id=commitment_id,
        )
    return row


def open_commitments(view: View, profile_ids: Sequence[str]) -> list[CommitmentRow]:
    """Return what was promised to somebody's profiles and is open, in the order it was said."""
    return view.select(CommitmentRow, profile_id=tuple(profile_ids), state="open", order="position")
