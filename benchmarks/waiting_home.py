"""Makes a demo home in which many decisions wait, fast enough to make one for a single look.

Run: python -m benchmarks.waiting_home FOLDER [cards]

The demo runs as usual; then strangers' mails are appended, several hundred in one transaction, each
with its task, pack and decision, and proposed through the real service: policy judges each, and
each can be previewed, approved and committed like any other.
"""

import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aios_defs.core.decision import Decision, Proposal
from aios_defs.core.envelope import Draft
from aios_defs.core.events.messages import MessageReceived
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.tasks import DecisionMade, TaskCreated
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.context import build_pack
from aios_defs.services.flow import run_all
from aios_defs.services.kernel import Kernel, put_json
from aios_defs.services.packs import keep_pack
from aios_defs.services.profiles import Person, know
from aios_defs.services.propose import Author, propose
from aios_defs.settings.environment import load_settings
from resources.begun_home import open_demo
from resources.home import Home

CARDS = 10_000
_A_TIME = 500
_PEOPLE = 400
_SUBJECTS = (
    ("price", "How much is a photo album?"),
    ("delivery", "Do you deliver to Ireland?"),
    ("lead time", "How long does a guest book take?"),
    ("opening hours", "Are you open on Saturday?"),
)
_LONG = "We marry in June and would like the book to lie open on the table in the porch. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One decision that waits: its number, whose it is, and the unit of work that it goes into."""

    kernel: Kernel
    tx: Transaction
    number: int
    profile: ProfileRow
    message_id: str
    task_id: str
    decision_id: str

    @property
    def address(self) -> str:
        return _person(self.number).address

    @property
    def account(self) -> str:
        return self.kernel.connector("mail").describe().account

    @property
    def category(self) -> str:
        return _SUBJECTS[self.number % len(_SUBJECTS)][0]

    @property
    def subject(self) -> str:
        return f"{_SUBJECTS[self.number % len(_SUBJECTS)][1]} ({self.number})"

    @property
    def thread_id(self) -> str:
        return f"thread-{self.number}"

    def append(self, stream: str, data: EventData) -> None:
        draft = Draft(
            stream=stream, data=data, correlation_id=self.task_id, subject=self.profile.id
        )
        self.tx.append(draft)

    def proposal(self) -> Proposal:
        body = f"Hello,\n\nthank you for asking ({self.number}). It takes a week.\n"
        return Proposal(
            connector="mail",
            operation="mail.send",
            arguments={"to": [self.address], "subject": f"Re: {self.subject}", "body": body},
        )

    def raw(self) -> bytes:
        return (
            f"From: {_person(self.number).name} <{self.address}>\r\n"
            f"To: {self.account}\r\nSubject: {self.subject}\r\n"
            f"Message-ID: <waiting-{self.number}@new.example>\r\n\r\n"
            f"{self.subject}\r\n\r\n{_LONG * (self.number % 9)}\r\n"
        ).encode()


def _person(number: int) -> Person:
    guest = number % _PEOPLE
    return Person(address=f"guest{guest}@new.example", name=f"Guest {guest}")


def fill_waiting(kernel: Kernel, count: int) -> None:
    """Append that many decisions that wait for the operator."""
    for start in range(0, count, _A_TIME):
        with kernel.ledger.transaction(actor="facade") as tx:
            for number in range(start, min(start + _A_TIME, count)):
                _tell(_wait(kernel, tx, number))


def _wait(kernel: Kernel, tx: Transaction, number: int) -> Wait:
    return Wait(
        kernel=kernel,
        tx=tx,
        number=number,
        profile=know(kernel, tx, _person(number), "inbound"),
        message_id=kernel.ids.new(),
        task_id=kernel.ids.new(),
        decision_id=kernel.ids.new(),
    )


def _tell(one: Wait) -> None:
    one.append(f"message-{one.message_id}", _received(one))
    one.append(f"task-{one.task_id}", _task(one))
    task = one.tx.get(TaskRow, one.task_id)
    assert task is not None
    pack = build_pack(one.kernel, one.tx, task, "support")
    pack_id, house = keep_pack(one.kernel, one.tx, task, pack)
    one.kernel.shelf.remember(house)
    one.append(f"task-{one.task_id}", _decision(one, pack_id))
    author = Author(kind="agent", decision_id=one.decision_id, items=pack.items)
    propose(one.kernel, one.tx, task, one.proposal(), author=author)


def _received(one: Wait) -> MessageReceived:
    vault = one.kernel.vault
    return MessageReceived(
        message_id=one.message_id,
        connector="mail",
        account=one.kernel.address_hash(one.account),
        folder="inbox",
        ref_hash=vault.digest("ref", "mail", f"waiting-{one.number}"),
        content_hash=vault.digest("raw", one.raw()),
        mail_hash=one.kernel.mail_hash(f"waiting-{one.number}@new.example"),
        raw=one.tx.put_blob(one.tx.draw_ref(), one.raw()),
        stored_at=one.tx.now,
        profile_id=one.profile.id,
        thread_id=one.thread_id,
        heading=vault.seal(one.profile.subject_ref, one.subject),
    )


def _task(one: Wait) -> TaskCreated:
    return TaskCreated(
        task_id=one.task_id,
        workflow="support",
        kind="reply",
        tolerance="standard",
        message_id=one.message_id,
        profile_id=one.profile.id,
        thread_id=one.thread_id,
        deadline=one.tx.now + timedelta(hours=24),
        run_id=one.kernel.ids.new(),
    )


def _decision(one: Wait, pack_id: str) -> DecisionMade:
    decision = Decision(
        outcome="propose",
        category=one.category,
        proposals=(one.proposal(),),
        rationale="The template of this category answers it.",
        confidence=0.8,
    )
    return DecisionMade(
        decision_id=one.decision_id,
        task_id=one.task_id,
        pack_id=pack_id,
        agent="support",
        agent_version="1",
        outcome="propose",
        category=one.category,
        answer=put_json(one.tx, one.profile.subject_ref, decision.model_dump(mode="json")),
    )


def waiting_home(folder: Path, count: int) -> Home:
    """Make the demo in a folder, let it run, and add that many decisions; returns it open."""
    home = open_demo(load_settings({"AIOS_HOME": str(folder)}))
    for workflow in home.kernel.business.workflows:
        run_all(home.kernel, workflow.name)
    fill_waiting(home.kernel, count)
    return home


def main() -> None:
    """Read the command line and make the home."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else CARDS
    started = time.monotonic()
    waiting_home(Path(sys.argv[1]), count)
    print(f"{count} decisions wait in {sys.argv[1]}, after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
