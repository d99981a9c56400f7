"""Proves that only a fresh link lets a browser in, into a session that nobody else knows."""

import pytest

from aios_defs.services.attempts import LIMIT
from aios_defs.services.sessions import LINK_LIFE, make_link
from tests.integration.attacks.kit import COOKIE, FORM, PAGE, Stage
from tests.integration.console.kit import words

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/ /evil.example",
    "/\u2028/evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "/inbox\r\nSet-Cookie: x=1",
    "inbox",
    "",
    "/" + "a" * 3000,
)


def test_a_link_lets_in_once(stage: Stage) -> None:
    """The page sends the link's secret; sent again it is refused, and the page says so."""
    token = make_link(stage.kernel)
    first, second = stage.browser(), stage.browser()

    page = first.get(f"/login?token={token}", headers=PAGE)
    answer = stage.log_in_by_form(first, token=token)
    again = stage.log_in_by_form(second, token=token)

    assert f'value="{token}"' in page.text
    assert answer.status_code == 303
    assert first.get("/nowhere", headers=PAGE).status_code == 404
    assert again.status_code == 401
    assert "unknown, was used, or is too old" in words(again)
    assert COOKIE not in second.cookies


def test_whoever_is_in_already_is_led_on_by_a_used_link(stage: Stage) -> None:
    """The link in the terminal, followed again: the session stays, and nothing has to be mended."""
    client, token = stage.browser(), make_link(stage.kernel)
    stage.log_in_by_form(client, token=token)
    held = client.cookies[COOKIE]

    again = stage.log_in_by_form(client, token=token)

    assert again.status_code == 303
    assert again.headers["location"] == "/inbox"
    assert client.cookies[COOKIE] == held


def test_looking_at_a_link_does_not_use_it_up(stage: Stage) -> None:
    """Robots, previews and a second tab only see the page; nothing is written."""
    token, before = make_link(stage.kernel), stage.head

    for _ in range(3):
        stage.client.get(f"/login?token={token}", headers=PAGE)
        stage.client.request("HEAD", f"/login?token={token}")

    assert stage.head == before
    assert stage.log_in_by_form(stage.client, token=token).status_code == 303


def test_a_link_is_worth_nothing_after_ten_minutes(stage: Stage) -> None:
    """What lies in a terminal's history lets nobody in."""
    token = make_link(stage.kernel)
    stage.desk.wait(seconds=LINK_LIFE.total_seconds())

    assert stage.log_in_by_form(stage.client, token=token).status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stage: Stage) -> None:
    """HttpOnly and SameSite; behind a public https address Secure and bound to the host too."""
    public = Stage(stage.desk, origin="https://aios.example")

    plain = stage.log_in_by_form(stage.client).headers["set-cookie"]
    client = public.client
    data = {"token": make_link(stage.kernel)}
    secure = client.post("/login", data=data, headers={"origin": public.origin})

    assert plain.startswith(f"{COOKIE}=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Domain" not in plain
    cookie = secure.headers["set-cookie"]
    assert cookie.startswith("__Host-aios-console=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie


def test_a_session_that_somebody_planted_is_not_taken_over(stage: Stage) -> None:
    """A login always opens a new session (fixation), and ends the one the browser had."""
    client, planted = stage.logged_in()
    before = client.cookies[COOKIE]

    stage.log_in_by_form(client)

    assert client.cookies[COOKIE] != before
    assert stage.session(before) is None
    fresh = stage.session(client.cookies[COOKIE])
    assert fresh is not None
    assert fresh.id != planted.id


def test_a_cookie_that_no_login_gave_opens_nothing(stage: Stage) -> None:
    """A secret of an attacker's choice never becomes a session, by a login neither."""
    stage.client.cookies.set(COOKIE, "a" * 43)

    assert stage.client.get("/nowhere", headers=PAGE).status_code == 303
    stage.log_in_by_form(stage.client)
    assert stage.session("a" * 43) is None


@pytest.mark.parametrize("to", ELSEWHERE)
def test_a_login_leads_nowhere_else(stage: Stage, to: str) -> None:
    """The page after the login is one of ours, whatever the link says."""
    shown = stage.client.get("/login", params={"to": to}, headers=PAGE)
    answer = stage.log_in_by_form(stage.client, to=to)

    assert answer.headers["location"] == "/inbox"
    assert 'name="to" value="/inbox"' in shown.text


def test_a_login_leads_to_the_page_that_was_asked_for(stage: Stage) -> None:
    """A link in a mail opens what it names, with the login in between."""
    answer = stage.log_in_by_form(stage.client, to="/inbox/abc?x=1")

    assert answer.headers["location"] == "/inbox/abc?x=1"


def test_guessing_is_slowed_down_and_recorded(stage: Stage) -> None:
    """After ten wrong links the answer is to wait; the ledger has two events; a right one works."""
    answers = [stage.log_in_by_form(stage.client, token=f"{n:043}") for n in range(LIMIT + 5)]

    assert [one.status_code for one in answers] == [401] * LIMIT + [429] * 5
    assert 0 < int(answers[-1].headers["retry-after"]) <= 600
    assert len(stage.desk.events("login.refused")) == 2
    assert stage.log_in_by_form(stage.client).status_code == 303


def test_a_login_from_another_site_is_refused(stage: Stage) -> None:
    """Nobody can log a browser in to a session of theirs."""
    data = {"token": make_link(stage.kernel)}

    answer = stage.client.post("/login", data=data, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403
    assert COOKIE not in stage.client.cookies


def test_a_logout_ends_the_session(stage: Stage) -> None:
    """Afterwards the same cookie opens nothing, and the browser forgets it."""
    client, session = stage.logged_in()
    secret, data = client.cookies[COOKIE], {"nonce": stage.nonce(session, "logout")}

    answer = client.post("/logout", data=data, headers=FORM)

    assert answer.headers["location"].startswith("/login")
    assert stage.session(secret) is None
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_markup_in_a_login_link_stays_text(stage: Stage) -> None:
    """A link that carries markup shows it as text."""
    mark = '"><script>alert(1)</script>'

    page = stage.client.get("/login", params={"token": mark, "to": f"/{mark}"}, headers=PAGE)

    assert "<script>alert" not in page.text
