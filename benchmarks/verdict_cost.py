"""Measures what one verdict costs: a typical mail reply, judged in memory by the façade's engine.

Run: python -m benchmarks.verdict_cost [verdicts]. The reply goes to the customer of its thread; the
task has read 5 kB of mail and 40 items of the house. Beside it stands the same reply in a task that
has read a local note as well, which makes policy look for that note in the reply.
"""

import sys
import time
from statistics import quantiles

from aios_defs.core.connector import Operation, Strategy
from aios_defs.core.labels import Level, Trust
from aios_defs.core.policy.engine import evaluate
from aios_defs.core.policy.request import Observed, PolicyRequest, TaskView
from aios_defs.core.policy.rules import load_rules

SEND = Operation(
    name="mail.send",
    strategy=Strategy.NATURAL_KEY,
    addresses_people=True,
    recipients=("to", "cc", "bcc"),
    content=("subject", "body"),
)
GUEST = "guest@harbour.example"
RULES = """\
version: 1
rules:
  - id: reply-inside-a-thread
    action: mail.send
    when: "action.recipients.all(r, r in task.participants) && !action.claims_unverified"
    effect: allow_after
    undo: 0s
  - id: no-private-content-to-others
    action: "*"
    when: "action.audience_violations.size() > 0"
    effect: ask
"""
PROSE = "We open a small place in the old harbour and plan the first season with two boats. "
REPLY = "Thank you for asking. The small boat is 49 EUR a day, the large one 98.50 EUR. "


def question(number: int, *, has_note: bool = False) -> PolicyRequest:
    """Return one question; each has a mail of its own, the house's items are the same objects."""
    mail = f"Request {number}. " + PROSE * 62
    read = [
        Observed(
            source="message:1",
            trust=Trust.THIRD_PARTY,
            level=Level.SHAREABLE,
            subject="guest",
            text=mail[:5000],
        ),
        *HOUSE,
    ]
    if has_note:
        read.append(NOTE)
    return PolicyRequest(
        task=TaskView(
            workflow="desk",
            intent="Answer questions about prices and times.",
            operations=("mail.send",),
            participants=(GUEST,),
        ),
        operation_name=SEND.name,
        operation=SEND,
        arguments={
            "to": [GUEST],
            "subject": f"Re: Request {number}",
            "body": f"Hello, {REPLY * 12}See https://harbour.example/boats or ask us.",
        },
        observed=tuple(read),
        subject_of={GUEST: "guest"},
    )


HOUSE = tuple(
    Observed(
        source=f"fact:{number}",
        trust=Trust.OPERATOR,
        level=Level.PUBLIC,
        text=f"Boat {number} costs {number}.50 EUR. See https://harbour.example/boats. {PROSE}",
    )
    for number in range(40)
)
NOTE = Observed(
    source="note:1",
    trust=Trust.FIRST_PARTY,
    level=Level.LOCAL,
    text="The lease ends in autumn and the second boat leaks. Door code 55-19-20. " * 20,
)


def measure(verdicts: int, *, has_note: bool) -> str:
    """Judge that many questions after a warm-up; return the line to print."""
    rules = load_rules(RULES)
    for number in range(20):
        evaluate(rules, question(-number, has_note=has_note))
    questions = [question(number, has_note=has_note) for number in range(verdicts)]
    begun, walls = time.process_time(), list[float]()
    for one in questions:
        started = time.perf_counter()
        evaluate(rules, one)
        walls.append((time.perf_counter() - started) * 1000)
    spent = (time.process_time() - begun) / verdicts * 1000
    cuts = quantiles(walls, n=100)
    return f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms, CPU {spent:.2f} ms"


def main(verdicts: int) -> None:
    """Print both costs."""
    print(f"typical reply:      {measure(verdicts, has_note=False)}")
    print(f"beside a local note: {measure(verdicts, has_note=True)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
