"""Proves that the people of contacts.csv are known as the operator writes them now."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.profiles import find_profile
from aios_defs.services.seed import apply_business
from tests.integration.desk import DESK, KIM, STRANGER, Desk, Mail


@dataclass(frozen=True)
class Entry:
    name: str
    address: str = KIM
    stage: str = "customer"


def write(desk: Desk, *entries: Entry) -> None:
    lines = [f"{one.name},{one.address},{one.stage}" for one in entries]
    desk.write("contacts.csv", "\n".join(["name,address,stage", *lines, ""]))
    desk.reopen()


def known(desk: Desk, address: str = KIM) -> tuple[ProfileRow, str]:
    with desk.kernel.ledger.view() as view:
        profile = find_profile(desk.kernel, view, address)
    assert profile is not None
    return profile, desk.kernel.vault.open(profile.name)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(path=tmp_path).begin()


@pytest.mark.parametrize("entry", [Entry("Kim Other"), Entry("Kim A", stage="former")])
def test_an_edited_contact_reaches_its_profile(desk: Desk, entry: Entry) -> None:
    """A changed name or stage is that of the same profile from then on, also after a rebuild."""
    before, _ = known(desk)

    write(desk, entry)

    desk.kernel.ledger.rebuild()
    after, name = known(desk)
    assert (after.id, name, after.stage) == (before.id, entry.name, entry.stage)


def test_an_unchanged_contact_makes_no_event(desk: Desk) -> None:
    """Applying the same file again changes nothing."""
    write(desk, Entry("Kim Other"))

    made = apply_business(desk.kernel)

    assert made == 0
    assert len(desk.events("profile.renamed")) == 1


def test_who_wrote_first_gets_the_name_of_the_file(desk: Desk) -> None:
    """Someone known from a mail is called as the operator calls them, once listed."""
    desk.receive(Mail(text="How much is the blue widget?", sender=STRANGER))
    before, _ = known(desk, STRANGER)

    write(desk, Entry("Sam Listed", STRANGER))

    after, name = known(desk, STRANGER)
    assert (after.id, name, after.stage) == (before.id, "Sam Listed", "customer")
    assert after.is_endorsed


def test_an_erased_person_stays_nameless(desk: Desk) -> None:
    """A line that still names someone whose keys were destroyed brings no name back."""
    profile, _ = known(desk)
    desk.kernel.vault.destroy(profile.subject_ref, "an-event")

    write(desk, Entry("Kim Other"), Entry("Desk", DESK))

    assert not desk.events("profile.renamed")
