"""Owns a story for tests and benchmarks: one task of the interactive lane, commit by commit.

It appends what the services append for a mail that a rule lets us answer: eleven events in four
commits, with six blobs. It takes no decision; the services are tested by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aios_defs.core.envelope import Draft
from aios_defs.core.events.actions import (
    ActionAuthorised,
    ActionCommitted,
    ActionProposed,
    ActionStarted,
    VerdictRecord,
)
from aios_defs.core.events.messages import InteractionRecorded, MessageReceived
from aios_defs.core.events.profiles import IdentityRecord, ProfileCreated
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.tasks import (
    ContextPacked,
    DecisionMade,
    PackedItem,
    TaskCompleted,
    TaskCreated,
)
from aios_defs.core.policy.request import Effect
from aios_defs.core.ports import Ledger, Transaction, Vault
from aios_defs.core.rows.profiles import ProfileRow

EVENTS_PER_TASK = 11
COMMITS_PER_TASK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The story of task number `number`, told to a ledger."""

    ledger: Ledger
    vault: Vault
    number: int
    mail: bytes = b"From: someone\r\n\r\n" + b"I have a question about the delivery. " * 60

    def steps(self) -> tuple[Callable[[], None], ...]:
        """Return the four commits, to be called in this order."""
        return (self.receive, self.decide, self.start, self.commit)

    def tell(self) -> None:
        """Make all four commits."""
        for step in self.steps():
            step()

    def meet(self) -> None:
        """Make the profile that all stories are about, once."""
        with self.ledger.transaction(actor="operator") as unit:
            if unit.get(ProfileRow, "profile") is None:
                unit.append(_draft("profile", _profile(unit, self.vault)))

    def receive(self) -> None:
        """Take the message in: the first commit."""
        with self.ledger.transaction(actor="reader", run_id=self._id("run")) as unit:
            raw = unit.put_blob(unit.draw_ref(), self.mail + str(self.number).encode())
            received = MessageReceived(
                message_id=self._id("message"),
                connector="mail",
                account="desk@studio.example",
                folder="inbox",
                ref_hash=self._hash("ref"),
                content_hash=self._hash("content"),
                mail_hash=self._hash("mail"),
                raw=raw,
                stored_at=unit.now,
                profile_id="profile",
                thread_id=self._id("thread"),
                heading=self.vault.seal(self.vault.house, "A question about delivery"),
            )
            self._append(unit, "message", received)
            self._append(unit, "interaction", self._interaction(unit, "in"))
            self._append(unit, "task", self._task(unit))

    def decide(self) -> None:
        """Pack the context, decide, propose and allow: the second commit."""
        with self.ledger.transaction(actor="facade", run_id=self._id("run")) as unit:
            self._append(unit, "task", self._pack(unit))
            self._append(unit, "task", self._decision(unit))
            self._append(unit, "action", self._proposal(unit))
            authorised = ActionAuthorised(
                action_id=self._id("action"), rule="reply-inside-a-thread", undo_seconds=0
            )
            self._append(unit, "action", authorised)

    def start(self) -> None:
        """Write the intent ahead of the wire: the third commit."""
        with self.ledger.transaction(actor="worker:1", run_id=self._id("run")) as unit:
            started = ActionStarted(
                action_id=self._id("action"),
                token=1,
                lease_until=unit.now + timedelta(seconds=60),
                run_id=self._id("run"),
                content_hash=self._hash("arguments"),
                rule="reply-inside-a-thread",
            )
            self._append(unit, "action", started)

    def commit(self) -> None:
        """Record what was read back: the fourth commit."""
        with self.ledger.transaction(actor="worker:1", run_id=self._id("run")) as unit:
            committed = ActionCommitted(
                action_id=self._id("action"), token=1, outside_ref=f"new/{self.number}"
            )
            self._append(unit, "action", committed)
            self._append(unit, "interaction", self._interaction(unit, "out"))
            completed = TaskCompleted(task_id=self._id("task"), outcome="replied")
            self._append(unit, "task", completed)

    def _append(self, unit: Transaction, stream: str, data: EventData) -> None:
        unit.append(_draft(f"{stream}:{self._id(stream)}", data, self._id("task")))

    def _interaction(self, unit: Transaction, direction: str) -> InteractionRecorded:
        return InteractionRecorded(
            interaction_id=self._id(f"interaction-{direction}"),
            profile_id="profile",
            direction="in" if direction == "in" else "out",
            channel="mail",
            thread_id=self._id("thread"),
            at=unit.now,
            mail_hashes=(self._hash(f"mail-{direction}"),),
        )

    def _task(self, unit: Transaction) -> TaskCreated:
        return TaskCreated(
            task_id=self._id("task"),
            workflow="inquiries",
            kind="reply",
            tolerance="interactive",
            message_id=self._id("message"),
            profile_id="profile",
            thread_id=self._id("thread"),
            deadline=unit.now + timedelta(hours=4),
            run_id=self._id("run"),
        )

    def _pack(self, unit: Transaction) -> ContextPacked:
        house = self.vault.house
        items = tuple(
            PackedItem(
                name=name,
                blob=unit.put_blob(house, f"{name} {self.number} ".encode() * 30),
            )
            for name in ("thread", "facts", "profile")
        )
        return ContextPacked(
            pack_id=self._id("pack"),
            task_id=self._id("task"),
            agent="support",
            header=unit.put_blob(house, f"header {self.number}".encode() * 20),
            house=unit.put_blob(house, b"the workflow and its templates " * 20),
            items=items,
        )

    def _decision(self, unit: Transaction) -> DecisionMade:
        answer = unit.put_blob(self.vault.house, f"decision {self.number} ".encode() * 40)
        return DecisionMade(
            decision_id=self._id("decision"),
            task_id=self._id("task"),
            pack_id=self._id("pack"),
            agent="support",
            agent_version="1",
            outcome="propose",
            category="question",
            answer=answer,
        )

    def _proposal(self, unit: Transaction) -> ActionProposed:
        snapshot = unit.put_blob(self.vault.house, f"snapshot {self.number} ".encode() * 60)
        return ActionProposed(
            action_id=self._id("action"),
            task_id=self._id("task"),
            decision_id=self._id("decision"),
            workflow="inquiries",
            connector="mail",
            account="desk@studio.example",
            operation="mail.send",
            slot=0,
            key=self._hash("key"),
            content_hash=self._hash("arguments"),
            arguments=self.vault.seal(self.vault.house, "It leaves on Monday. " * 30),
            summary=self.vault.seal(self.vault.house, "Answer the question about delivery"),
            verdict=VerdictRecord(
                effect=Effect.ALLOW, rule="reply-inside-a-thread", snapshot=snapshot
            ),
        )

    def _id(self, name: str) -> str:
        return f"{name}-{self.number:06d}"

    def _hash(self, name: str) -> str:
        return self.vault.digest("story", name, str(self.number))


def _draft(stream: str, data: EventData, correlation_id: str = "home") -> Draft:
    return Draft(stream=stream, data=data, correlation_id=correlation_id)


def _profile(unit: Transaction, vault: Vault) -> ProfileCreated:
    ref = unit.draw_ref()
    identity = IdentityRecord(
        kind="address",
        lookup=vault.digest("address", "someone@studio.example"),
        value=vault.seal(ref, "someone@studio.example"),
        basis="operator",
    )
    return ProfileCreated(
        profile_id="profile",
        subject_ref=ref,
        kind="person",
        stage="customer",
        name=vault.seal(ref, "Someone"),
        identities=(identity,),
        origin="operator",
    )
