"""Owns the one context builder: what an agent may see of a task, labelled item by item (G4).

A pack for a task of S holds the house's own items and S's: no personal item of another subject.
Who is one with S by merges is S; each item names the profile it was written for.
"""

from datetime import datetime

from aios_defs.core.decision import ContextPack, PackItem
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.services.house_items import fact_item, house_items, standing_rows
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.messages import Turn, thread_turns

_BELIEVED = ("operator", "written_to", "inbound")
"""The grounds on which an address is somebody's, the firmest first."""
RECENT_TURNS = 20
"""How many turns of a thread an agent sees; older ones are memory."""


def build_pack(kernel: Kernel, view: View, task: TaskRow, agent: str) -> ContextPack:
    """Return the context pack of a task, its time and ids included."""
    now = kernel.clock.now()
    whose = members(view, task.profile_id)
    items = (
        *house_items(kernel, view, task.workflow, now),
        _task_item(view, task),
        _profile_item(kernel, view, whose),
        *_subject_facts(kernel, view, whose, now),
        *_message_items(kernel, view, task, whose),
        *_answers(kernel, view, task),
    )
    return ContextPack(
        task_id=task.id,
        workflow=task.workflow,
        agent=agent,
        now=now,
        ids=(kernel.ids.new(),),
        items=items,
    )


def task_signs(view: View, task: TaskRow) -> tuple[str, ...]:
    """Return the sensitive signs found in the messages of a task, without repeats."""
    rows = (view.get(MessageRow, one) for one in task.message_ids)
    return tuple(dict.fromkeys(sign for row in rows if row for sign in row.signs))


def _task_item(view: View, task: TaskRow) -> PackItem:
    return PackItem(
        name="signs",
        kind="rules",
        source=task.id,
        subject=task.profile_id,
        label=Label(level=Level.SHAREABLE, trust=Trust.FIRST_PARTY),
        data={"sensitive": list(task_signs(view, task))},
    )


def _profile_item(kernel: Kernel, view: View, whose: tuple[str, ...]) -> PackItem:
    profile_id = whose[0]
    profile = view.get(ProfileRow, profile_id)
    assert profile is not None  # noqa: S101 - a task's profile is created before the task
    trust = Trust.FIRST_PARTY if profile.origin == "operator" else Trust.THIRD_PARTY
    identities = view.select(IdentityRow, profile_id=profile_id, kind="address")
    believed = min(identities, key=lambda one: _BELIEVED.index(one.basis), default=None)
    address = kernel.vault.open(believed.value) if believed else ""
    return PackItem(
        name=f"profile:{profile_id}",
        kind="profile",
        source=profile.event_id,
        subject=profile_id,
        label=Label(level=Level.SHAREABLE, audience=(profile_id,), trust=trust),
        data={"name": kernel.vault.open(profile.name), "stage": profile.stage, "address": address},
    )


def _subject_facts(
    kernel: Kernel, view: View, whose: tuple[str, ...], now: datetime
) -> list[PackItem]:
    facts = view.select(FactRow, subject_id=whose, state=("asserted", "disputed"))
    return [fact_item(kernel, row, now) for row in standing_rows(kernel, view, facts, now)]


def _message_items(
    kernel: Kernel, view: View, task: TaskRow, whose: tuple[str, ...]
) -> list[PackItem]:
    """Return the turns in the order they became known, and last those that wait for an answer.

    A mail found in Sent may be older than the message it was found after.
    """
    turns = thread_turns(
        kernel,
        view,
        task.thread_id,
        whose,
        waiting=task.message_ids,
        limit=RECENT_TURNS,
    )
    return [_turn_item(turn) for turn in turns]


def _turn_item(turn: Turn) -> PackItem:
    return PackItem(
        name=turn.name,
        kind="message",
        source=turn.event_id,
        subject=turn.profile_id,
        label=turn.label,
        text=turn.text,
        data={
            "message_id": turn.message_id,
            "from": turn.sender,
            "from_name": turn.sender_name,
            "subject": turn.subject,
            "direction": turn.direction,
            "at": rfc3339(turn.at),
            "references": list(turn.references),
        },
    )


def _answers(kernel: Kernel, view: View, task: TaskRow) -> list[PackItem]:
    """Return the answers to what was asked since the last message: older ones answered others."""
    last = view.get(MessageRow, task.message_ids[-1])
    rows = view.select(QuestionRow, task_id=task.id, state="answered", order="position")
    current = [row for row in rows if last is None or row.position > last.position]
    return [_answer_item(kernel, row, task.profile_id) for row in current]


def _answer_item(kernel: Kernel, row: QuestionRow, profile_id: str) -> PackItem:
    return PackItem(
        name=f"answer:{row.id}",
        kind="answer",
        source=row.event_id,
        subject=profile_id,
        label=Label(level=Level.SHAREABLE, audience=(profile_id,), trust=Trust.OPERATOR),
        text=kernel.vault.open(row.answer) if row.answer else "",
        data={
            "question": kernel.vault.open(row.text),
            "predicate": row.predicate,
            "topic": row.topic,
            "fact_id": row.fact_id,
        },
    )
