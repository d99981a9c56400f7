"""Measures what looking costs in a home with many messages: inbox, status and probe.

Run: python -m benchmarks.looking_cost [messages]

Each message has a task and a card that waits. They are appended to the ledger directly; the mailbox
itself is empty, so what its listing costs is left out. `a page` is what the command shows people.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from aios_defs.core.envelope import Draft
from aios_defs.core.events.actions import ActionProposed, ApprovalRequested, VerdictRecord
from aios_defs.core.events.messages import MessageReceived
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.tasks import DecisionMade, TaskCreated
from aios_defs.core.policy.request import Effect
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.inbox import inbox
from aios_defs.services.kernel import Kernel
from aios_defs.services.probe import reasons_to_run
from aios_defs.services.views import status
from benchmarks.task_cost import bench_home

MESSAGES = 2000
_A_TIME = 500


def fill(kernel: Kernel, count: int) -> None:
    """Append that many messages, each with a decision that waits for approval."""
    with kernel.ledger.view() as view:
        profile = view.select(ProfileRow, limit=1)[0]
    for start in range(0, count, _A_TIME):
        with kernel.ledger.transaction(actor="facade") as tx:
            for number in range(start, min(start + _A_TIME, count)):
                for data in _story(kernel, tx, profile, str(number)):
                    tx.append(Draft(stream=f"story-{number}", data=data, correlation_id="bench"))


def _story(kernel: Kernel, tx: Transaction, profile: ProfileRow, name: str) -> Iterator[EventData]:
    yield _received(kernel, tx, profile, name)
    yield TaskCreated(
        task_id=f"task-{name}",
        workflow="bench",
        kind="reply",
        tolerance="interactive",
        message_id=f"message-{name}",
        profile_id=profile.id,
        thread_id=f"thread-{name}",
        deadline=tx.now,
        run_id="run",
    )
    yield DecisionMade(
        decision_id=f"decision-{name}",
        task_id=f"task-{name}",
        pack_id="pack",
        agent="support",
        agent_version="1",
        outcome="propose",
        category=None,
        answer=tx.put_blob(kernel.vault.house, b"an answer"),
    )
    yield _proposed(kernel, profile, name)
    yield ApprovalRequested(
        action_id=f"action-{name}",
        approval_id=f"approval-{name}",
        content_hash="content",
        rules=("look-first",),
        expires_at=tx.now + timedelta(days=1),
    )


def _received(kernel: Kernel, tx: Transaction, profile: ProfileRow, name: str) -> MessageReceived:
    return MessageReceived(
        message_id=f"message-{name}",
        connector="mail",
        account="account",
        folder="inbox",
        ref_hash=kernel.vault.digest("ref", "mail", name),
        content_hash=f"content-{name}",
        raw=tx.put_blob(kernel.vault.house, f"mail {name}".encode()),
        stored_at=tx.now,
        profile_id=profile.id,
        thread_id=f"thread-{name}",
        heading=kernel.vault.seal(profile.subject_ref, "How much is it?"),
    )


def _proposed(kernel: Kernel, profile: ProfileRow, name: str) -> ActionProposed:
    arguments = f'{{"to":["guest@harbour.example"],"subject":"{name}","body":"It is 49 EUR."}}'
    return ActionProposed(
        action_id=f"action-{name}",
        task_id=f"task-{name}",
        decision_id=f"decision-{name}",
        workflow="bench",
        connector="mail",
        account="account",
        operation="mail.send",
        slot=0,
        key=f"key-{name}",
        content_hash="content",
        arguments=kernel.vault.seal(profile.subject_ref, arguments),
        summary=kernel.vault.seal(profile.subject_ref, "Answer the question"),
        verdict=VerdictRecord(effect=Effect.ASK, rule="look-first"),
    )


def cpu_ms(act: Callable[[], object]) -> float:
    """Return the CPU milliseconds of doing something a second time."""
    act()
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


def report(count: int) -> None:
    """Print what each look costs, in all and per message."""
    with tempfile.TemporaryDirectory() as folder:
        kernel = bench_home(Path(folder))
        fill(kernel, count)
        looks: dict[str, Callable[[], object]] = {
            "inbox": lambda: inbox(kernel),
            "status": lambda: status(kernel),
            "probe": lambda: reasons_to_run(kernel, "bench"),
        }
        for name, act in looks.items():
            spent = cpu_ms(act)
            print(f"{name}: CPU ms {spent:.1f} at {count}, µs a message {spent / count * 1000:.1f}")


def main() -> None:
    """Read the command line and measure."""
    report(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)


if __name__ == "__main__":
    main()
