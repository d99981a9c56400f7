"""Proves that two homes that answer each other's mail come to rest, whatever the mail between says.

A tenth of the rounds; `python -m benchmarks.loops` plays all.
"""

from pathlib import Path

from aios_defs.core.actions import ActionState
from aios_defs.core.policy.builtins import ANSWERS_A_DAY
from benchmarks.loops import play
from tests.integration.desk import KIM, LOU, Desk, Mail

ROUNDS = 100


def test_two_homes_that_answer_each_other_come_to_rest(tmp_path: Path) -> None:
    """At most one automatic answer per thread and day each, and ten to one mailbox."""
    played = play(tmp_path, ROUNDS)

    assert min(played.answers) > 0
    assert min(played.threads) > 1
    assert played.most_in_a_thread == 1
    assert played.most_to_a_mailbox <= ANSWERS_A_DAY


def test_a_customer_who_writes_again_is_answered_after_a_look(desk: Desk) -> None:
    """The second answer of a day in a thread asks, with the reason; the day after, none asks."""
    desk.receive(Mail(text="How much is the blue widget?", identity="1@x.example"))
    desk.receive(Mail(text="And what does the blue widget cost?", answers=("1@x.example",)))

    assert len(desk.sent()) == 1
    assert desk.action().rule == "builtin:loop"

    desk.wait(hours=25)
    desk.receive(Mail(text="How much is the blue one, please?", answers=("1@x.example",)))

    assert desk.action().state is ActionState.COMMITTED


def test_others_are_answered_meanwhile(desk: Desk) -> None:
    """One correspondent who got many answers holds up nobody else."""
    for number in range(ANSWERS_A_DAY + 2):
        desk.receive(Mail(text="How much is the blue widget?", identity=f"{number}@x.example"))
    assert len(desk.sent()) == ANSWERS_A_DAY

    desk.receive(Mail(text="How much is the blue widget?", sender=LOU))

    assert len(desk.sent()) == ANSWERS_A_DAY + 1
    assert {str(one["To"]) for one in desk.sent()} == {KIM, LOU}
