"""Proves that no page, answer or error tells a word of memory to who has no session."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aios_defs.services.tokens import grant_token
from tests.integration.attacks.crawl import Crawl, doors
from tests.integration.attacks.kit import PAGE, Stage
from tests.integration.leaks.planting import ANN, BOB, Garden, gardens

QUERIES = ("", "?q=a&level=local", f"?q=%27+OR+1%3D1&subject={ANN}&limit=999&after=0&page=-1")
ASKED = {"q": "a", "question": "a", "subject": BOB, "level": "local"}


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """A planted home."""
    yield from gardens(tmp_path_factory.mktemp("doors"), (7,))


@pytest.fixture(scope="module")
def stage(garden: Garden) -> Stage:
    """Its console behind the guard, nobody logged in."""
    return Stage(garden.desk)


def values(garden: Garden) -> list[str]:
    """Return ids of things that there are."""
    desk = garden.desk
    return [garden.id_of(BOB), desk.messages()[0].id, desk.tasks()[0].id]


@pytest.mark.parametrize("way", ["nobody", "token", "forged"])
def test_without_a_session_no_door_tells_a_word(garden: Garden, stage: Stage, way: str) -> None:
    """Every path, with real ids and wild queries, by nobody, a flow's token or a made-up cookie."""
    headers = dict(PAGE)
    if way == "token":
        token = grant_token(garden.desk.kernel, f"flow-{way}", timedelta(days=1))
        headers["authorization"] = f"Bearer {token}"
    client = stage.browser()
    if way == "forged":
        client.cookies.set("aios-console-3000", "x" * 40, domain="127.0.0.1")
    known = values(garden)

    for door in doors("GET"):
        for one in known if door.has_parameters else known[:1]:
            path = door.filled(dict.fromkeys(("id", "profile_id", "message_id", "task_id"), one))
            for query in QUERIES:
                answer = client.get(path.replace("/x", f"/{one}") + query, headers=headers)
                assert garden.found_in(answer.text + str(answer.headers)) == [], path


def test_with_a_session_pages_tell_it_and_logs_do_not(
    garden: Garden, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The search can fail: the operator's own pages hold words; no address and no log line does."""
    client, _ = stage.logged_in()
    with caplog.at_level(logging.DEBUG):
        pages = Crawl(client).run("/inbox", "/people", "/facts", "/messages", "/memory").pages

    assert len({one.place for page in pages.values() for one in garden.found_in(page.text)}) > 3
    assert garden.found_in(caplog.text) == []
    assert [path for path in pages if garden.found_in(path)] == []


def test_a_refused_request_repeats_nothing(garden: Garden, stage: Stage) -> None:
    """Errors of the API, asked with ids of other kinds, hold no word of memory."""
    client, _ = stage.logged_in()
    answers = [
        client.get(door.filled(dict.fromkeys(("id",), one)).replace("/x", f"/{one}"), params=ASKED)
        for door in doors("GET")
        if door.has_parameters and door.pattern.startswith("/api")
        for one in (*values(garden), "%27", "x" * 300)
    ]
    refused = [one for one in answers if one.status_code >= 400]

    assert refused
    assert [one.url.path for one in refused if garden.found_in(one.text)] == []
