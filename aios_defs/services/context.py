"""Owns the one context builder: what an agent may see of a task, labelled item by item (G4).

A pack for a task of S holds the house's own items and S's: no personal item of another subject.
Who is one with S by merges is S; each item names the profile it was written for.

A pack is bounded in tokens. What goes in first: the business's own rules and templates, who S is,
what the operator answered, what waits (its end is cut where it finds no room), facts of S, facts of
the house, open promises and tasks, earlier turns from the latest on, and last what was recalled.
"""

from datetime import datetime
from functools import reduce

from aios_defs.core.decision import ContextPack, PackItem
from aios_defs.core.errors import AgentFailed, KeyErased, KeyMissing
from aios_defs.core.labels import Destination, Label, Level, Trust
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.rows.tasks import DecisionRow, PackRow, QuestionRow, TaskRow
from aios_defs.services.hot_memory import Asked, HotMemory, hot_memory
from aios_defs.services.house_items import fact_item, house_items, standing_rows
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel
from aios_defs.services.pack_hot import commitment_items, task_items, turn_items
from aios_defs.services.pack_recall import Wanted, recalled_items
from aios_defs.services.pack_room import Room
from aios_defs.services.packs import load_items

_BELIEVED = ("operator", "written_to", "inbound")
"""The grounds on which an address is somebody's, the firmest first."""


def build_pack(
    kernel: Kernel,
    view: View,
    task: TaskRow,
    agent: str,
    *,
    destination: Destination | None = None,
) -> ContextPack:
    """Return the context pack of a task, its time and ids included.

    `destination` is where the agent is; None keeps the pack in this process. What is stricter than
    its clearance, and what finds no room, is left out and named.

    Raises:
        AgentFailed: what the task has to answer may not go there.
        KeyErased: a message of it was erased.

    """
    now = kernel.clock.now()
    room = Room(kernel.business.operator.context.tokens, destination, kernel.shelf.sizes)
    items = _items(kernel, view, task, room, now)
    return ContextPack(
        task_id=task.id,
        workflow=task.workflow,
        agent=agent,
        now=now,
        ids=(kernel.ids.new(),),
        items=items,
        left_out=room.left_out,
    )


def _items(
    kernel: Kernel, view: View, task: TaskRow, room: Room, now: datetime
) -> tuple[PackItem, ...]:
    """Choose by rank, and return what was chosen in the order agents read it."""
    whose = members(view, task.profile_id)
    house = house_items(kernel, view, task.workflow, now)
    business = room.take_house(one for one in house if one.kind != "fact")
    about = (_task_item(view, task), _profile_item(kernel, view, whose))
    first = room.take(about, is_needed=True)
    answers = room.take(_answers(kernel, view, task), is_needed=True)
    hot = _hot(kernel, view, task, whose, room)
    waiting = [one for one in hot.turns if one.name in _waiting_names(task)]
    latest = room.take(turn_items(hot, waiting), is_needed=True)
    facts = room.take(_subject_facts(kernel, view, whose, now))
    known = room.take_house(one for one in house if one.kind == "fact")
    open_ones = room.take((*commitment_items(hot), *task_items(hot)))
    window = room.take(turn_items(hot, hot.turns[: len(hot.turns) - len(waiting)]))
    wanted = Wanted(
        subjects=whose, waiting=waiting, at_hand=hot.turns, destination=room.destination
    )
    memories = recalled_items(kernel, view, wanted)
    if not memories.is_available:
        room.leave_out("memory", "unavailable")
    recalled = room.take(memories.items)
    return (*business, *known, *first, *facts, *open_ones, *recalled, *window, *latest, *answers)


def _waiting_names(task: TaskRow) -> set[str]:
    return {f"message:{one}" for one in task.message_ids}


def _hot(
    kernel: Kernel, view: View, task: TaskRow, whose: tuple[str, ...], room: Room
) -> HotMemory:
    """Return hot memory in the room that is left, half of all at least, however much else there is.

    An agent elsewhere that may not see what it has to answer is asked nothing.
    """
    asked = Asked(
        subjects=whose,
        thread_id=task.thread_id,
        waiting=task.message_ids,
        task_id=task.id,
        destination=room.destination,
    )
    hot = hot_memory(kernel, view, asked, max(room.left, room.whole // 2))
    for name in hot.withheld:
        room.leave_out(name, "clearance")
    for name in hot.left_out:
        room.leave_out(name, "size")
    last = f"message:{task.message_ids[-1]}"
    if room.destination is not None and last not in {one.name for one in hot.turns}:
        raise AgentFailed(
            f"The agent at {room.destination.name} is not cleared for what task {task.id} answers.",
            remedy=f"Answer it yourself, or let another agent: aios retry {task.id}; "
            f"or: aios skip {task.id}",
            task_id=task.id,
        )
    return hot


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


def _answers(kernel: Kernel, view: View, task: TaskRow) -> list[PackItem]:
    """Return the answers to what was asked since the last message: older ones answered others."""
    last = view.get(MessageRow, task.message_ids[-1])
    rows = view.select(QuestionRow, task_id=task.id, state="answered", order="position")
    current = [row for row in rows if last is None or row.position > last.position]
    return [_answer_item(kernel, view, row, task.profile_id) for row in current]


def _answer_item(kernel: Kernel, view: View, row: QuestionRow, profile_id: str) -> PackItem:
    own = Label(level=Level.SHAREABLE, audience=(profile_id,), trust=Trust.OPERATOR)
    return PackItem(
        name=f"answer:{row.id}",
        kind="answer",
        source=row.event_id,
        subject=profile_id,
        label=_as_strict_as_asked(kernel, view, row, own),
        text=kernel.vault.open(row.answer) if row.answer else "",
        data={
            "question": kernel.vault.open(row.text),
            "predicate": row.predicate,
            "topic": row.topic,
            "fact_id": row.fact_id,
        },
    )


def _as_strict_as_asked(kernel: Kernel, view: View, row: QuestionRow, own: Label) -> Label:
    """Return an answer's label: the question beside it may quote all that its agent had read.

    It is believed as the operator's own words are: what was asked vouches for nothing.
    """
    decisions = view.select(DecisionRow, task_id=row.task_id, order="position")
    made = [one for one in decisions if one.position < row.position]
    packed = view.get(PackRow, made[-1].pack_id) if made else None
    try:
        read = load_items(kernel, view, packed) if packed else ()
    except (KeyErased, KeyMissing):
        return own.model_copy(update={"level": Level.LOCAL})
    joined = reduce(Label.join, (one.label for one in read), own)
    return joined.model_copy(update={"trust": own.trust})
