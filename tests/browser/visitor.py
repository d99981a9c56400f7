"""Owns a visitor: one browser context that remembers everything that went wrong in it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from re import Pattern
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    expect,
)

from tests.browser.chromium import PATIENCE_MS
from tests.browser.devices import DESKTOP, Device, Scheme

_MOST_TABS, _MOST_NAVIGATIONS = 150, 5
_GRAVE = {"serious", "critical"}
_UNDER_THE_BAR = "because it is partially obscured"
"""What is scrolled under the bar at the thumb can be scrolled out again."""
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@dataclass(slots=True, kw_only=True)
class Visitor:
    """A person with a device in front of a site, at `origin`.

    `troubles` are console errors, refusals by the content security policy, script errors and
    requests beyond this machine; `allowed` are patterns of those that a test provokes.
    """

    origin: str
    context: BrowserContext
    page: Page
    device: Device
    has_keys_only: bool = False
    troubles: list[str] = field(default_factory=list[str])
    allowed: list[str] = field(default_factory=list[str])

    def open(self, path: str) -> None:
        """Go to a page of the site, as by its address."""
        self._go(f"{self.origin}{path}")

    @property
    def path(self) -> str:
        """Where the visitor is, without the origin."""
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def act(self, name: str | Pattern[str], *, role: Any = "button", key: str = "") -> None:  # noqa: ANN401 - playwright's literal
        """Do what has this role and name: by touch, by mouse, or by its key alone."""
        self.use(self.page.get_by_role(role, name=name).first, key=key)

    def unfold(self, words: str, *, key: str = "") -> None:
        """Open what is folded away under these words."""
        self.use(self.page.locator("summary", has_text=words).first, key=key)

    def use(self, target: Locator, *, key: str = "") -> None:
        """Touch, click or press what is there."""
        expect(target).to_be_visible()
        if self.has_keys_only and key:
            self.page.keyboard.press(key)
        elif self.has_keys_only:
            self.reach(target)
            self.page.keyboard.press("Enter")
        elif self.device.is_touched:
            target.tap()
        else:
            target.click()

    def reach(self, target: Locator) -> None:
        """Move the focus there as someone without a mouse does."""
        for _ in range(_MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {target}")

    def tick(self, box: Locator) -> None:
        """Tick a box."""
        if self.has_keys_only:
            self.reach(box)
            self.page.keyboard.press("Space")
        else:
            box.check()

    def write(self, label: str, text: str) -> None:
        """Replace what stands in a field."""
        field_ = self.page.get_by_label(label).first
        if not self.has_keys_only:
            field_.fill(text)
            return
        self.reach(field_)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def sees(self, words: str) -> bool:
        """Return whether the page shows these words."""
        return words in self.page.locator("body").inner_text()

    def allow(self, pattern: str) -> None:
        """Expect a trouble that a test provokes, such as `status of 409`."""
        self.allowed.append(pattern)

    def unexpected(self) -> list[str]:
        """Return the troubles that no test allowed."""
        return [
            one for one in self.troubles if not any(re.search(rule, one) for rule in self.allowed)
        ]

    def barriers(self) -> list[str]:
        """Return what an accessibility checker finds serious or critical on the page."""
        options = {"resultTypes": ["violations"], "runOnly": list(_TAGS)}
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found
            if one["impact"] in _GRAVE
            for node in one["nodes"]
            if _UNDER_THE_BAR not in node["failureSummary"]
        ]

    def overhang(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        wide, screen = self.page.evaluate(_WIDTHS)
        return max(0, wide - screen)

    def leave(self) -> None:
        """Close the context, once the page has come to rest: closing amid a navigation can hang."""
        self._go("about:blank")
        self.context.close()

    def _go(self, address: str) -> None:
        """Go somewhere, after whatever navigation an act has just begun."""
        for _ in range(_MOST_NAVIGATIONS):
            try:
                self.page.goto(address, wait_until="load")
            except Error as error:
                if "interrupted by another navigation" not in error.message:
                    raise
            else:
                return

    def picture(self, file: Path) -> None:
        """Keep a picture of the whole page."""
        self.page.screenshot(path=file, full_page=True)


def arrive(
    browser: Browser,
    origin: str,
    *,
    device: Device = DESKTOP,
    scheme: Scheme = "light",
    has_scripts: bool = True,
    has_keys_only: bool = False,
) -> Visitor:
    """Return a new visitor, who has seen nothing yet and carries no cookie."""
    context = browser.new_context(
        viewport={"width": device.width, "height": device.height},
        has_touch=device.is_touched,
        is_mobile=device.is_touched,
        color_scheme=scheme,
        java_script_enabled=has_scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(
        origin=origin,
        context=context,
        page=context.new_page(),
        device=device,
        has_keys_only=has_keys_only,
    )
    _watch(visitor)
    return visitor


def _watch(visitor: Visitor) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            visitor.troubles.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host not in {"127.0.0.1", None}:
            visitor.troubles.append(f"request beyond this machine: {request.url}")

    visitor.context.on("console", on_console)
    visitor.context.on("request", on_request)
    visitor.context.on("weberror", lambda error: visitor.troubles.append(f"script: {error.error}"))
