"""Owns forgetting a subject: what waits for it ends, and one event says which keys go.

    look  →  stop what waits  →  certificate, subject.erased (durable)  →  finish: keys, copies

Once the event is durable the rest is done, at once or at the next start; nothing takes it back.
"""

from dataclasses import dataclass

from aios_defs.core.actions import STOPPABLE
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import PreviewAgain, TransitionRefused, UnknownId
from aios_defs.core.events.commitments import CommitmentBroken
from aios_defs.core.events.memory import ErasedBefore, SubjectErased
from aios_defs.core.events.messages import MessageIgnored
from aios_defs.core.events.tasks import TaskCancelled
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.copies import BackupRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import DecisionRow, PackRow, QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.cards import recipients
from aios_defs.services.drafts import of_task
from aios_defs.services.erasure.certificate import Counted, certificate
from aios_defs.services.erasure.keys import Belongings, belongings
from aios_defs.services.facts import retract_fact
from aios_defs.services.identity.whole import root_of
from aios_defs.services.kernel import Kernel, put_json
from aios_defs.services.lookup import by_id, chunks
from aios_defs.services.stopping import stop_task_work, stopped
from aios_defs.services.trusted_sinks import distrust_of

ERASED = "erased"
_OVER = (TaskState.COMPLETED, TaskState.CANCELLED)
_STANDING_FACTS = ("proposed", "asserted", "disputed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did: its event, and how many tasks and actions no longer wait."""

    event_id: str
    profile_id: str
    tasks: int
    actions: int


def look(kernel: Kernel, profile_id: str) -> JsonObject:
    """Return the certificate that forgetting a subject would make now; writes nothing.

    Raises:
        UnknownId: there is no such profile.
        TransitionRefused: it is forgotten already.

    """
    with kernel.ledger.view() as view:
        found = _belongings(kernel, view, profile_id)
        return certificate(kernel, view, _counted(view, found))


def shown_digest(kernel: Kernel, told: JsonObject) -> str:
    """Return what proves that this preview was shown: the same as long as it would say the same."""
    said = {name: value for name, value in told.items() if name != "position"}
    return kernel.vault.digest("forget", canonical_bytes(said))


def forget(kernel: Kernel, profile_id: str, *, shown: str | None = None) -> Erased:
    """Stop what waits for a subject, and append that it is forgotten; raises as `look` does.

    The keys are still there: `finish` destroys them once this is durable. With the digest of what
    was `shown`, nothing else than that is done.

    Raises:
        PreviewAgain: what it would do is not what was shown any more; nothing was done.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        found = _belongings(kernel, tx, profile_id)
        told = certificate(kernel, tx, _counted(tx, found)) if shown is not None else {}
        if told and shown != shown_digest(kernel, told):
            raise PreviewAgain(
                "What is known of this person changed since you looked.",
                remedy="Nothing was done. Look once more at what would go, then decide.",
                id=profile_id,
            )
        done = append_erasure(kernel, tx, found)
    kernel.points.reached("erasure.appended")
    return done


def append_erasure(
    kernel: Kernel, tx: Transaction, found: Belongings, *, again: ErasedBefore | None = None
) -> Erased:
    """Stop what waits for a subject and append its erasure, in an open unit of work.

    `again` is the erasure of the home before a restore that is done once more.
    """
    told = certificate(kernel, tx, _counted(tx, found))
    actions = _stop_elsewhere(kernel, tx, found)
    tasks = _cancel_tasks(tx, found)
    _ignore_waiting(tx, found)
    _retract_facts(tx, found)
    _end_promises(tx, found)
    distrust_of(kernel, tx, found.addresses)
    event = SubjectErased(
        profile_id=found.profiles[0],
        subject_refs=found.refs,
        certificate=put_json(tx, kernel.vault.house, told),
        profile_ids=found.profiles,
        lookups=found.lookups,
        again=again,
    )
    root = found.profiles[0]
    draft = Draft(stream=f"profile-{root}", data=event, correlation_id=root, subject=root)
    return Erased(event_id=tx.append(draft).id, profile_id=root, tasks=tasks, actions=actions)


def _belongings(kernel: Kernel, view: View, profile_id: str) -> Belongings:
    root = root_of(view, profile_id)
    if root is None:
        raise UnknownId(f"There is nobody {profile_id!r}.", remedy="See: /people", id=profile_id)
    erasure = erasure_of(view, root.id)
    if erasure is not None:
        raise TransitionRefused(
            f"{root.id} is forgotten already.",
            remedy=f"See what was destroyed: aios memory certificate {erasure}",
            state=ERASED,
        )
    return belongings(kernel, view, root.id)


def erasure_of(view: View, profile_id: str) -> str | None:
    """Return the event by which a profile was forgotten, or None."""
    for event in view.events(types=("subject.erased.v1",)):
        named = event.data.get("profile_ids")
        if profile_id == event.data["profile_id"] or (
            isinstance(named, list) and profile_id in named
        ):
            return event.id
    return None


def _counted(view: View, found: Belongings) -> Counted:
    tasks = view.column(TaskRow, "id", profile_id=found.profiles)
    per_task = {
        kind.TABLE: sum(view.count(kind, task_id=some) for some in chunks(tasks))
        for kind in (ActionRow, DecisionRow, PackRow, QuestionRow)
    }
    return Counted(
        profile_id=found.profiles[0],
        profiles=len(found.profiles),
        identities=len(found.lookups),
        messages=len(found.messages),
        shared=found.shared,
        facts=view.count(FactRow, subject_id=found.profiles),
        tasks=len(tasks),
        waiting=view.count(TaskRow, profile_id=found.profiles)
        - view.count(TaskRow, profile_id=found.profiles, state=_OVER),
        per_task=per_task,
        keys=len(found.refs),
        backups=tuple(row.name for row in view.select(BackupRow, order="position")),
    )


def _stop_elsewhere(kernel: Kernel, tx: Transaction, found: Belongings) -> int:
    """Cancel what would reach the subject from a task of somebody else; returns how many, in all.

    Those of its own tasks end with them.
    """
    waiting = tx.select(ActionRow, state=STOPPABLE)
    tasks = by_id(tx, TaskRow, (row.task_id for row in waiting))
    count = 0
    for row in waiting:
        task = tasks[row.task_id]
        is_own = task.profile_id in found.profiles
        reached = {one.strip().lower() for one in recipients(kernel, row)}
        if not is_own and reached & set(found.addresses):
            tx.append(stopped(row, ERASED, task))
        count += is_own or bool(reached & set(found.addresses))
    return count


def _cancel_tasks(tx: Transaction, found: Belongings) -> int:
    rows = tx.select(TaskRow, profile_id=found.profiles)
    waiting = [row for row in rows if row.state not in _OVER]
    for task in waiting:
        stop_task_work(tx, task, ERASED)
        tx.append(of_task(task, TaskCancelled(task_id=task.id, reason=ERASED)))
    return len(waiting)


def _ignore_waiting(tx: Transaction, found: Belongings) -> None:
    """Ignore the messages that no task stands for: nothing may read them any more."""
    for row in by_id(tx, MessageRow, found.messages).values():
        if row.task_id is None and row.state != "ignored" and row.folder == "inbox":
            data = MessageIgnored(message_id=row.id, reason=ERASED)
            tx.append(Draft(stream=f"message-{row.id}", data=data, correlation_id=row.id))


def _retract_facts(tx: Transaction, found: Belongings) -> None:
    for row in tx.select(FactRow, subject_id=found.profiles, state=_STANDING_FACTS):
        retract_fact(tx, row.id, reason=ERASED)


def _end_promises(tx: Transaction, found: Belongings) -> None:
    """Give up what was promised to the subject; no reason is told, so nothing more is sealed."""
    for row in tx.select(CommitmentRow, profile_id=found.profiles, state="open"):
        data = CommitmentBroken(commitment_id=row.id)
        tx.append(Draft(stream=f"commitment-{row.id}", data=data, correlation_id=row.id))
