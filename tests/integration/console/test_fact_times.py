"""Proves that the console shows facts as of other times, conflicts by both sides, the way back."""

from typing import Any

import pytest

from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.profiles import IdentityRow
from aios_defs.services.fact_learning import learn
from aios_defs.services.fact_setting import Word, set_fact
from aios_defs.services.facts import NewFact
from aios_defs.services.kernel import Kernel
from tests.integration.console.kit import Console, words
from tests.integration.desk import KIM


def kim(kernel: Kernel) -> str:
    with kernel.ledger.view() as view:
        identity = view.get(IdentityRow, kernel.address_hash(KIM))
    assert identity is not None
    return identity.profile_id


def hear(kernel: Kernel, text: str, author: str) -> str:
    """Let a source say where Kim's parcels go; returns the fact's id."""
    mine = kim(kernel)
    fact = NewFact(
        topic=None,
        predicate="delivery_address",
        value={"text": text},
        label=Label(level=Level.SHAREABLE, audience=(mine,), trust=Trust.FIRST_PARTY),
        subject_id=mine,
        author=author,
        import_id=author,
    )
    with kernel.ledger.transaction(actor=author) as tx:
        return learn(kernel, tx, fact, reason="it changed").fact_id


def states(kernel: Kernel) -> list[str]:
    with kernel.ledger.view() as view:
        rows = view.select(FactRow, predicate="delivery_address", order="position")
    return [row.state for row in rows]


@pytest.mark.parametrize(
    ("act", "after"),
    [("approve", ["superseded", "asserted"]), ("reject", ["asserted", "retracted"])],
)
def test_a_conflict_is_one_card_with_both_sides_settled_by_one_press(
    console: Console, act: str, after: list[str]
) -> None:
    """Both values stand side by side with their sources; either act keeps one of them."""
    hear(console.kernel, "1 Old Street", "cards")
    newer = hear(console.kernel, "2 New Street", "shop")
    (listed,) = console.desk.cards("fact")
    page = words(console.get(f"/inbox/{newer}"))
    detail: Any = console.json(f"/api/inbox/{newer}")

    console.post(f"/inbox/{newer}/{act}", f"{act}:{newer}")

    assert listed["summary"] == "Sources disagree on Kim A: delivery address. Which holds?"
    assert "1 Old Street" in page
    assert "2 New Street" in page
    assert [one["value"] for one in detail["sides"]] == ["1 Old Street", "2 New Street"]
    assert states(console.kernel) == after
    assert console.desk.cards("fact") == []


def test_what_was_dropped_can_be_gone_back_to(console: Console) -> None:
    """The dropped side's page offers the way back, and taking it reverses the decision."""
    older = hear(console.kernel, "1 Old Street", "cards")
    newer = hear(console.kernel, "2 New Street", "shop")
    console.post(f"/inbox/{newer}/approve", f"approve:{newer}")
    page = words(console.get(f"/facts/{older}"))

    console.post(f"/facts/{older}/rollback", f"rollback:{older}")

    shown: Any = console.json("/api/facts", of=kim(console.kernel))
    assert "Go back to this version" in page
    assert [one["value"] for one in shown["facts"]] == ["1 Old Street"]


def test_a_subjects_facts_are_shown_as_of_both_times(console: Console) -> None:
    """What was valid on a day, by what was known at a place of the ledger."""
    kernel, mine = console.kernel, kim(console.kernel)
    set_fact(kernel, Word(predicate="colour", text="red", subject_id=mine))
    with kernel.ledger.view() as view:
        before = view.head().position
    console.desk.wait(hours=1)
    set_fact(kernel, Word(predicate="colour", text="blue", subject_id=mine))

    now = words(console.get("/facts", of=mine))
    then = words(console.get("/facts", of=mine, as_of="2031-05-01"))
    known = words(console.get("/facts", of=mine, as_of="2031-06-01", known_at=f"#{before}"))

    assert "blue" in now
    assert "red" not in now
    assert "red" in then
    assert "red" in known
    assert "blue" not in known


def test_no_moment_is_said_with_the_way_out(console: Console) -> None:
    """A word that is no day gets an answer, not a stack trace."""
    answer = console.get("/facts", as_of="some day")

    assert answer.status_code == 422
    assert "is no moment" in words(answer)
    never = words(console.get("/facts", as_of="2031-02-30"))
    assert "'2031-02-30' is no moment" in never, "30 February is named as it was typed"


def test_each_version_has_its_bar(console: Console) -> None:
    """The page of a fact draws from when until when each version is valid."""
    set_fact(console.kernel, Word(predicate="colour", text="red"))
    console.desk.wait(hours=1)
    latest = set_fact(console.kernel, Word(predicate="colour", text="blue"))

    page = console.get(f"/facts/{latest.fact_id}").text

    assert page.count('class="valid"') == len(["red", "blue"])
