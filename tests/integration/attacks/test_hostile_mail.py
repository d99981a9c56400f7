"""Proves that no mail acts on who looks at it: on any page that shows it, it is text."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from httpx2 import Response

from aios_defs.core.rows.messages import MessageRow
from tests.integration.attacks.crawl import Crawl
from tests.integration.attacks.hostile_mail import ATTACHMENT, HIDDEN, hostile_mails
from tests.integration.attacks.kit import PAGE, Stage
from tests.integration.desk import ASK_FIRST, Desk

LONGEST_PAGE = 130_000
LOADING = ("src", "srcset", "action", "formaction", "data", "poster", "background", "ping")
FOREIGN = ("iframe", "object", "embed", "base", "style", "applet", "template", "math")
NAMES = tuple(hostile_mails())


class _Looked(HTMLParser):
    """What a browser would do with a page: what it loads, where it leads, what it runs."""

    def __init__(self, page: Response) -> None:
        super().__init__(convert_charrefs=True)
        self.troubles, self.text = list[str](), ""
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is not ours."""
        found = {name: value or "" for name, value in attrs}
        if tag in FOREIGN or (tag == "script" and not found.get("src", "").startswith("/static/")):
            self.troubles.append(f"<{tag}>")
        for name, value in found.items():
            if name.startswith("on") or name in ("style", "http-equiv"):
                self.troubles.append(f"{tag} {name}")
            if name in (*LOADING, "href") and not _is_here(value):
                self.troubles.append(f"{tag} {name}={value[:60]}")

    def handle_data(self, data: str) -> None:
        """Collect what a person reads."""
        self.text += data


def _is_here(value: str) -> bool:
    """Return whether an address leads to this origin, whatever the browser makes of it."""
    begins = value.partition("?")[0].partition("#")[0]
    return ":" not in begins and "\\" not in begins and not begins.startswith("//")


@pytest.fixture
def attacked(desk: Desk, request: pytest.FixtureRequest) -> Stage:
    """A home that took one hostile mail in and decided what to do about it."""
    desk.set_rules(ASK_FIRST)
    desk.put(hostile_mails()[request.param])
    desk.turn()
    return Stage(desk)


@pytest.mark.parametrize("attacked", NAMES, indirect=True)
def test_no_page_runs_or_loads_what_a_mail_brought(attacked: Stage) -> None:
    """Every page within reach: nothing runs, loads, hides or leads away, and none is long."""
    client, _ = attacked.logged_in()
    starts = ["/inbox", "/activity", *(f"/messages/{one.id}" for one in attacked.desk.messages())]

    pages = Crawl(client).run(*starts).pages

    shown = {path: one for path, one in pages.items() if "html" in one.headers["content-type"]}
    assert len(shown) > 5
    for path, page in shown.items():
        looked = _Looked(page)
        assert page.status_code == 200, (path, page.status_code)
        assert not looked.troubles, (path, looked.troubles)
        assert not set(HIDDEN) & set(page.text), path
        assert len(page.content) <= LONGEST_PAGE, (path, len(page.content))


@pytest.mark.parametrize("attacked", ["hidden characters"], indirect=True)
def test_hidden_characters_are_shown_by_their_number(attacked: Stage) -> None:
    """Who reads the mail sees that something was hidden in it."""
    client, _ = attacked.logged_in()
    row = attacked.desk.messages()[0]

    page = client.get(f"/messages/{row.id}", headers=PAGE)

    assert "<U+202E>" in _Looked(page).text


@pytest.mark.parametrize("attacked", [one for one in NAMES if "attachment" in one], indirect=True)
def test_an_attachment_is_a_download_that_can_run_nothing(attacked: Stage) -> None:
    """Whatever it says it is: a file to save, of no type that a browser opens, in a sandbox."""
    client, _ = attacked.logged_in()
    row = attacked.desk.messages()[0]

    answer = _attachment(client.get, row)

    assert answer.content == ATTACHMENT.encode()
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment")
    assert "/" not in disposition.replace("UTF-8''", "").replace("utf-8''", "")
    assert "\u202e" not in disposition
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "html" not in answer.headers["content-type"]
    assert "svg" not in answer.headers["content-type"]


def _attachment(get: Callable[..., Response], row: MessageRow) -> Response:
    answers = [get(f"/messages/{row.id}/attachments/{n}", headers=PAGE) for n in (0, 1)]
    return next(one for one in answers if one.status_code == 200)
