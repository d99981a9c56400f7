"""Proves what becomes a commitment, what keeps it, and where the operator meets it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aios_defs.cli.main import main
from aios_defs.core.errors import TransitionRefused, UsageInvalid
from aios_defs.services.approve import edit_and_approve, reject
from aios_defs.services.cadence import check_cadence
from aios_defs.services.commitment_view import commitment_rows
from aios_defs.services.commitments import give_up, keep
from aios_defs.services.erasure.forget import forget
from aios_defs.services.person_view import person_view
from tests.integration.desk import ASK_FIRST, DESK, KIM, Desk, Mail
from tests.integration.promising import commitments, let_go, promising_desk, say
from tests.servers.database import home_environment

OFFER = "I'll send you the offer by Friday."


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk whose agent says what it is told."""
    return promising_desk(tmp_path)


def test_what_has_left_is_a_commitment_with_its_sentence(desk: Desk) -> None:
    """To whom, by when, in which action, and the words; the event is in the task's trace."""
    say(desk, f"Hello Kim,\n\nthank you. {OFFER}")

    (row,) = commitments(desk)
    assert desk.kernel.vault.open(row.text) == OFFER
    assert row.due == datetime(2031, 5, 9, 23, 59, 59, tzinfo=UTC)
    assert (row.state, row.awaits, row.basis) == ("open", "deed", "read")
    assert (row.profile_id, row.action_id) == (desk.task().profile_id, desk.action().id)
    (event,) = desk.events("commitment.made")
    assert event.correlation_id == desk.task().id


def test_what_has_not_left_promises_nothing(desk: Desk) -> None:
    """A reply that waits, and one that was rejected, are no word of ours."""
    desk.set_rules(ASK_FIRST)
    say(desk, OFFER)
    waiting = commitments(desk)

    reject(desk.kernel, desk.action().id, "no")

    assert waiting == commitments(desk) == []


def test_what_a_customer_promises_is_no_commitment_of_ours(desk: Desk) -> None:
    """Quoted words and inbound mails make none."""
    say(desk, f"Noted.\n\n> {OFFER}")
    desk.receive(Mail(text="I'll send you the order by Friday."))

    assert commitments(desk) == []


def test_an_agent_states_what_the_approved_text_says(desk: Desk) -> None:
    """A stated promise counts if its sentence left; one that is not in the text does not."""
    say(desk, "The lamp is yours on Monday.", stated="The lamp is yours on Monday.")
    say(desk, "Noted.", stated="You get a yacht.")

    (row,) = commitments(desk)
    assert desk.kernel.vault.open(row.text) == "The lamp is yours on Monday."
    assert row.basis == "stated"


def test_an_edit_takes_a_promise_back_before_it_is_made(desk: Desk) -> None:
    """What the operator struck from the text is promised to nobody, stated or not."""
    desk.set_rules(ASK_FIRST)
    say(desk, OFFER, stated=OFFER)

    edit_and_approve(desk.kernel, desk.action().id, {"body": "We have no offer."})
    desk.wait(seconds=11)
    desk.turn()

    assert [one.get_content().strip() for one in desk.sent()] == ["We have no offer."]
    assert commitments(desk) == []


@pytest.mark.parametrize(
    ("promise", "later", "states"),
    [
        (OFFER, "Here is the offer.", ["kept"]),
        (OFFER, "Nice weather.", ["open"]),
        ("We'll get back to you.", "It is blue.", ["kept"]),
        (OFFER, "I'll send the offer by next week.", ["replaced", "open"]),
        (OFFER, "I'll send you the invoice tomorrow.", ["open", "open"]),
    ],
)
def test_a_later_reply_keeps_or_renews(
    desk: Desk, promise: str, later: str, states: list[str]
) -> None:
    """In the thread an answer keeps one, a deed that is named keeps one, the same renews it."""
    say(desk, promise, identity="one@company.example")
    desk.wait(hours=1)

    say(desk, later, answers="one@company.example")
    let_go(desk)

    assert [row.state for row in commitments(desk)] == states


def test_a_reply_in_another_thread_keeps_nothing(desk: Desk) -> None:
    """A promise to get back about one matter is not kept by a word about another."""
    say(desk, "We'll get back to you.")
    desk.wait(hours=1)

    say(desk, "It is blue.")

    assert [row.state for row in commitments(desk)] == ["open"]


def test_what_the_operator_sends_from_elsewhere_keeps_a_promise(desk: Desk) -> None:
    """A mail found in Sent is our word as well; it makes no commitment."""
    say(desk, OFFER, identity="one@company.example")
    desk.wait(hours=1)
    mail = Mail(
        text="The offer is on its way. I'll call you tomorrow.",
        sender=DESK,
        to=KIM,
        answers=("one@company.example",),
    )

    desk.deliver(mail, folder="sent")
    desk.take()

    (row,) = commitments(desk)
    (event,) = desk.events("commitment.kept")
    assert row.state == "kept"
    assert row.ended_by == event.causation_id


def test_the_operator_has_the_last_word_once(desk: Desk) -> None:
    """Kept or given up with a reason; what is over can't be ended again."""
    say(desk, OFFER)
    say(desk, "We'll get back to you.")
    first, second = commitments(desk)

    keep(desk.kernel, first.id)
    with pytest.raises(UsageInvalid):
        give_up(desk.kernel, second.id, " ")
    give_up(desk.kernel, second.id, "too busy")

    assert [row.state for row in commitments(desk)] == ["kept", "broken"]
    with pytest.raises(TransitionRefused):
        keep(desk.kernel, second.id)


def test_a_promise_past_its_day_is_a_card_until_it_is_kept(desk: Desk) -> None:
    """One card for all, without a word of the text; it goes when none is left."""
    say(desk, OFFER)
    say(desk, "We'll let you know by Thursday.")
    check_cadence(desk.kernel, "gateway")
    before = notices(desk)

    desk.wait(days=4)
    check_cadence(desk.kernel, "gateway")
    told = notices(desk)
    for row in commitments(desk):
        keep(desk.kernel, row.id)
    check_cadence(desk.kernel, "gateway")

    assert before == []
    assert [str(one["summary"]).partition(",")[0] for one in told] == [
        "2 promises are past the day that was named"
    ]
    assert "offer" not in json.dumps(told)
    assert notices(desk) == []


def notices(desk: Desk) -> list[dict[str, Any]]:
    return [one for one in desk.cards("notice") if "promise" in json.dumps(one)]


def test_who_was_forgotten_is_promised_nothing(desk: Desk) -> None:
    """After an erasure no list and no card names it, and nobody can read the words."""
    say(desk, OFFER)
    (row,) = commitments(desk)
    desk.wait(days=4)

    forget(desk.kernel, row.profile_id)

    with desk.kernel.ledger.view() as view:
        assert commitment_rows(view) == []
    assert not check_cadence(desk.kernel, "gateway")["raised"] or notices(desk) == []


def test_rows_are_the_same_when_folded_anew(desk: Desk) -> None:
    """The fold of the log gives what the transactions gave."""
    say(desk, OFFER, identity="one@company.example")
    desk.wait(hours=1)
    say(desk, "I'll send the offer tomorrow.", answers="one@company.example")
    let_go(desk)
    keep(desk.kernel, commitments(desk)[1].id)
    before = commitments(desk)

    desk.home.ledger.rebuild()

    assert commitments(desk) == before


def test_the_command_line_lists_and_ends(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """List of all, of one and of then; kept and broken by short ids; the person's page."""
    say(desk, OFFER)
    say(desk, "We'll get back to you.")
    first, second = commitments(desk)
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)

    def told(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert main(["memory", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    listed = told("list", "commitments", KIM)["items"]
    kept = told("kept", first.id[-8:])
    broken = told("broken", second.id, "--because", "too busy")
    then = told("list", "commitments", "--known-at", f"#{second.position}")["items"]

    assert [one["text"] for one in listed] == [OFFER, "We'll get back to you."]
    assert listed[0]["due_day"] == "2031-05-09"
    assert [kept["state"], broken["state"], broken["reason"]] == ["kept", "broken", "too busy"]
    assert [one["state"] for one in then] == ["open", "open"]
    assert [kept["version"], *(one["version"] for one in then)] == [2, 1, 1]
    page = person_view(desk.kernel, first.profile_id)["commitments"]
    assert isinstance(page, list)
    assert len(page) == 2
