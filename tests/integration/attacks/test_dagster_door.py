"""Proves that Dagster's pages open by a ticket from the console only, and stay apart from it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.websockets import WebSocketDisconnect

from aios_defs.console.watch import LOOK_AGAIN_SECONDS
from aios_defs.gateway.dagster_origin import ENTER
from aios_defs.services.sessions import TICKET_LIFE, end_session
from tests.integration.attacks.dagster_kit import ASKED, COOKIE, HANDED, PAGES, DagsterStage
from tests.integration.attacks.kit import COOKIE as CONSOLE_COOKIE
from tests.integration.attacks.kit import PAGE, Stage
from tests.integration.console.kit import ORIGIN


def test_who_has_no_session_is_sent_through_the_console(pages: DagsterStage) -> None:
    """A link into Dagster's pages keeps the page it names; a program gets 401."""
    answer = pages.browser().get("/runs/abc?tab=x", headers=PAGE)
    fetched = pages.browser().post("/graphql", json={"query": "{ version }"}, headers=ASKED)

    place = urlsplit(answer.headers["location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{ORIGIN}/dagster"
    assert parse_qs(place.query) == {"to": ["/runs/abc?tab=x"]}
    assert fetched.status_code == 401


def test_the_console_leads_in_by_one_form(pages: DagsterStage) -> None:
    """The page of the console carries a ticket, and may send its form to that origin only."""
    console = Stage(pages.stage.desk, dagster_origin=PAGES)
    client, _ = console.logged_in()

    page = client.get("/dagster", params={"to": "/runs/abc"}, headers=PAGE)
    found = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert found is not None
    browser = pages.browser()
    answer = pages.enter(browser, found[1], "/runs/abc")

    assert f'action="{PAGES}{ENTER}"' in page.text
    assert f"form-action {PAGES};" in page.headers["content-security-policy"]
    assert answer.headers["location"] == "/runs/abc"
    assert browser.get("/runs/abc", headers=PAGE).status_code == 200


def test_a_ticket_works_once(pages: DagsterStage) -> None:
    """Sent again, by whomever, it is refused and counted."""
    ticket = pages.ticket()
    pages.enter(pages.browser(), ticket)
    other = pages.browser()

    answer = pages.enter(other, ticket)

    assert answer.status_code == 401
    assert COOKIE not in other.cookies
    assert pages.stage.desk.events("login.refused")


def test_a_ticket_is_worth_nothing_after_a_minute(pages: DagsterStage) -> None:
    """An old page of the console leads nowhere."""
    ticket = pages.ticket()
    pages.stage.desk.wait(seconds=TICKET_LIFE.total_seconds())

    assert pages.enter(pages.browser(), ticket).status_code == 401


def test_a_ticket_in_an_address_does_nothing(pages: DagsterStage) -> None:
    """Only the form's POST redeems it, so no history, log or preview can."""
    ticket = pages.ticket()

    answer = pages.browser().get(f"{ENTER}?ticket={ticket}", headers=PAGE)

    assert answer.headers["location"] == f"{ORIGIN}/dagster?to=/"
    assert pages.enter(pages.browser(), ticket).status_code == 303


def test_a_login_link_is_no_ticket_and_a_ticket_no_login(pages: DagsterStage) -> None:
    """Each secret opens its own door only."""
    answer = pages.stage.log_in_by_form(pages.stage.browser(), token=pages.ticket())

    assert answer.status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:3002"])
def test_a_form_of_another_origin_does_not_enter(pages: DagsterStage, origin: str) -> None:
    """Nobody can put a browser into a session of theirs."""
    browser = pages.browser()
    data = {"ticket": pages.ticket(), "to": "/"}

    answer = browser.post(ENTER, data=data, headers={**HANDED, "origin": origin})

    assert answer.status_code == 403
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_in_leads_nowhere_else(pages: DagsterStage, to: str) -> None:
    """What the form names is a page of Dagster's, or its first."""
    assert pages.enter(pages.browser(), pages.ticket(), to).headers["location"] == "/"


def test_the_cookies_of_the_two_origins_are_two(pages: DagsterStage) -> None:
    """Each origin's secret is worth nothing at the other, even under its name."""
    console, _ = pages.stage.logged_in()
    browser = pages.browser()
    browser.cookies.set(COOKIE, console.cookies[CONSOLE_COOKIE], domain="127.0.0.1")
    console.cookies.set(CONSOLE_COOKIE, pages.client.cookies[COOKIE], domain="127.0.0.1")

    assert browser.get("/runs", headers=PAGE).status_code == 303
    assert console.get("/nowhere", headers=PAGE).status_code == 303


def test_the_console_origin_may_enter_and_nothing_else(pages: DagsterStage) -> None:
    """A script at the console's origin can't ask GraphQL, and the other way round."""
    console, session = pages.stage.logged_in()
    asked = pages.client.post(
        "/graphql", json={"query": "{ version }"}, headers={**ASKED, "origin": ORIGIN}
    )
    data = {"nonce": pages.stage.nonce(session, "logout")}
    posted = console.post("/logout", data=data, headers={"origin": PAGES})

    assert asked.status_code == posted.status_code == 403


def test_the_end_of_the_console_session_ends_this_one(pages: DagsterStage) -> None:
    """Who logs out of the console is out of Dagster's pages too."""
    end_session(pages.stage.kernel, pages.session.id)

    assert pages.client.get("/runs", headers=PAGE).status_code == 303


@pytest.mark.parametrize("host", ["evil.example:3001", "127.0.0.1:3000", "127.0.0.1"])
def test_a_foreign_host_reaches_no_page_of_dagsters(pages: DagsterStage, host: str) -> None:
    """A rebound name is refused here too."""
    assert pages.client.get("/runs", headers={**PAGE, "host": host}).status_code == 403


def test_a_page_of_dagsters_loads_nothing_from_elsewhere(pages: DagsterStage) -> None:
    """Beside Dagster's own policy stands ours: no foreign image, no frame, no call elsewhere."""
    page = pages.client.get("/runs", headers=PAGE)

    policies = page.headers.get_list("content-security-policy")
    assert len(policies) == 2
    assert "connect-src 'self'" in policies[1]
    assert "frame-ancestors 'none'" in policies[1]
    assert page.headers["x-frame-options"] == "DENY"


def test_a_websocket_needs_a_session_and_our_own_origin(pages: DagsterStage) -> None:
    """Without one, or from another page, it is closed before it opens."""
    for client, origin in (
        (pages.browser(), PAGES),
        (pages.client, ORIGIN),
        (pages.client, "https://evil.example"),
        (pages.client, "null"),
    ):
        with pytest.raises(WebSocketDisconnect), pages.listen(client, origin):
            pass


def test_a_websocket_ends_with_its_session(pages: DagsterStage) -> None:
    """What is open when somebody logs out is closed at its next word."""
    with pages.listen() as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json() == {"type": "connection_ack"}
        end_session(pages.stage.kernel, pages.session.id)
        pages.stage.desk.wait(seconds=LOOK_AGAIN_SECONDS)
        socket.send_json({"type": "connection_init"})
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()
