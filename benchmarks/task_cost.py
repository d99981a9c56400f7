"""Measures a whole task of the interactive lane: CPU, syncs and bytes, policy and audit included.

Run: python -m benchmarks.task_cost [--tasks N]

Two paths (DESIGN §13): `allow` (a known contact, a rule allows the reply; each time another one,
for whoever got ten automatic answers in a day is asked about) and `approval` (a stranger: a new
identity, an approval, an undo window). The connector's own cost is left out; agent, policy and
audit are in. A raw SQLite log that commits as many rows of as many bytes as often stands beside
them in the same run. Syncs are fsync and fdatasync as strace counts them.
"""

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aios_defs.core.connector import Item
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import approve
from aios_defs.services.commit import commit_action
from aios_defs.services.decide import decide_task
from aios_defs.services.kernel import Kernel
from aios_defs.services.receive import take_item
from aios_defs.services.seed import apply_business
from aios_defs.services.trust import begin_home, trust
from aios_defs.settings.environment import load_settings
from benchmarks.metered_mail import MeteredMail
from resources.home import make_home, open_home

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WARM_UP = 10
EVENTS = {"allow": 11, "approval": 15}
COMMITS = {"allow": 4, "approval": 5}
PARAGRAPH = "We open a small place in the old harbour and plan the first season. "

BUSINESS = {
    "operator.yaml": "name: Bench\nbusiness: Bench\nsignature: Bench\n"
    "hourly_limits: {stranger: 1000000, domain: 1000000, known: 1000000}\n",
    "catalog.yaml": """\
workflows:
  - name: bench
    intent: Answer price questions.
    agent: support
    connector: mail
    operations: [mail.send]
    categories:
      - name: price
        examples: [How much is the gizmo?, What does the gizmo cost?]
        template: price
""",
    "facts.yaml": "- topic: gizmo\n  facts: {price: 49 EUR}\n",
    "contacts.csv": "name,address\nBea Known,bea@known.example\n",
    "policies.yaml": """\
version: 1
rules:
  - id: reply-inside-a-thread
    action: mail.send
    when: "action.recipients.all(r, r in task.participants) && !action.claims_unverified"
    effect: allow_after
    undo: 0s
""",
    "connectors.yaml": """\
mail:
  kind: benchmarks.metered_mail:MeteredMail
  address: bench@house.example
  since: 2000-01-01T00:00:00Z
  receive: {maildir: mail/inbox}
  send: {maildir: mail/outbox}
  sent: {maildir: mail/sent}
""",
    "templates/price.txt": (
        "Hello {{ customer.name }},\n\nthe gizmo is {{ fact:price }}.\n\n{{ operator.signature }}\n"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one task costs: CPU milliseconds with and without the agent, and bytes."""

    cpu_ms: float
    payload: int
    stored: int


def bench_home(folder: Path, *, contacts: int = 0) -> Kernel:
    """Make a home with one workflow, one rule and a contact, or as many more, and open it."""
    make_home(folder)
    known = "".join(f"Contact {one},{contact(one)}\n" for one in range(-WARM_UP, contacts))
    more = {"contacts.csv": BUSINESS["contacts.csv"] + known} if contacts else {}
    for name, text in {**BUSINESS, **more}.items():
        path = folder / "business" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    home = open_home(load_settings({"AIOS_HOME": str(folder)}))
    begin_home(home.kernel, is_demo=False, version="bench")
    apply_business(home.kernel)
    trust(home.kernel, "mail", timedelta(days=1))
    return home.kernel


def contact(number: int) -> str:
    """Return the address of a known contact by its number."""
    return f"contact{number}@known.example"


def message(path: str, number: int, paragraphs: int) -> Item:
    """Return one mail that asks a price, from a known contact or from a new stranger."""
    sender = contact(number) if path == "allow" else f"guest{number}@new.example"
    raw = (
        f"From: <{sender}>\r\nTo: bench@house.example\r\nSubject: Price\r\n"
        f"Message-ID: <{path}-{number}@mail.example>\r\n\r\n"
        f"How much is the gizmo?\r\n\r\n{PARAGRAPH * paragraphs}\r\n"
    ).encode()
    return Item(ref=f"inbox:{path}-{number}", folder="inbox", stored_at=datetime.now(UTC), raw=raw)


def carry_through(kernel: Kernel, path: str, item: Item) -> None:
    """Take one mail in, decide it, get it approved where that is asked, and commit its reply."""
    _, _, task_id = take_item(kernel, "mail", item, since=LONG_AGO).partition(":")
    decide_task(kernel, task_id)
    with kernel.ledger.view() as view:
        action = view.select(ActionRow, task_id=task_id)[0]
    if path == "approval":
        approve(kernel, action.id, window=10)
    state = commit_action(kernel, action.id, force=True)
    assert state == "committed", (path, state)


def measure(folder: Path, path: str, tasks: int, *, paragraphs: int = 4) -> Cost:
    """Carry that many tasks through after a warm-up, and return the cost of one."""
    kernel = bench_home(folder, contacts=tasks + 1)
    for number in range(WARM_UP):
        carry_through(kernel, path, message(path, -1 - number, paragraphs))
    items = [message(path, number, paragraphs) for number in range(1, tasks + 1)]
    before, MeteredMail.cpu_seconds = _bytes(folder), 0.0
    started = time.process_time()
    for item in items:
        carry_through(kernel, path, item)
    spent = time.process_time() - started - MeteredMail.cpu_seconds
    return Cost(
        cpu_ms=spent / tasks * 1000,
        payload=sum(len(item.raw) for item in items) // tasks,
        stored=(_bytes(folder) - before) // tasks,
    )


def _bytes(folder: Path) -> int:
    """Return the bytes of the ledger and its blobs, with the write-ahead log folded in."""
    with sqlite3.connect(folder / "ledger.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = [folder / "ledger.db", *(one for one in (folder / "blobs").rglob("*") if one.is_file())]
    return sum(one.stat().st_size for one in files)


def raw_log(folder: Path, path: str, tasks: int) -> float:
    """Commit as many rows as often into a bare SQLite log; return the CPU milliseconds of one."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "CREATE TABLE log (position INTEGER PRIMARY KEY, data TEXT);"
    )
    rows = EVENTS[path] // COMMITS[path]
    started = time.process_time()
    for _ in range(tasks * COMMITS[path]):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO log (data) VALUES (?)", [("x" * 600,)] * rows)
        connection.execute("COMMIT")
    return (time.process_time() - started) / tasks * 1000


def syncs(mode: str, path: str, tasks: int) -> float | None:
    """Return the syncs of one task as the difference of two runs, or None without strace."""
    if shutil.which("strace") is None:
        return None
    few, many = (_syncs_of(mode, path, count) for count in (tasks, 3 * tasks))
    return (many - few) / (2 * tasks)


def _syncs_of(mode: str, path: str, tasks: int) -> int:
    child = [sys.executable, "-m", "benchmarks.task_cost", "--child", mode, path, str(tasks)]
    traced = ["strace", "-c", "-f", "-e", "trace=fsync,fdatasync", *child]
    summary = subprocess.run(traced, capture_output=True, text=True, check=True).stderr
    lines = [line.split() for line in summary.splitlines()]
    return sum(int(line[3]) for line in lines if line and line[-1] in {"fsync", "fdatasync"})


def report(tasks: int) -> None:
    """Print both paths beside the raw log."""
    for path in EVENTS:
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
            cost = measure(Path(folder), path, tasks)
            raw = raw_log(Path(other), path, tasks)
        with tempfile.TemporaryDirectory() as folder:
            long = measure(Path(folder), path, max(tasks // 4, 10), paragraphs=300)
        ours, theirs = syncs("ours", path, 40), syncs("raw", path, 40)
        print(f"{path}: CPU ms {cost.cpu_ms:.2f}, raw log {raw:.2f} ({cost.cpu_ms / raw:.1f}x)")
        if ours is not None and theirs:
            print(f"{path}: syncs {ours:.2f}, raw log {theirs:.2f} ({ours / theirs:.1f}x)")
        for name, one in (("mail", cost), ("long mail", long)):
            ratio = one.stored / one.payload
            print(f"{path}: {name} of {one.payload} bytes stores {one.stored} ({ratio:.1f}x)")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is None:
        report(given.tasks)
        return
    mode, path, tasks = given.child[0], given.child[1], int(given.child[2])
    with tempfile.TemporaryDirectory() as folder:
        if mode == "ours":
            measure(Path(folder), path, tasks)
        else:
            raw_log(Path(folder), path, tasks)


if __name__ == "__main__":
    main()
