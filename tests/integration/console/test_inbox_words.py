"""Proves that the inbox says in plain words what waits and why."""

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.approve import approve
from aios_defs.services.notices import raise_notice
from aios_defs.services.pause import pause
from tests.integration.console.kit import Console, words
from tests.integration.desk import IN_THREAD, KIM, STRANGER, Mail

MINE = """
  - id: trade-mail-is-mine
    action: mail.send
    when: "action.recipients.exists(r, r.endsWith('@company.example'))"
    effect: ask
    why: They resell what I make, so I look first.
"""
OWN_WORDS = "They resell what I make, so I look first."


def waiting(console: Console, rules: str = MINE, *, sender: str = KIM) -> str:
    """Return the id of a decision that waits under these rules."""
    console.desk.set_rules(rules)
    console.desk.receive(Mail(text="How much is the blue widget?", sender=sender))
    return console.desk.action().id


def test_a_group_is_titled_in_words(console: Console) -> None:
    """It names the act, the workflow and the operator's rule, and the rule's id beside."""
    waiting(console)

    (section,) = console.json("/api/inbox")["sections"]

    assert section["title"] == "Send a mail · support · your rule “trade mail is mine”"
    assert "trade-mail-is-mine" in words(console.get("/inbox"))


def test_a_built_in_rule_says_in_the_title_what_it_saw(console: Console) -> None:
    """A stranger's mail is asked, and the title says why without the name of a built-in."""
    waiting(console, sender=STRANGER)

    titles = [one["title"] for one in console.json("/api/inbox")["sections"]]

    assert any("whom it reaches is new" in title for title in titles)
    assert not any("builtin" in title for title in titles)


def test_the_operators_own_words_come_first_and_once(console: Console) -> None:
    """The card and the trace give the rule's `why` once, and no condition outside its text."""
    action_id = waiting(console)

    card, story = (
        words(console.get(f"/inbox/{action_id}")),
        words(console.get(f"/trace/{action_id}")),
    )

    assert f"Why you are asked {OWN_WORDS} Your rule" in card
    for page in (card, story):
        assert page.count(OWN_WORDS) == page.count(f"why: {OWN_WORDS}") + 1
        assert "when action.recipients" not in page


def test_a_fact_to_confirm_says_whose_what_and_which(console: Console) -> None:
    """Its title names the person, what is said of them, and the value."""
    console.desk.write(
        "contacts.csv", "name,address,stage,company\nAda B,ada@new.example,lead,New\n"
    )
    waiting(console, sender="ada@new.example")
    with console.kernel.ledger.view() as view:
        (row,) = view.select(FactRow, state="proposed")

    detail = console.json(f"/api/inbox/{row.id}")

    assert detail["title"] == "Remember that Ada B asked about blue widget?"
    assert detail["title"] in words(console.get("/inbox"))


def test_several_are_rejected_with_one_reason(console: Console) -> None:
    """The form of a batch takes a reason, and each card tells it."""
    action_id = waiting(console)
    page = console.get("/inbox", kind="decision")
    (section,) = console.json("/api/inbox")["sections"]

    console.post(
        "/inbox/batch",
        "batch",
        item=section["cards"][0]["item"],
        answer="reject",
        reason="They were told by telephone",
    )

    assert 'name="reason"' in page.text
    assert "“They were told by telephone”" in words(console.get(f"/inbox/{action_id}"))


def test_the_inbox_leads_to_the_digests(console: Console) -> None:
    """Below what waits stands the way to what each day summed up."""
    assert 'href="/digests"' in console.get("/inbox").text


def test_a_card_offers_to_go_by_loosened_rules(console: Console) -> None:
    """It says that it still waits, and one press lets it go by the rule of today."""
    action_id = waiting(console)
    console.desk.set_rules(IN_THREAD)

    page = words(console.get(f"/inbox/{action_id}"))
    console.post(f"/inbox/{action_id}/retry", f"retry:{action_id}")
    after = words(console.get(f"/inbox/{action_id}"))

    assert "Your rules would let this go by itself today" in page
    assert "It still waits for you until you say so" in page
    assert console.desk.action().state is ActionState.AUTHORISED
    assert "the rules of today let it go, so the same went by them" in after
    assert "See what took its place" in after


def test_a_card_that_was_decided_says_how_to_go_on(console: Console) -> None:
    """Whoever comes too late, or opens what is over, is led to what still waits."""
    action_id = waiting(console)
    approve(console.kernel, action_id)

    late = words(console.post(f"/inbox/{action_id}/reject", f"reject:{action_id}"))
    over = words(console.get(f"/inbox/{action_id}"))

    assert "Nothing was done by this" in late
    assert "Go on with what waits" in late
    assert "Go on with what waits" in over


def test_a_paused_house_says_how_to_go_on(console: Console) -> None:
    """The band names what is paused in words and leads to where it is resumed."""
    console.post("/pause", "brake", scope="all")

    page = words(console.get("/inbox"))

    assert "Paused: everything. Nothing starts until you resume" in page


def test_a_refused_login_says_what_to_do(console: Console) -> None:
    """The band of a held connector is about its login, and leads to the card; nothing is paused."""
    pause(console.kernel, "credential:mail")

    page = words(console.get("/inbox"))

    assert "Login refused: what mail would do is held. What to do" in page
    assert "Paused:" not in page


def test_the_way_in_says_where_it_leads(console: Console) -> None:
    """Whose login ended is told that nothing is lost, and comes back to the page they wanted."""
    page = words(console.get("/login", to="/activity"))

    assert "You come back to the page that you wanted" in page
    assert "aios login" in page


def test_what_to_type_stands_as_code(console: Console) -> None:
    """Words in backticks of a remedy are no letters of the page."""
    remedy = "`aios up` starts it again."
    raise_notice(console.kernel, "silence", "daemon", "Nothing runs.", remedy)
    (card,) = console.desk.cards("notice")

    page = console.get(f"/inbox/{card['id']}")

    assert "<code>aios up</code> starts it again." in page.text
    assert "`aios up`" not in page.text
