"""Lets two homes answer each other's mail, over a postman who hides that a machine wrote it.

Run: python -m benchmarks.loops [--rounds 1000] [--json]. Each home answers the other by itself; the
postman drops headers, makes new ids, subjects and threads, and writes from variants of the address.
"""

import argparse
import json
import random
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from aios_defs.core.policy.builtins import ANSWERS_A_DAY
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.sweep import clean_up, commit_due
from tests.integration.desk import DESK, FILES, Desk, Mail

OTHER = "office@gadgets.example"
ALWAYS = '\n  - {id: all, action: "*", effect: allow}\n'
DAY = timedelta(days=1)


def home_of(path: Path, own: str, other: str) -> Desk:
    """Return a home that answers everything from the other by itself."""
    variants = "".join(f"V{one},{tagged(other, one)},customer,X\n" for one in range(5))
    files = {
        "connectors.yaml": FILES["connectors.yaml"].replace(DESK, own),
        "contacts.csv": f"name,address,stage,company\nOther,{other},customer,X\n{variants}",
        "policies.yaml": f"version: 1\nrules:{ALWAYS}",
    }
    return Desk(path, files=files).begin()


def tagged(address: str, number: int) -> str:
    """Return a variant of an address that reaches the same mailbox."""
    local, _, host = address.partition("@")
    return f"{local}+{number}@{host}"


def mutated(mail: EmailMessage | None, sender: str, chance: random.Random, number: int) -> Mail:
    """Return what the other side makes of an answer: a question again, without the signs of it."""
    answers = tuple(str(mail["Message-ID"] or "").strip("<>").split()) if mail else ()
    return Mail(
        text=f"How much is the blue widget? ({number})",
        sender=tagged(sender, chance.randrange(5)) if chance.random() < 0.3 else sender,
        subject=chance.choice(("Re: A question", f"Ticket {number}", "AW: A question")),
        identity=f"round-{number}-{chance.random()}@elsewhere.example",
        answers=answers if chance.random() < 0.6 else (),
    )


def turn(desk: Desk) -> EmailMessage | None:
    """Let a home work once; returns the answer it gave, if any."""
    before = len(desk.sent())
    desk.take()
    clean_up(desk.kernel)
    desk.decide()
    commit_due(desk.kernel)
    after = desk.sent()
    return after[-1] if len(after) > before else None


def answers_of(desk: Desk) -> dict[str, list[datetime]]:
    """Return when each thread got an automatic answer; under "" those of all threads."""
    found: dict[str, list[datetime]] = defaultdict(list)
    with desk.kernel.ledger.view() as view:
        tasks = {row.id: row.thread_id for row in view.select(TaskRow)}
    for started in desk.events("action.started"):
        assert started.data["approval_id"] is None
        action = next(one for one in desk.actions() if one.id == started.data["action_id"])
        found[tasks[action.task_id]].append(started.time)
        found[""].append(started.time)
    return found


def most_in_a_day(times: list[datetime]) -> int:
    """Return how many lie in the fullest 24 hours."""
    return max(sum(1 for one in times if begin <= one < begin + DAY) for begin in times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of the rounds, of each home and at most in 24 hours."""

    rounds: int
    answers: tuple[int, ...]
    threads: tuple[int, ...]
    most_in_a_thread: int
    most_to_a_mailbox: int


def play(folder: Path, rounds: int) -> Played:
    """Let two homes answer each other that often, a few minutes apart."""
    pair = (home_of(folder / "one", DESK, OTHER), home_of(folder / "two", OTHER, DESK))
    chance = random.Random(7)  # noqa: S311 - the same rounds each time
    last: list[EmailMessage | None] = [None, None]
    for number in range(rounds):
        for side, desk in enumerate(pair):
            sender = (OTHER, DESK)[side]
            desk.deliver(mutated(last[1 - side], sender, chance, number))
            last[side] = turn(desk) or last[side]
            desk.wait(minutes=7)
    found = [answers_of(desk) for desk in pair]
    everything = [one.pop("", []) for one in found]
    for desk in pair:
        desk.home.ledger.close()
    return Played(
        rounds=rounds,
        answers=tuple(len(one) for one in everything),
        threads=tuple(len(one) for one in found),
        most_in_a_thread=max(most_in_a_day(each) for one in found for each in one.values()),
        most_to_a_mailbox=max(most_in_a_day(one) for one in everything),
    )


def main(arguments: list[str]) -> int:
    """Play the rounds; returns 1 when a thread or a mailbox got more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="aios-loops-") as folder:
        found = play(Path(folder), given.rounds)
    print(json.dumps(asdict(found)) if given.json else found)
    return 0 if found.most_in_a_thread == 1 and found.most_to_a_mailbox <= ANSWERS_A_DAY else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
