"""Owns hot memory: what is at hand of a subject or thread, straight from the projections.

It is bounded in tokens, and the same for the same position of the ledger. What goes first: what
waits for an answer, then open promises, then open tasks, then earlier turns, the latest first. The
first earlier turn that does not fit ends the window: there are no gaps in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from aios_defs.core.errors import KeyErased
from aios_defs.core.labels import Destination, Label
from aios_defs.core.ports import View
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.core.size import cut_to, tokens_of
from aios_defs.services.commitments import open_commitments
from aios_defs.services.kernel import Kernel
from aios_defs.services.messages import Turn, read_turn, recent_rows
from aios_defs.services.tasking import LIVE

RECENT_TURNS = 20
"""How many turns there are at most; older ones are cold memory."""
OPEN = 20
"""How many open promises, and how many open tasks, there are at most: those of the latest."""
_FRAME = 60
"""Tokens of what stands around the text of one thing: names, dates, ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What hot memory is asked for: all profiles of a subject, one thread of theirs or (None) all.

    `waiting` are the messages that wait for an answer, `task_id` the task they belong to, which is
    not listed. `destination` is where it goes (None: it stays on this machine).
    """

    subjects: tuple[str, ...]
    thread_id: str | None = None
    waiting: tuple[str, ...] = ()
    task_id: str | None = None
    destination: Destination | None = None

    def admits(self, label: Label) -> bool:
        """Return whether something of this label may go there."""
        return self.destination is None or self.destination.admits(label.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task of the subject that is not over; `text` is the subject of its last message."""

    id: str
    profile_id: str
    event_id: str
    workflow: str
    state: str
    deadline: datetime
    label: Label
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A promise of ours that is open."""

    row: CommitmentRow
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotMemory:
    """What is at hand as the ledger stood at `position`.

    `turns` in the order they became known, last those that wait for an answer; `cut` names those
    of which only the beginning fitted. `tokens` is about how large all is. `withheld` names what
    may not go to the destination, `left_out` what found no room.
    """

    position: int
    turns: tuple[Turn, ...]
    tasks: tuple[OpenTask, ...]
    promised: tuple[Promised, ...]
    tokens: int
    cut: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class _Room:
    """How much still fits, and what did not."""

    def __init__(self, tokens: int) -> None:
        self.left = self.whole = tokens
        self.left_out: list[str] = []
        self.withheld: list[str] = []
        self.cut: list[str] = []

    def takes(self, name: str, text: str) -> bool:
        size = _FRAME + tokens_of(text)
        if size > self.left:
            self.left_out.append(name)
            return False
        self.left -= size
        return True


def hot_memory(kernel: Kernel, view: View, asked: Asked, tokens: int) -> HotMemory:
    """Return what is at hand, in no more than about so many tokens; raises KeyErased."""
    room = _Room(tokens)
    rows = recent_rows(
        view, asked.thread_id, asked.subjects, waiting=frozenset(asked.waiting), limit=RECENT_TURNS
    )
    waiting = [row for row in rows if row.message_id in asked.waiting][:RECENT_TURNS]
    turns = list(_waiting(kernel, view, asked, waiting, room))
    promised = [one for one in _promised(kernel, view, asked, room) if _fits(one, room)]
    tasks = [
        one for one in _tasks(kernel, view, asked, room) if room.takes(f"task:{one.id}", one.text)
    ]
    earlier = [row for row in rows if row.message_id not in asked.waiting]
    turns += _earlier(kernel, view, asked, earlier[: RECENT_TURNS - len(waiting)], room)
    return HotMemory(
        position=view.head().position,
        turns=tuple(reversed(turns)),
        tasks=tuple(tasks),
        promised=tuple(promised),
        tokens=room.whole - room.left,
        cut=tuple(room.cut),
        withheld=tuple(room.withheld),
        left_out=tuple(room.left_out),
    )


def _fits(one: Promised, room: _Room) -> bool:
    return room.takes(f"commitment:{one.row.id}", one.text)


def _waiting(
    kernel: Kernel, view: View, asked: Asked, rows: list[InteractionRow], room: _Room
) -> Iterator[Turn]:
    """Yield what waits, the latest first; what does not fit is cut, never left out."""
    for row in _admitted(rows, asked, room):
        turn = read_turn(kernel, view, row)
        if turn is None:
            continue
        if not room.takes(turn.name, turn.text):
            room.left_out.remove(turn.name)
            room.cut.append(turn.name)
            turn = replace(turn, text=cut_to(turn.text, room.left - _FRAME))
            room.left = 0
        yield turn


def _earlier(
    kernel: Kernel, view: View, asked: Asked, rows: list[InteractionRow], room: _Room
) -> Iterator[Turn]:
    for row in _admitted(rows, asked, room):
        if room.left <= _FRAME:
            room.left_out.append(f"turn:{row.id}")
            return
        turn = read_turn(kernel, view, row)
        if turn is None:
            continue
        if not room.takes(turn.name, turn.text):
            return
        yield turn


def _admitted(rows: list[InteractionRow], asked: Asked, room: _Room) -> Iterator[InteractionRow]:
    """Yield the rows that may go where it goes; the others are not even read."""
    for row in rows:
        if asked.admits(row.label):
            yield row
        else:
            room.withheld.append(f"turn:{row.id}")


def _promised(kernel: Kernel, view: View, asked: Asked, room: _Room) -> Iterator[Promised]:
    for row in open_commitments(view, asked.subjects)[-OPEN:]:
        if not asked.admits(row.label):
            room.withheld.append(f"commitment:{row.id}")
            continue
        try:
            yield Promised(row=row, text=kernel.vault.open(row.text))
        except KeyErased:
            continue


def _tasks(kernel: Kernel, view: View, asked: Asked, room: _Room) -> Iterator[OpenTask]:
    """Yield the other open tasks; each has the label of the message that it waits to answer."""
    rows = view.select(TaskRow, profile_id=asked.subjects, state=LIVE, order="created_at")
    for row in [one for one in rows if one.id != asked.task_id][-OPEN:]:
        message = view.get(MessageRow, row.message_ids[-1])
        turn = _turn_of(view, message) if message is not None else None
        if message is None or message.heading is None or turn is None:
            continue
        if not asked.admits(turn.label):
            room.withheld.append(f"task:{row.id}")
            continue
        yield OpenTask(
            id=row.id,
            profile_id=row.profile_id,
            event_id=message.event_id,
            workflow=row.workflow,
            state=str(row.state),
            deadline=row.deadline,
            label=turn.label,
            text=kernel.vault.open(message.heading),
        )


def _turn_of(view: View, message: MessageRow) -> InteractionRow | None:
    rows = view.select(
        InteractionRow,
        thread_id=message.thread_id,
        profile_id=message.profile_id,
        order="-position",
        limit=RECENT_TURNS,
    )
    return next((row for row in rows if row.message_id == message.id), None)
