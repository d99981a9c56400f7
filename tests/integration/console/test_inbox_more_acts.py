"""Proves the other acts on decisions: edit, batches, later, and what the API adds."""

from datetime import timedelta

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import reject
from aios_defs.services.nonces import shown_mark
from tests.integration.console.kit import Console, words
from tests.integration.desk import ASK_FIRST, KIM, LOU, Mail

NO_WILD_WORDS = """
  - id: never-wild
    action: mail.send
    when: "action.recipients.exists(r, r == 'wild@elsewhere.example')"
    effect: deny
"""


def wait(console: Console, count: int = 1) -> list[ActionRow]:
    """Let that many decisions wait, and return them."""
    console.desk.set_rules(ASK_FIRST + NO_WILD_WORDS)
    for number in range(count):
        sender = (KIM, LOU)[number % 2]
        console.desk.deliver(Mail(text="How much is the blue widget?", sender=sender))
    console.desk.turn()
    return console.desk.actions()


def item(console: Console, about: str) -> str:
    """Return what the checkbox of a decision sends, that was listed with this hash."""
    return f"{about}:{shown_mark(console.kernel, console.session.id, about)}"


def items(console: Console, rows: list[ActionRow]) -> list[str]:
    """Return what the checkboxes of these decisions send."""
    return [item(console, f"{row.id}:{row.content_hash}") for row in rows]


def edit(console: Console, row: ActionRow, **fields: str):  # noqa: ANN201 - a response
    """Send the form of an edit."""
    about = f"edit:{row.id}:{row.content_hash}"
    given = {f"field.{name}": value for name, value in fields.items()}
    return console.post(f"/inbox/{row.id}/edit", about, content_hash=row.content_hash, **given)


def test_an_edit_takes_the_place_of_the_decision_and_is_approved(console: Console) -> None:
    """What was written in the form is what leaves; the page of the new one shows the difference."""
    (row,) = wait(console)

    answer = edit(console, row, body="It costs 40.00 EUR.\n\nPat")

    edited = console.desk.action()
    assert answer.status_code == 303
    assert edited.state is ActionState.SCHEDULED
    assert console.desk.arguments(edited)["body"] == "It costs 40.00 EUR.\n\nPat"
    page = words(console.get(f"/inbox/{edited.id}"))
    assert "What the edit changed" in page
    assert "was: Hello Kim," in page


def test_an_edit_that_policy_denies_keeps_what_was_typed(console: Console) -> None:
    """The form comes back with the text and the rule; the decision stands as it was."""
    (row,) = wait(console)

    answer = edit(console, row, to="wild@elsewhere.example", body="Typed with care")

    assert answer.status_code == 403
    assert "never-wild" in words(answer)
    assert "Typed with care" in answer.text
    assert console.desk.action().state is ActionState.AWAITING_APPROVAL


def test_an_edit_that_meets_a_new_rule_is_shown_again(console: Console) -> None:
    """A recipient nobody knows makes another rule speak: the new text waits to be looked at."""
    (row,) = wait(console)

    answer = edit(console, row, to="nobody@unknown.example")

    edited = console.desk.action()
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/inbox/{edited.id}?again=1"
    assert edited.state is ActionState.AWAITING_APPROVAL
    assert "nobody@unknown.example is new" in words(console.get(f"/inbox/{edited.id}"))


def test_an_edit_that_makes_no_sense_is_refused_with_words(console: Console) -> None:
    """No address is no recipient; nothing changes."""
    (row,) = wait(console)

    answer = edit(console, row, to="not an address")

    assert answer.status_code == 422
    assert "unusable arguments" in words(answer)
    assert console.desk.action().id == row.id


def test_a_batch_with_one_that_was_decided_meanwhile(console: Console) -> None:
    """Each item has its own approval; the stale one is reported beside those that were done."""
    rows = wait(console, 3)
    reject(console.kernel, rows[1].id, "no")

    answer = console.call("/inbox/batch", "batch", item=items(console, rows), answer="approve")

    states = [row.state for row in console.desk.actions()]
    assert (answer.json()["done"], answer.json()["failed"]) == (2, 1)
    assert answer.json()["results"][1]["error"] == "approval_stale"
    assert states == [ActionState.SCHEDULED, ActionState.REJECTED, ActionState.SCHEDULED]


def test_a_batch_by_form_says_what_became_of_each_and_undoes_all(console: Console) -> None:
    """The page after a batch names every recipient, and one press takes all back."""
    rows = wait(console, 3)

    answer = console.post("/inbox/batch", "batch", item=items(console, rows), answer="approve")
    page = console.client.get(answer.headers["location"])
    undone = console.post("/inbox/batch", "batch", item=items(console, rows), answer="undo")

    assert answer.status_code == undone.status_code == 303
    assert words(page).count(KIM) >= 1
    assert "Undo all" in words(page)
    assert {row.state for row in console.desk.actions()} == {ActionState.AWAITING_APPROVAL}


def test_a_batch_takes_only_what_was_listed_to_its_session(console: Console) -> None:
    """An item that was put together, or listed to another session, refuses the whole batch."""
    rows = wait(console, 2)
    listed, bare = items(console, rows[:1]), f"{rows[1].id}:{rows[1].content_hash}"
    other = shown_mark(console.kernel, console.log_in().id, bare)

    for forged in (bare, f"{bare}:{other}", listed[0].replace(rows[0].id, rows[1].id)):
        answer = console.call("/inbox/batch", "batch", item=[*listed, forged], answer="approve")
        assert answer.status_code == 403

    assert {one.state for one in console.desk.actions()} == {ActionState.AWAITING_APPROVAL}


def test_a_program_sends_the_items_of_the_list(console: Console) -> None:
    """What the API lists is what its batch takes."""
    wait(console, 2)
    listed = console.json("/api/inbox")
    chosen = [card["item"] for section in listed["sections"] for card in section["cards"]]

    answer = console.call("/api/inbox/batch", "batch", item=chosen, answer="reject")

    assert (answer.json()["done"], answer.json()["failed"]) == (2, 0)


def test_a_batch_item_with_another_hash_is_refused_alone(console: Console) -> None:
    """A wrong hash approves nothing, and does not stop the others."""
    rows = wait(console, 2)
    chosen = [item(console, f"{rows[0].id}:wrong"), *items(console, rows[1:])]

    answer = console.call("/inbox/batch", "batch", item=chosen, answer="approve")

    assert answer.json()["failed"] == 1
    states = [row.state for row in console.desk.actions()]
    assert states == [ActionState.AWAITING_APPROVAL, ActionState.SCHEDULED]


def test_a_card_set_aside_comes_back_by_itself(console: Console) -> None:
    """It leaves list and count, stands under `later`, and is there again after its moment."""
    (row,) = wait(console)

    console.post(f"/inbox/{row.id}/later", f"later:{row.id}", until="hour")

    assert console.json("/api/inbox")["total"] == 0
    assert console.json("/api/inbox")["aside"] == 1
    later = console.json("/api/inbox", kind="later")
    assert [card["id"] for card in later["sections"][0]["cards"]] == [row.id]
    console.desk.wait(minutes=61)
    assert console.json("/api/inbox")["total"] == 1


def test_a_card_is_back_an_hour_before_it_expires(console: Console) -> None:
    """Setting aside past the expiry would lose the answer, so it is back in time."""
    (row,) = wait(console)

    answer = console.call(f"/inbox/{row.id}/later", f"later:{row.id}", until="2031-03-20T09:00")

    assert answer.status_code in (200, 422)
    console.desk.wait(hours=23, minutes=1)
    assert console.json("/api/inbox")["total"] == 1


def test_a_card_set_aside_can_be_brought_back(console: Console) -> None:
    """Its page says until when, and shows it again at one press."""
    (row,) = wait(console)
    console.post(f"/inbox/{row.id}/later", f"later:{row.id}", until="tomorrow")

    page = words(console.get(f"/inbox/{row.id}"))
    console.post(f"/inbox/{row.id}/back", f"back:{row.id}")

    assert "Set aside" in page
    assert console.json("/api/inbox")["aside"] == 0


def test_the_api_decides_with_the_nonces_it_gave(console: Console) -> None:
    """A program reads a card, and approves it with the nonce and the hash that came with it."""
    (row,) = wait(console)
    card = console.json(f"/api/inbox/{row.id}")

    answer = console.client.post(
        f"/api/inbox/{row.id}/approve",
        json={
            "nonce": card["nonces"]["approve"],
            "content_hash": card["preview"]["content_hash"],
        },
    )

    assert answer.status_code == 200
    assert answer.json()["state"] == "scheduled"
    assert answer.json()["due_at"]


def test_a_nonce_is_good_for_one_approval(console: Console) -> None:
    """The same form sent again is refused, and says that it was sent before."""
    (row,) = wait(console)
    nonce = console.json(f"/api/inbox/{row.id}")["nonces"]["approve"]
    sent = {"nonce": nonce, "content_hash": row.content_hash}

    first = console.client.post(f"/api/inbox/{row.id}/approve", json=sent)
    second = console.client.post(f"/api/inbox/{row.id}/approve", json=sent)

    assert (first.status_code, second.status_code) == (200, 403)
    assert second.json()["code"] == "nonce_refused"
    assert second.json()["reason"] == "used"


def test_the_schema_names_every_act(console: Console) -> None:
    """A program finds each act with what it takes in the OpenAPI schema."""
    paths = console.json("/api/openapi.json")["paths"]

    approve = paths["/api/inbox/{card_id}/approve"]["post"]
    assert {"/api/inbox", "/api/inbox/{card_id}", "/api/inbox/batch"} <= set(paths)
    assert "content_hash" in str(approve["requestBody"])
    assert "get" not in paths["/api/inbox/{card_id}/approve"]


def test_looking_never_decides(console: Console) -> None:
    """A GET on the address of an act is no page and does nothing."""
    (row,) = wait(console)

    answers = [console.get(f"/inbox/{row.id}/{act}") for act in ("approve", "reject", "undo")]

    assert {one.status_code for one in answers} == {405}
    assert console.desk.action().state is ActionState.AWAITING_APPROVAL


def test_search_finds_by_sender_subject_and_text(console: Console) -> None:
    """A word of the subject, or the sender's name, finds the card; another word finds none."""
    wait(console, 2)

    by_name = console.json("/api/inbox", q="lou b")
    by_subject = console.json("/api/inbox", q="QUESTION")
    nothing = console.json("/api/inbox", q="zebra")

    assert by_name["sections"][0]["count"] == 1
    assert by_subject["sections"][0]["count"] == 2
    assert nothing["sections"] == []
    assert nothing["unread"] == 0


def test_what_expires_soon_stands_first(console: Console) -> None:
    """Three hours before its end a decision leads the list."""
    wait(console)
    console.desk.clock.advance(timedelta(hours=21))

    sections = console.json("/api/inbox")["sections"]

    assert sections[0]["title"] == "Expiring soon"


def test_a_text_typed_for_a_decision_that_is_over_is_not_lost(console: Console) -> None:
    """Somebody was first: the page says so, and still shows what was typed."""
    (row,) = wait(console)
    reject(console.kernel, row.id, "They called.")

    answer = edit(console, row, body="Typed with care")

    assert answer.status_code == 409
    assert "it was rejected" in words(answer)
    assert "Typed with care" in words(answer)
    assert "They called." in words(answer)


def test_a_customer_who_wrote_again_is_named_as_the_reason(console: Console) -> None:
    """A decision that the world has moved past says why, and leads to what took its place."""
    (row,) = wait(console)
    console.desk.deliver(
        Mail(text="How much is the blue widget, again?", answers=("mail-1@outside.example",))
    )
    console.desk.turn()
    about = f"approve:{row.id}:{row.content_hash}"

    answer = console.post(f"/inbox/{row.id}/approve", about, content_hash=row.content_hash)

    assert answer.status_code == 409
    assert "the customer wrote again" in words(answer)
    assert f'href="/inbox/{console.desk.action().id}"' in answer.text
