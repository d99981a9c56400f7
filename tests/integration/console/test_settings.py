"""Proves the settings page: what is configured where, a test of the channels, who may come in."""

from dataclasses import replace

import pytest

from aios_defs.services.deliveries import Messengers
from aios_defs.services.sessions import make_link, sessions
from aios_defs.services.tokens import find_token, tokens
from resources.testing.recording_messenger import RecordingMessenger
from tests.integration.console.kit import Console, words
from tests.integration.desk import FILES, Desk


def open_sessions(console: Console) -> set[str]:
    """Return the ids of the sessions that last."""
    return {one.id for one in sessions(console.kernel)}


def test_the_page_says_who_the_operator_is_and_where_to_change_it(console: Console) -> None:
    """Name, business and signature are shown with the file they come from."""
    page = words(console.get("/settings"))

    assert "Pat Operator" in page
    assert "Pat, Widgets" in page
    assert "business/operator.yaml" in page
    assert "Nothing is configured that could tell you" in page


def test_the_page_says_how_much_an_hour_becomes_tasks(desk: Desk) -> None:
    """The usual limits, and those of the senders whom the operator named."""
    named = 'hourly_limits: {senders: {shop@orders.example: 500, "@market.example": 90}}\n'
    desk.write("operator.yaml", FILES["operator.yaml"] + named)
    desk.reopen()
    console = Console(desk)

    page, told = words(console.get("/settings")), console.json("/api/settings")["operator"]

    assert "At most 10 from a stranger, 40 from all strangers of a domain, 60 from" in page
    assert "500 from shop@orders.example, 90 from all strangers of market.example" in page
    assert told["hourly_limits"]["senders"] == {"shop@orders.example": 500, "@market.example": 90}


def test_rules_are_shown_line_by_line_with_what_is_wrong(console: Console) -> None:
    """A mistake stands at its line, and the last good rules stay in force."""
    good = words(console.get("/settings"))
    console.desk.write("policies.yaml", "version: 1\nrules:\n  - id: x\n    action: mail.send\n")

    bad, told = words(console.get("/settings")), console.json("/api/settings")["policy"]

    assert "2 rules in force" in good
    assert "last good rules stay in force" in bad
    assert told["mistakes"][0]["line"] == 3
    assert told["lines"][2]["mistakes"] == [told["mistakes"][0]["message"]]
    assert not told["is_in_force"]


def test_a_changed_business_file_is_noticed(console: Console) -> None:
    """The page says when AIOS does not work with what the files say now, or when they are wrong."""
    console.desk.write("operator.yaml", FILES["operator.yaml"].replace("Pat Operator", "Sam"))
    console.get("/settings")
    console.looked("files")
    changed = words(console.get("/settings"))
    console.desk.write("operator.yaml", "name: 3\ncolour: red\n")
    console.desk.wait(minutes=5)
    console.get("/settings")
    console.looked("files")

    wrong = words(console.get("/settings"))

    assert "changed since AIOS read them" in changed
    assert "colour" in wrong
    assert "will not start anew" in wrong


def test_a_test_goes_over_every_channel(desk: Desk) -> None:
    """The button sends a test, and the page tells what came of it on each channel."""
    fake = RecordingMessenger(kinds=("urgent", "test"))
    desk.home = replace(desk.home, messengers=Messengers(channels=(fake,)))
    console = Console(desk)

    sent = console.post("/settings/notify/test", "notify-test")
    console.looked("telling-test")
    page, told = words(console.get("/settings")), console.json("/api/settings")["notifications"]

    assert (sent.status_code, sent.headers["location"]) == (303, "/settings#notifications")
    assert len(fake.told) == 1
    assert told["test"]["result"]["channels"][0]["state"] == "told"
    assert told["latest"][0]["kind"] == "test"
    assert "told" in page


def test_a_test_without_a_channel_says_what_to_do(console: Console) -> None:
    """Nothing configured is an answer with its remedy, and no button offers a test."""
    answer = console.call("/api/settings/notify/test", "notify-test")

    assert answer.status_code == 422
    assert "operator.yaml" in answer.json()["remedy"]
    assert "Send a test" not in words(console.get("/settings"))


def test_one_session_is_ended_and_the_own_one_leads_to_the_login(console: Console) -> None:
    """Ending another session keeps this one; ending this one leads to the login."""
    other = console.log_in().id

    ended = console.post(f"/settings/sessions/{other}/end", f"end:{other}")
    left = open_sessions(console)
    own = console.post(f"/settings/sessions/{console.session.id}/end", f"end:{console.session.id}")

    assert ended.headers["location"] == "/settings#access"
    assert left == {console.session.id}
    assert own.headers["location"] == "/login"
    assert open_sessions(console) == set()


def test_all_others_are_ended_at_once(console: Console) -> None:
    """Ending all others keeps this session only, and voids links that were not used."""
    for _ in range(3):
        console.log_in()
    link = make_link(console.kernel)

    told = console.call("/api/settings/sessions/others/end", "end:others").json()
    accepted = {"Accept": "application/json"}
    redeemed = console.client.post("/login", data={"token": link}, headers=accepted)

    assert told["ended"] == 3
    assert [one["id"] for one in told["sessions"]] == [console.session.id]
    assert redeemed.status_code == 401


def test_a_session_that_is_not_there_is_not_found(console: Console) -> None:
    """Ending what ended already says so."""
    gone = console.call("/api/settings/sessions/gone/end", "end:gone")

    assert gone.status_code == 404


def test_a_token_is_shown_once_and_revoked(console: Console) -> None:
    """The secret stands in the answer to its grant and on no later page; revoked, it is nothing."""
    granted = console.post("/settings/tokens", "token", name="website-form", days="30")
    (row,) = tokens(console.kernel)
    later = console.get("/settings")
    secret = granted.text.partition('data-copy="')[2].partition('"')[0]
    worked = find_token(console.kernel, secret)
    revoked = console.post(f"/settings/tokens/{row.id}/revoke", f"revoke:{row.id}")

    assert granted.status_code == 200
    assert worked is not None
    assert secret not in later.text
    assert "website-form" in words(later)
    assert revoked.status_code == 303
    assert find_token(console.kernel, secret) is None


def test_a_program_grants_a_token_and_no_secret_is_listed(console: Console) -> None:
    """The API answers a grant with the secret, and its list of settings holds none."""
    made = console.call("/api/settings/tokens", "token", name="shop", days=7).json()

    told = console.get("/api/settings").text

    assert find_token(console.kernel, made["token"]) is not None
    assert made["token"] not in told
    assert "secret" not in told


@pytest.mark.parametrize(("name", "days"), [("Bad Name", "30"), ("good", "0"), ("good", "soon")])
def test_a_token_needs_a_plain_name_and_a_time(console: Console, name: str, days: str) -> None:
    """A name with spaces or a time that is none grants nothing."""
    refused = console.call("/api/settings/tokens", "token", name=name, days=days)

    assert refused.status_code == 422
    assert tokens(console.kernel) == []


@pytest.mark.parametrize(
    "path",
    [
        "/settings/notify/test",
        "/settings/sessions/others/end",
        "/settings/tokens",
        "/health/verify",
        "/health/connectors/mail/trust",
        "/health/connectors/mail/suspend",
        "/workflows/support/run",
        "/pause",
        "/resume",
    ],
)
def test_no_act_of_the_house_works_without_its_nonce(console: Console, path: str) -> None:
    """Neither a form without a nonce nor one with another act's nonce does anything; GET shows."""
    with console.kernel.ledger.view() as view:
        before = view.head()

    bare = console.client.post(path, data={"days": "7", "name": "x"})
    forged = console.post(path, "something else", days="7", name="x")
    shown = console.get(path)

    with console.kernel.ledger.view() as view:
        assert view.head() == before
    assert (bare.status_code, forged.status_code) == (403, 403)
    assert shown.status_code in (404, 405)
