"""Proves that a fact shows its source, and that the operator's word on it counts at once."""

from typing import Any

from aios_defs.core.actions import ActionState
from aios_defs.services.approve import approve
from tests.integration.console.kit import Console, words
from tests.integration.desk import ASK_FIRST, Mail


def waiting(console: Console) -> str:
    console.desk.set_rules(ASK_FIRST)
    console.desk.receive(Mail(text="How much is the blue widget?"))
    return console.desk.action().cited_facts[0]


def test_a_fact_shows_value_source_and_who_cites_it(console: Console) -> None:
    """The price, the file it stands in, and the reply that states it."""
    fact_id = waiting(console)

    page = words(console.get(f"/facts/{fact_id}"))

    assert "blue widget, price: €40.00" in page
    assert "from business/facts.yaml" in page
    assert "mail.send" in page.partition("Cited by")[2]


def test_a_correction_replaces_the_reply_that_waits(console: Console) -> None:
    """A browser corrects the price: the reply is superseded, decided anew, and both are linked."""
    fact_id = waiting(console)

    answer = console.post(f"/facts/{fact_id}/correct", f"correct:{fact_id}", value="45 EUR")
    console.desk.decide()

    assert answer.status_code == 303
    assert console.lane.woken == 1
    assert [one.state for one in console.desk.actions()] == [
        ActionState.SUPERSEDED,
        ActionState.AWAITING_APPROVAL,
    ]
    page = words(console.get(answer.headers["location"]))
    assert "€45.00" in page
    assert "facts.yaml says €40.00 differs" in page
    assert "Your word stands as long as this line stays as it is" in page


def test_a_reply_that_went_out_is_marked(console: Console) -> None:
    """Whoever corrects a fact sees what went out with the old one."""
    fact_id = waiting(console)
    approve(console.kernel, console.desk.action().id, window=0)
    console.desk.turn()

    console.post(f"/facts/{fact_id}/correct", f"correct:{fact_id}", value="45 EUR")

    assert "went out with this" in words(console.get(f"/facts/{fact_id}"))


def test_the_trace_shows_the_fact_that_was_replaced(console: Console) -> None:
    """The picture of the new reply holds the superseded decision and the new fact."""
    fact_id = waiting(console)
    console.post(f"/facts/{fact_id}/correct", f"correct:{fact_id}", value="45 EUR")
    console.desk.decide()

    steps = console.json(f"/api/trace/{console.desk.action().id}")["steps"]

    facts = {one["id"]: one for one in steps if one["kind"] == "fact"}
    assert facts[fact_id]["state"].startswith("superseded")
    assert facts[fact_id]["replaced_by"] in facts
    assert "superseded: fact changed" in [one["state"] for one in steps]


def test_a_program_corrects_and_retracts_with_the_nonces_it_was_given(console: Console) -> None:
    """The API returns the fact that holds now; a nonce serves once."""
    fact: Any = console.json(f"/api/facts/{waiting(console)}")
    path = f"/api/facts/{fact['id']}/correct"
    body = {"nonce": fact["nonces"]["correct"], "value": "45.50 EUR"}

    first = console.client.post(path, json=body)
    again = console.client.post(path, json=body)
    held = first.json()
    gone = console.call(f"/api/facts/{held['id']}/retract", f"retract:{held['id']}", reason="over")

    assert held["value"] == "€45.50"
    assert again.status_code == 403
    assert gone.json()["state"] == "retracted"


def test_an_act_without_its_own_nonce_is_refused(console: Console) -> None:
    """No nonce, and one that was made for the other act, change nothing."""
    fact_id = waiting(console)

    answers = [
        console.client.post(f"/facts/{fact_id}/correct", data={"value": "1 EUR"}),
        console.post(f"/facts/{fact_id}/correct", f"retract:{fact_id}", value="1 EUR"),
        console.get(f"/facts/{fact_id}/correct", value="1 EUR"),
    ]

    assert [one.status_code for one in answers] == [403, 403, 405]
    assert console.desk.action().state is ActionState.AWAITING_APPROVAL


def test_a_correction_that_is_no_amount_says_what_is(console: Console) -> None:
    """The refusal shows how to write it, and does not repeat what was written."""
    fact_id = waiting(console)

    answer = console.post(f"/facts/{fact_id}/correct", f"correct:{fact_id}", value="forty-ish")

    assert answer.status_code == 422
    assert "1234.50 EUR" in words(answer)


def test_the_house_lists_its_facts(console: Console) -> None:
    """What the business file says is there, each with a way to its page."""
    page = console.get("/facts")

    assert "blue widget, price" in words(page)
    assert 'href="/facts/' in page.text


def test_an_unknown_fact_is_not_found(console: Console) -> None:
    """No id leads anywhere but to a fact."""
    assert console.get("/facts/nothing").status_code == 404
    assert console.post("/facts/nothing/correct", "correct:nothing", value="x").status_code == 404


def test_half_a_surrogate_pair_is_no_fault(console: Console) -> None:
    """JSON can name what is no Unicode: it is refused or kept readable, never an error of ours."""
    fact_id = waiting(console)
    body = b'{"nonce": "%s", "value": "\\ud800"}' % console.nonce(f"correct:{fact_id}").encode()
    headers = {"content-type": "application/json"}

    answer = console.client.post(f"/api/facts/{fact_id}/correct", content=body, headers=headers)

    assert answer.status_code == 422


def test_the_schema_names_the_acts_of_a_fact(console: Console) -> None:
    """A program finds what a correction takes in the schema."""
    paths = console.json("/api/openapi.json")["paths"]

    body = paths["/api/facts/{fact_id}/correct"]["post"]["requestBody"]
    assert "value" in str(body)
    assert {"/api/activity", "/api/trace/{given}", "/api/people", "/api/messages/{message_id}"} <= {
        *paths
    }
