"""Owns what a message means for work: whom it is from, its thread, and the task it causes.

A message in a thread whose task is still open joins that task, and what waits there is superseded:
a reply must never be sent past a newer message. The operator's own answer, seen in Sent, ends it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aios_defs.core.business import Workflow
from aios_defs.core.connector import ParsedMessage
from aios_defs.core.envelope import Draft
from aios_defs.core.events.messages import InteractionRecorded
from aios_defs.core.events.tasks import TaskCompleted, TaskCreated, TaskReopened
from aios_defs.core.label_rules import Boundary, level_of
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.arrivals import Arrival, content_signs
from aios_defs.services.commitments import Said, note_written
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.profiles import Person, know
from aios_defs.services.stopping import stop_task_work
from aios_defs.services.threads import find_thread, mail_hashes

LIVE = (TaskState.OPEN, TaskState.CLAIMED, TaskState.WAITING, TaskState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One message seen from memory: its other side, its thread, and how to record it.

    `address` is the other side's as this message names it; nothing where it is recorded already.
    """

    interaction_id: str
    profile: ProfileRow
    address: str
    thread_id: str
    direction: str
    hashes: tuple[str, ...]

    def record(
        self, kernel: Kernel, tx: Transaction, arrival: Arrival, signs: tuple[str, ...]
    ) -> str:
        """Append the interaction, with the level by the boundary's rules; returns its event."""
        boundary = Boundary(
            address=self.address,
            connector=arrival.connector,
            folder=arrival.item.folder,
            signs=signs,
        )
        event = tx.append(
            Draft(
                stream=f"profile-{self.profile.id}",
                data=InteractionRecorded(
                    interaction_id=self.interaction_id,
                    profile_id=self.profile.id,
                    direction="in" if self.direction == "in" else "out",
                    channel="mail",
                    message_id=arrival.message_id,
                    thread_id=self.thread_id,
                    at=arrival.item.stored_at,
                    mail_hashes=self.hashes,
                    level=level_of(kernel.business.label_rules, boundary),
                ),
                correlation_id=arrival.message_id,
                subject=self.profile.id,
            )
        )
        return event.id


def record_inbound(kernel: Kernel, tx: Transaction, parsed: ParsedMessage) -> Contact:
    """Return the contact of an inbound message; its sender becomes known, third-party at first."""
    person = Person(address=parsed.sender, name=parsed.sender_name)
    return _contact(kernel, tx, person, parsed, direction="in")


def signs_for_labels(kernel: Kernel, parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the signs of a message that causes no task, as far as a rule of labels asks."""
    is_asked = any(one.sign for one in kernel.business.label_rules)
    return content_signs(kernel, parsed) if is_asked else parsed.signs


def _contact(
    kernel: Kernel, tx: Transaction, person: Person, parsed: ParsedMessage, *, direction: str
) -> Contact:
    profile = know(kernel, tx, person, "inbound" if direction == "in" else "written_to")
    hashes = mail_hashes(kernel, parsed)
    thread_id = find_thread(tx, hashes, members(tx, profile.id)) or kernel.ids.new()
    return Contact(
        interaction_id=kernel.ids.new(),
        profile=profile,
        address=person.address,
        thread_id=thread_id,
        direction=direction,
        hashes=hashes,
    )


def give_task(
    kernel: Kernel, tx: Transaction, connector: str, contact: Contact, *, cause: tuple[str, str]
) -> str | None:
    """Give an inbound message to the open task of its thread, or to a new one.

    `cause` is the message's id and the id of its event. Returns the task's id, or None when no
    workflow takes messages of this connector.
    """
    message_id, event_id = cause
    open_task = _open_task(tx, contact.thread_id, contact.profile.id)
    if open_task is not None:
        stop_task_work(tx, open_task, "customer_wrote_again")
        reopened = TaskReopened(
            task_id=open_task.id, reason="customer_wrote_again", message_id=message_id
        )
        tx.append(_draft(open_task.id, reopened, contact, event_id))
        return open_task.id
    return _new_task(kernel, tx, connector, contact, cause=cause)


def message_workflow(kernel: Kernel, connector: str) -> Workflow | None:
    """Return the workflow that takes the messages of a connector, if the catalog has one."""
    workflows = kernel.business.workflows
    taking = (one for one in workflows if (one.trigger, one.connector) == ("message", connector))
    return next(taking, None)


def joins_task(tx: Transaction, contact: Contact) -> bool:
    """Return whether a message would go to a task that is open, so that it makes none."""
    return _open_task(tx, contact.thread_id, contact.profile.id) is not None


def _open_task(tx: Transaction, thread_id: str, profile_id: str) -> TaskRow | None:
    whose = members(tx, profile_id)
    tasks = tx.select(TaskRow, thread_id=thread_id, profile_id=whose, state=LIVE)
    return tasks[-1] if tasks else None


def _new_task(
    kernel: Kernel, tx: Transaction, connector: str, contact: Contact, *, cause: tuple[str, str]
) -> str | None:
    message_id, event_id = cause
    workflow = message_workflow(kernel, connector)
    if workflow is None:
        return None
    created = TaskCreated(
        task_id=kernel.ids.new(),
        workflow=workflow.name,
        kind="message",
        tolerance=workflow.tolerance,
        message_id=message_id,
        profile_id=contact.profile.id,
        thread_id=contact.thread_id,
        deadline=tx.now + timedelta(hours=workflow.deadline_hours),
        run_id=kernel.ids.new(),
    )
    tx.append(_draft(created.task_id, created, contact, event_id), expect=0)
    return created.task_id


def _draft(
    task_id: str,
    data: TaskCreated | TaskReopened | TaskCompleted,
    contact: Contact,
    causation_id: str,
) -> Draft:
    return Draft(
        stream=f"task-{task_id}",
        data=data,
        correlation_id=task_id,
        causation_id=causation_id,
        subject=contact.profile.id,
    )


def operator_wrote(
    kernel: Kernel, tx: Transaction, arrival: Arrival, parsed: ParsedMessage
) -> Iterator[Contact]:
    """Record a mail that the operator sent from elsewhere; it answers the open task of its thread.

    Everyone it went to becomes a participant: the operator wrote to them. A mail that is older than
    the task's last message, and does not refer to it, answers nothing. Yields whom it went to, each
    once recorded.
    """
    at, signs = arrival.item.stored_at, signs_for_labels(kernel, parsed)
    for contact in written_to(kernel, tx, parsed):
        said = Said(
            profile_id=contact.profile.id,
            thread_id=contact.thread_id,
            text=parsed.text,
            since=at,
            event_id=contact.record(kernel, tx, arrival, signs),
            correlation_id=arrival.message_id,
        )
        note_written(kernel, tx, said)
        task = _open_task(tx, contact.thread_id, contact.profile.id)
        if task is not None and _answers(tx, task, contact, at):
            stop_task_work(tx, task, "answered_elsewhere")
            completed = TaskCompleted(task_id=task.id, outcome="answered_by_operator")
            tx.append(_draft(task.id, completed, contact, arrival.message_id))
        yield contact


def written_to(kernel: Kernel, tx: Transaction, parsed: ParsedMessage) -> Iterator[Contact]:
    """Yield the contact of each one whom a mail of the operator went to; all become known."""
    for address in dict.fromkeys((*parsed.to, *parsed.cc)):
        yield _contact(kernel, tx, Person(address=address), parsed, direction="out")


def _answers(tx: Transaction, task: TaskRow, contact: Contact, at: datetime) -> bool:
    last = tx.get(MessageRow, task.message_ids[-1])
    return last is None or last.stored_at <= at or last.mail_hash in contact.hashes
