"""Owns walking over the console: a furnished home, every route, every page, every form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from httpx2 import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from aios_defs.console.acts import ACTS
from aios_defs.console.app import API, PAGES
from tests.integration.attacks.kit import FORM, PAGE
from tests.integration.desk import ASK_FIRST, STRANGER, Desk, Mail

_EACH = 3
"""How many pages of one kind are visited: the rest are the same page about other things."""
_LEAVING = re.compile(r"/(?:dagster|login|logout|static|live)\b")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


def furnish(desk: Desk) -> None:
    """Let a decision, a question, a stranger, a quarantined mail and a ready reply be there."""
    desk.set_rules(ASK_FIRST)
    desk.deliver(Mail(text="How much is the blue widget?"))
    desk.deliver(Mail(text="How much is the green widget?"))
    desk.deliver(Mail(text="How much is the blue widget, please?", sender=STRANGER))
    desk.put(b"\0" * 200)
    desk.turn()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One method at one pattern of the console's addresses."""

    method: str
    pattern: str

    def filled(self, values: Mapping[str, str]) -> str:
        """Return an address of the pattern."""
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda one: values.get(one[1], "x"), self.pattern)

    @property
    def has_parameters(self) -> bool:
        """Whether the pattern leaves something open."""
        return "{" in self.pattern


def doors(*methods: str) -> list[Door]:
    """Return every door of the console, pages and API; one for each act on a card."""
    found = [
        Door(method=method, pattern=route.path)
        for router in (*PAGES, *API)
        for route in router.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
        if method in methods
    ]
    return [one for door in found for one in _acts(door)]


def _acts(door: Door) -> Iterator[Door]:
    if "{act}" not in door.pattern:
        yield door
        return
    for act in ACTS:
        yield Door(method=door.method, pattern=door.pattern.replace("{act}", act))


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as a page shows it: where it goes and what it carries."""

    action: str
    values: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> str:
        """The form's address with ids left out."""
        return _ID.sub("*", self.action)

    def send(self, client: TestClient, **changes: str) -> Response:
        """Send it as a browser does."""
        return client.post(self.action, data={**dict(self.values), **changes}, headers=FORM)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links, self.forms, self._path = list[str](), list[Form](), path
        self._action: str | None = None
        self._values = list[tuple[str, str]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(urljoin(self._path, found["href"]))
        if tag == "form" and found.get("method") == "post":
            self._action, self._values = urljoin(self._path, found.get("action", "")), []
        if self._action is None or "name" not in found:
            return
        if tag in ("input", "textarea"):
            self._values.append((found["name"], found.get("value", "some words")))
        elif tag == "button" and found["name"] not in dict(self._values):
            self._values.append((found["name"], found.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._action is not None:
            self.forms.append(Form(action=self._action, values=tuple(self._values)))
            self._action = None


@dataclass(slots=True)
class Crawl:
    """What a session finds by following links: pages by address, one form of each kind."""

    client: TestClient
    pages: dict[str, Response] = field(default_factory=dict[str, Response])
    forms: dict[str, Form] = field(default_factory=dict[str, Form])
    _seen: dict[str, int] = field(default_factory=dict[str, int])

    def run(self, *starts: str) -> "Crawl":
        """Visit what is within reach."""
        waiting = list(starts or ("/inbox",))
        while waiting:
            path = waiting.pop(0)
            if self._is_new(path):
                waiting += self._visit(path)
        return self

    def _is_new(self, path: str) -> bool:
        parts = urlsplit(path)
        if parts.netloc or parts.scheme or _LEAVING.match(parts.path) or path in self.pages:
            return False
        kind = _ID.sub("*", parts.path) + "?" * bool(parts.query)
        self._seen[kind] = self._seen.get(kind, 0) + 1
        return self._seen[kind] <= _EACH

    def _visit(self, path: str) -> list[str]:
        page = self.client.get(path, headers=PAGE)
        self.pages[path] = page
        if not page.headers.get("content-type", "").startswith("text/html"):
            return []
        reader = _Reader(path)
        reader.feed(page.text)
        for form in reader.forms:
            self.forms.setdefault(form.kind, form)
        return [one.partition("#")[0] for one in reader.links]
