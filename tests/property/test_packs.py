"""Property test: context packs and hot memory are the same for the same position of the ledger.

Histories are drawn: mails in threads, promises, merges, facts, answers from elsewhere, hours that
pass. Then every task is packed again by the same process, by one that starts with nothing at hand,
from projections folded anew, and by another process.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.errors import AiosError
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.identity.merging import merge
from aios_defs.services.profiles import find_profile
from aios_defs.services.receive import take_in
from tests.house.tree import ROOT
from tests.integration.desk import DESK, KIM, LOU, STRANGER, Desk, Mail
from tests.property.pack_process import prints

PEOPLE = (KIM, LOU, STRANGER)
STEP = st.tuples(
    st.sampled_from(["mail", "mail", "turn", "sent", "merge", "fact", "wait"]),
    st.integers(0, 2),
    st.integers(0, 1),
)


def play(desk: Desk, step: str, who: int, thread: int) -> None:
    """Let one thing happen."""
    person = PEOPLE[who]
    root = f"root-{who}-{thread}@outside.example"
    if step in ("mail", "turn"):
        desk.deliver(Mail(text="How much is it? " * (1 + who), sender=person, answers=(root,)))
        desk.take()
        if step == "turn":
            desk.turn()
    elif step == "sent":
        text = "I'll send you the offer by Friday."
        desk.deliver(Mail(text=text, sender=DESK, to=person, answers=(root,)), folder="sent")
        take_in(desk.kernel, "mail")
    elif step == "wait":
        desk.wait(hours=1 + who)
    else:
        with desk.kernel.ledger.view() as view:
            found = [find_profile(desk.kernel, view, one) for one in (person, PEOPLE[thread])]
        ids = [one.id for one in found if one is not None]
        if len(ids) == len(found):
            known(desk, step, ids)


def known(desk: Desk, step: str, ids: list[str]) -> None:
    try:
        if step == "merge":
            merge(desk.kernel, *ids)
        else:
            set_fact(desk.kernel, Word(predicate="colour", text=ids[1][:4], subject_id=ids[0]))
    except AiosError:
        return


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(STEP, min_size=3, max_size=14))
def test_packs_are_identical_for_identical_positions(steps: list[tuple[str, int, int]]) -> None:
    """Again, with nothing at hand, and folded anew: the same items in the same order."""
    with TemporaryDirectory() as folder:
        desk = Desk(path=Path(folder)).begin()
        for step in steps:
            play(desk, *step)

        first, again = prints(desk.kernel), prints(desk.kernel)
        desk.home.ledger.rebuild()
        folded = prints(desk.kernel)
        desk.home.ledger.close()
        desk.open()
        opened = prints(desk.kernel)
        desk.home.ledger.close()

    assert first == again == folded == opened


def test_another_process_packs_the_same(tmp_path: Path) -> None:
    """A process that shares nothing but the home makes the same packs."""
    desk = Desk(path=tmp_path).begin()
    for step in (("turn", 0, 0), ("sent", 0, 0), ("mail", 0, 1), ("merge", 0, 1), ("mail", 2, 0)):
        play(desk, *step)
    mine = prints(desk.kernel)

    command = (sys.executable, "-m", "tests.property.pack_process", str(tmp_path))
    theirs = subprocess.run(
        (*command, desk.clock.now().isoformat()),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    assert len(mine) > 2
    assert theirs.stdout.split() == mine
