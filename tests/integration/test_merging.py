"""Proves that two profiles become one everywhere, never silently, and are apart again on a word."""

from pathlib import Path
from typing import Any

import pytest

from aios_defs.core.errors import TransitionRefused, UnknownId
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.profiles import DuplicateRow, ProfileRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.context import build_pack
from aios_defs.services.identity.find import find_subject
from aios_defs.services.identity.merging import (
    every_merge,
    keep_apart,
    merge,
    merge_duplicate,
    split,
)
from aios_defs.services.identity.proposing import look_for_duplicates
from aios_defs.services.inbox import count_waiting, inbox
from aios_defs.services.judge import Matter, judge, participants
from aios_defs.services.people import Sought, people
from aios_defs.services.person_view import person_view
from aios_defs.services.profiles import find_profile
from tests.integration.desk import KIM, LOU, STRANGER, Desk, Mail

KIM_AT_HOME = "Kim A <kim.a@home.example>"
HOME = "kim.a@home.example"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(path=tmp_path).begin()


def whose(desk: Desk, address: str) -> ProfileRow:
    with desk.kernel.ledger.view() as view:
        found = find_profile(desk.kernel, view, address)
    assert found is not None
    return found


def merged(desk: Desk, other: str = STRANGER) -> tuple[ProfileRow, ProfileRow]:
    """Return Kim's profile and the other one, which is one with it from now on."""
    kept, gone = whose(desk, KIM), whose(desk, other)
    merge(desk.kernel, kept.id, gone.id)
    return kept, gone


def tasks(desk: Desk) -> list[TaskRow]:
    with desk.kernel.ledger.view() as view:
        return view.select(TaskRow, order="created_at")


def test_an_address_of_a_merged_profile_leads_to_the_whole(desk: Desk) -> None:
    """Mail of either address is of one person from then on, also after a rebuild."""
    desk.receive(Mail(text="Hello there", sender=STRANGER))
    kept, gone = merged(desk)

    desk.kernel.ledger.rebuild()
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))

    assert whose(desk, STRANGER).id == kept.id
    assert [task.profile_id for task in tasks(desk)] == [gone.id, kept.id]


def test_the_page_of_a_person_shows_all_of_the_whole(desk: Desk) -> None:
    """Turns, tasks and identities of both stand on one page, whichever of them is asked for."""
    desk.receive(Mail(text="How much is the blue widget?"))
    desk.receive(Mail(text="Hello there", sender=STRANGER))
    kept, gone = merged(desk)

    shown: Any = person_view(desk.kernel, gone.id)

    values = [one["value"] for one in shown["identities"]]
    assert shown["id"] == kept.id
    assert sorted(values) == sorted([KIM, STRANGER])
    assert [one["id"] for one in shown["merges"]] == [gone.id]
    assert len(shown["threads"]) == 2
    listed: Any = people(desk.kernel, Sought())["people"]
    assert [one["id"] for one in listed].count(kept.id) == 1
    assert gone.id not in [one["id"] for one in listed]


def test_a_pack_holds_what_both_said_each_under_its_own_key(desk: Desk) -> None:
    """An item names the profile it was written for, and is sealed under that one's key."""
    desk.receive(Mail(text="First question here", identity="one@x.example", sender=STRANGER))
    kept, gone = merged(desk)
    desk.receive(
        Mail(text="Once more from work", answers=("one@x.example",), subject="Re: A question")
    )

    (task,) = tasks(desk)
    with desk.kernel.ledger.view() as view:
        pack = build_pack(desk.kernel, view, task, "support")

    turns = [one for one in pack.items if one.kind == "message"]
    assert [one.subject for one in turns] == [gone.id, kept.id]
    (packed,) = desk.events("context.packed")[-1:]
    items: Any = packed.data["items"]
    refs = {one["name"]: one["blob"]["subject_ref"] for one in items}
    assert refs[turns[0].name] == gone.subject_ref
    assert refs[turns[1].name] == kept.subject_ref


def test_what_was_said_with_one_may_go_to_the_other(desk: Desk) -> None:
    """Text about a merged profile is no leak to the whole; after a split it is one again."""
    desk.receive(Mail(text="How much is the blue widget? I am blue", sender=STRANGER))
    kept, _ = merged(desk)
    (task,) = tasks(desk)

    with desk.kernel.ledger.view() as view:
        assert KIM in participants(desk.kernel, view, task)
    split(desk.kernel, whose_raw(desk, STRANGER))
    with desk.kernel.ledger.view() as view:
        assert KIM not in participants(desk.kernel, view, task)
        assert view.get(ProfileRow, kept.id) is not None


def leaks(desk: Desk, task: TaskRow) -> bool:
    """Return whether policy sees what was said in a task told to somebody else, when told Kim."""
    with desk.kernel.ledger.view() as view:
        items = build_pack(desk.kernel, view, task, "support").items
        text = "My private number is 4711-0815-42, as I said in confidence."
        matter = Matter(
            task=task,
            connector="mail",
            operation="mail.send",
            arguments={"to": [KIM], "subject": "Re", "body": text},
            items=items,
        )
        verdict = judge(desk.kernel, view, matter)
    facts: Any = verdict.snapshot
    return bool(facts["action"]["audience_violations"])


def test_text_about_one_is_no_leak_to_the_whole(desk: Desk) -> None:
    """The same reply is held as a leak before the merge and after the split, not in between."""
    text = "My private number is 4711-0815-42, as I said in confidence."
    desk.receive(Mail(text=text, sender=STRANGER))
    (task,) = tasks(desk)

    before = leaks(desk, task)
    _, gone = merged(desk)
    between = leaks(desk, task)
    split(desk.kernel, gone.id)

    assert (before, between, leaks(desk, task)) == (True, False, True)


def whose_raw(desk: Desk, address: str) -> str:
    """Return the profile that has an address, whatever it is one with."""
    with desk.kernel.ledger.view() as view:
        rows = view.select(ProfileRow)
    kept = whose(desk, address)
    return next(row.id for row in rows if row.merged_into == kept.id)


def test_a_merge_makes_no_stranger_a_participant(desk: Desk) -> None:
    """One address does not vouch for another: the stranger's stays what it was."""
    desk.receive(Mail(text="Hello there", sender=STRANGER))
    merged(desk)
    desk.receive(Mail(text="How much is the blue widget?"))

    with desk.kernel.ledger.view() as view:
        found = participants(desk.kernel, view, tasks(desk)[-1])

    assert STRANGER not in found


def test_a_merge_is_taken_back_without_loss(desk: Desk) -> None:
    """Apart again, each has what was its own, and the two are not proposed again."""
    desk.receive(Mail(text="Hello there", sender=STRANGER))
    before = person_view(desk.kernel, whose(desk, STRANGER).id)
    _, gone = merged(desk)

    split(desk.kernel, gone.id)

    assert person_view(desk.kernel, gone.id) == before
    assert every_merge(desk.kernel) == []
    assert look_for_duplicates(desk.kernel) == 0


def test_only_what_can_be_is_merged_or_split(desk: Desk) -> None:
    """Itself, one already, a profile that nothing was merged into, and nobody are refused."""
    kim, lou = whose(desk, KIM).id, whose(desk, LOU).id

    with pytest.raises(TransitionRefused):
        merge(desk.kernel, kim, kim)
    with pytest.raises(TransitionRefused):
        split(desk.kernel, lou)
    with pytest.raises(UnknownId):
        merge(desk.kernel, kim, "nobody")
    merge(desk.kernel, kim, lou)
    with pytest.raises(TransitionRefused):
        merge(desk.kernel, lou, kim)


def test_who_may_be_the_same_is_asked_about_and_never_merged(desk: Desk) -> None:
    """A near-duplicate raises one card with the evidence; looking again raises no second."""
    desk.receive(Mail(text="Hello there", sender=KIM_AT_HOME))

    assert look_for_duplicates(desk.kernel) == 1
    assert look_for_duplicates(desk.kernel) == 0

    (card,) = [one for one in inbox(desk.kernel) if one["kind"] == "duplicate"]
    assert card["summary"] == "Kim A and Kim A may be the same"
    assert count_waiting(desk.kernel)["duplicate"] == 1
    assert whose(desk, HOME).id != whose(desk, KIM).id


def test_merging_from_the_card_keeps_whom_the_operator_knows(desk: Desk) -> None:
    """The one that is known stands for both, and the card is settled."""
    kim = whose(desk, KIM)
    desk.receive(Mail(text="Hello there", sender=KIM_AT_HOME))
    look_for_duplicates(desk.kernel)

    merge_duplicate(desk.kernel, duplicate(desk).id)

    assert whose(desk, HOME).id == kim.id
    assert duplicate(desk).state == "merged"
    assert "duplicate" not in count_waiting(desk.kernel)


def test_kept_apart_is_remembered(desk: Desk) -> None:
    """Nobody is asked about the two again, whatever else becomes known."""
    desk.receive(Mail(text="Hello there", sender=KIM_AT_HOME))
    look_for_duplicates(desk.kernel)

    keep_apart(desk.kernel, duplicate(desk).id)
    desk.receive(Mail(text="Hello you", sender="pat.q@other.example"))

    assert look_for_duplicates(desk.kernel) == 0
    assert duplicate(desk).state == "apart"
    with pytest.raises(TransitionRefused):
        merge_duplicate(desk.kernel, duplicate(desk).id)


def duplicate(desk: Desk) -> DuplicateRow:
    with desk.kernel.ledger.view() as view:
        (row,) = view.select(DuplicateRow)
    return row


@pytest.mark.parametrize("words", [KIM, KIM.upper(), "Kim A", "a, kim"])
def test_somebody_is_found_by_address_or_name(desk: Desk, words: str) -> None:
    """However an address or name is written, it means the profile."""
    with desk.kernel.ledger.view() as view:
        assert find_subject(desk.kernel, view, words).id == whose(desk, KIM).id


def test_a_verified_sender_vouches_for_its_own_address_only(desk: Desk) -> None:
    """Of somebody with two unproven addresses only the one that was shown to be theirs counts."""
    shown = (
        "Authentication-Results",
        "mx.widgets.example; dmarc=pass header.from=elsewhere.example",
    )
    desk.receive(Mail(text="Hello there", sender=HOME))
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER, headers=(shown,)))
    merge(desk.kernel, whose(desk, STRANGER).id, whose(desk, HOME).id)

    with desk.kernel.ledger.view() as view:
        found = participants(desk.kernel, view, tasks(desk)[-1])
        assert view.select(ActionRow) is not None

    assert STRANGER in found
    assert HOME not in found
