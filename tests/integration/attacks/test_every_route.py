"""Proves over every route of the console: no session, no nonce, no way by GET, no odd id."""

from collections.abc import Callable

import pytest
from httpx2 import Response

from tests.integration.attacks.crawl import Crawl, Door, doors, furnish
from tests.integration.attacks.kit import FORM, PAGE, Stage
from tests.integration.console.kit import ORIGIN
from tests.integration.desk import Desk

OPEN = "/login"
READ = [one for one in doors("GET") if one.pattern != OPEN]
ACT = [one for one in doors("POST") if one.pattern != OPEN]
ODD_IDS = (
    "..", "....//....//etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cwindows", "~root",
    "%252e%252e%252fetc%252fpasswd", "%00", "a%00b", "'%20OR%201=1--", "%22%3E%3Cscript%3E", "con",
    "%E2%80%AE", "%F0%9F%92%A9", "-1", "0", "null", "a" * 3000, "{{7*7}}", "%0d%0aX-Injected:1",
    "*", "%", "%FF%FE", "support%20", ".ledger.db",
)  # fmt: skip


@pytest.fixture
def furnished(desk: Desk) -> Stage:
    """The guarded console over a home with a card of each common kind."""
    furnish(desk)
    return Stage(desk)


def _ids(stage: Stage) -> dict[str, str]:
    """Return a real id for each parameter that a pattern may have."""
    desk = stage.desk
    action, message = desk.action(), desk.messages()[0]
    profile = message.profile_id or "x"
    return {
        "card_id": action.id,
        "given": action.id,
        "name": "support",
        "workflow": "support",
        "kind": "commitments",
        "message_id": message.id,
        "profile_id": profile,
        "session_id": "x",
        "token_id": "x",
    }


def test_no_page_opens_without_a_session(stage: Stage) -> None:
    """A person is led to the login page, a program gets 401, and neither learns anything."""
    for door in READ:
        path = door.filled({})
        page = stage.client.get(path, headers=PAGE)
        asked = stage.client.get(path, headers={"accept": "application/json"})
        assert page.status_code in (303, 401), door
        assert page.headers.get("location", "/login").startswith("/login"), door
        assert asked.status_code == 401, door


def test_the_schema_needs_a_session(stage: Stage) -> None:
    """What the API looks like is nobody else's business."""
    assert stage.client.get("/api/openapi.json").status_code == 401


def test_no_act_is_done_without_a_session(furnished: Stage) -> None:
    """A form from our own origin, but of nobody: refused, and nothing is written."""
    ids, before = _ids(furnished), furnished.head

    for door in ACT:
        answer = furnished.client.post(door.filled(ids), data={"nonce": "x"}, headers=FORM)
        assert answer.status_code == 401, door

    assert furnished.head == before


def test_no_act_is_done_without_its_own_nonce(furnished: Stage) -> None:
    """None, a forged one, one about something else, one of another session: nothing changes."""
    client, session = furnished.logged_in()
    _, stranger = furnished.logged_in()
    before, ids = furnished.head, _ids(furnished)
    for door in ACT:
        for nonce in (
            "",
            "forged",
            f"9999999999.{'a' * 43}.{'0' * 64}",
            furnished.nonce(session, "something else"),
            furnished.nonce(stranger, f"{door.pattern.rpartition('/')[2]}:{ids['card_id']}"),
        ):
            for send in _ways(client.post, door.filled(ids), nonce):
                answer = send()
                assert answer.status_code in (403, 404, 422), (door, answer.text)
                assert furnished.head == before, door


def _ways(
    post: Callable[..., Response], path: str, nonce: str
) -> tuple[Callable[[], Response], Callable[[], Response]]:
    """Return how a browser and how a program would send it."""
    values = {"nonce": nonce, "scope": "all", "reason": "x", "name": "x", "content_hash": "x"}
    return (
        lambda: post(path, data=values, headers=FORM),
        lambda: post(path, json=values, headers={"origin": ORIGIN}),
    )


def test_a_form_is_one_sessions_and_is_sent_once(furnished: Stage) -> None:
    """Every form of every page: another session's is refused; sent again it is refused too."""
    client, _ = furnished.logged_in()
    forms = Crawl(client).run("/inbox", "/workflows", "/health", "/settings", "/digests").forms
    assert len(forms) >= 8, sorted(forms)

    for kind, form in sorted(forms.items(), key=lambda one: "logout" in one[0]):
        other, _ = furnished.logged_in()
        before = furnished.head
        assert form.send(other).status_code == 403, kind
        assert furnished.head == before, kind
        form.send(client)
        before = furnished.head
        again = form.send(client)
        assert again.status_code in (401, 403, 404), (kind, again.status_code)
        assert furnished.head == before, kind


def test_an_approval_of_content_that_was_not_shown_is_refused(furnished: Stage) -> None:
    """The nonce names the content: another hash, or another card, makes it worth nothing."""
    client, session = furnished.logged_in()
    action = furnished.desk.action()
    nonce = furnished.nonce(session, f"approve:{action.id}:{action.content_hash}")
    others = [one.id for one in furnished.desk.actions() if one.id != action.id]
    before = furnished.head

    for card_id, shown in ((action.id, "0" * 64), (others[0], action.content_hash)):
        values = {"nonce": nonce, "content_hash": shown}
        answer = client.post(f"/inbox/{card_id}/approve", data=values, headers=FORM)
        assert answer.status_code == 403
    assert furnished.head == before


def test_a_get_decides_nothing(furnished: Stage) -> None:
    """The address of an act, opened by a link, a preview or a robot, changes nothing."""
    client, session = furnished.logged_in()
    action, before = furnished.desk.action(), furnished.head
    nonce = furnished.nonce(session, f"approve:{action.id}:{action.content_hash}")
    query = {"nonce": nonce, "content_hash": action.content_hash, "scope": "all"}

    for door in ACT:
        for method in ("GET", "HEAD"):
            path = door.filled(_ids(furnished))
            answer = client.request(method, path, params=query, headers=PAGE)
            assert answer.status_code in (200, 303, 404, 405), door
    assert furnished.head == before


def test_no_page_writes_by_being_looked_at(furnished: Stage) -> None:
    """Every page within reach, read twice: the ledger stays where it is."""
    client, _ = furnished.logged_in()
    before = furnished.head

    pages = Crawl(client).run("/inbox", "/workflows", "/health", "/settings", "/digests").pages

    assert len(pages) > 10
    assert {one.status_code for one in pages.values()} <= {200, 303}
    assert furnished.head == before


def test_an_odd_id_is_nothing_and_no_fault(furnished: Stage) -> None:
    """Paths, quotes, markup, controls and lengths in an id: 400 or 404, never a file, never 500."""
    client, _ = furnished.logged_in()
    whole = {one.pattern for one in READ if not one.has_parameters}

    for door in (one for one in READ if one.has_parameters):
        for odd in ODD_IDS:
            answer = client.get(_odd(door, odd), headers=PAGE)
            is_another = answer.request.url.path in whole  # the client itself resolves dots
            assert is_another or answer.status_code in (303, 400, 404, 405, 422), (door, odd)
            assert "x-injected" not in answer.headers
            assert "root:" not in answer.text
            if "html" in answer.headers.get("content-type", ""):
                assert "<script>" not in answer.text, door


def test_an_act_on_an_odd_id_is_nothing_and_no_fault(furnished: Stage) -> None:
    """As above, for what changes something."""
    client, _ = furnished.logged_in()
    before = furnished.head

    for door in (one for one in ACT if one.has_parameters):
        for odd in ODD_IDS:
            answer = client.post(_odd(door, odd), data={"nonce": "x"}, headers=FORM)
            assert 400 <= answer.status_code < 500, (door, odd, answer.status_code)

    assert furnished.head == before


def _odd(door: Door, odd: str) -> str:
    """Return an address of a pattern with an odd id, written as an attacker would."""
    names = [part.strip("{}").partition(":")[0] for part in door.pattern.split("/") if "{" in part]
    return ORIGIN + door.filled(dict.fromkeys(names, odd))
