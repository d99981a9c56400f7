"""Proves that a decision is shown as it is, and that an answer is about exactly what was shown."""

from aios_defs.core.actions import ActionState
from aios_defs.services.approve import approve
from tests.integration.console.kit import Console, words
from tests.integration.desk import ASK_FIRST, KIM, Mail


def asked(console: Console, text: str = "How much is the blue widget?") -> str:
    """Return the id of a decision that waits."""
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(text=text, subject="A price, please"))
    return console.desk.action().id


def hash_of(console: Console, action_id: str) -> str:
    """Return the content hash that a decision's page carries."""
    detail = next(row for row in console.desk.actions() if row.id == action_id)
    return detail.content_hash


def test_the_list_and_the_card_say_who_gets_what(console: Console) -> None:
    """A decision stands in the list; its page shows recipients, subject and the exact text."""
    action_id = asked(console)

    listed = console.get("/inbox")
    page = console.get(f"/inbox/{action_id}")

    assert f'href="/inbox/{action_id}' in listed.text
    assert page.status_code == 200
    assert KIM in words(page)
    assert "40.00" in words(page)
    assert "look-first" in words(page)


def test_approving_opens_the_window_and_wakes_the_lane(console: Console) -> None:
    """The form of the page approves exactly what it showed, and the list comes next."""
    action_id = asked(console)
    shown = hash_of(console, action_id)

    answer = console.post(
        f"/inbox/{action_id}/approve", f"approve:{action_id}:{shown}", content_hash=shown
    )

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/inbox?did=")
    assert console.desk.action().state is ActionState.SCHEDULED
    assert console.lane.woken == 1


def test_another_content_than_the_shown_is_refused(console: Console) -> None:
    """An approval that names another hash than what stands decides nothing."""
    action_id = asked(console)

    answer = console.post(
        f"/inbox/{action_id}/approve", f"approve:{action_id}:other", content_hash="other"
    )

    assert answer.status_code == 409
    assert "not what was shown" in words(answer)
    assert console.desk.action().state is ActionState.AWAITING_APPROVAL


def test_the_second_of_two_deciders_is_told_who_was_first(console: Console) -> None:
    """Whoever approves what was approved meanwhile sees that, and decides nothing."""
    action_id = asked(console)
    shown = hash_of(console, action_id)
    approve(console.kernel, action_id)

    answer = console.post(f"/inbox/{action_id}/reject", f"reject:{action_id}", reason="No")

    assert answer.status_code == 409
    assert "it was approved" in words(answer)
    assert shown == console.desk.action().content_hash
    assert console.desk.action().state is ActionState.SCHEDULED


def test_undo_brings_the_decision_back(console: Console) -> None:
    """Within the window one press takes it back into the inbox."""
    action_id = asked(console)
    approve(console.kernel, action_id)

    answer = console.post(f"/inbox/{action_id}/undo", f"undo:{action_id}")

    assert answer.status_code == 303
    assert console.desk.action().state is ActionState.AWAITING_APPROVAL


def test_undo_after_the_window_says_that_it_left(console: Console) -> None:
    """Too late is said plainly, with the way to the trace."""
    action_id = asked(console)
    approve(console.kernel, action_id)
    console.desk.wait(seconds=11)
    console.desk.turn()

    answer = console.post(f"/inbox/{action_id}/undo", f"undo:{action_id}")

    assert answer.status_code == 409
    assert "it has left" in words(answer)
    assert f'href="/trace/{action_id}"' in answer.text


def test_a_rule_that_was_loosened_since_does_not_claim_to_let_it_go(console: Console) -> None:
    """The card that still waits says so, and not that it goes by itself."""
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(text="How much is the blue widget?"))
    action_id = console.desk.action().id

    console.desk.set_rules(ASK_FIRST.replace("ask", "allow"))
    page = words(console.get(f"/inbox/{action_id}"))

    assert "Your rule “look first” asked, before you loosened it. This one still waits." in page
