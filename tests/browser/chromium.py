"""Owns the browser of the tests: the Chromium of this machine, headless, for this machine only."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "No Chromium on PATH (Debian: apt-get install chromium)"
PATIENCE_MS = 20_000
"""How long the browser waits for what should be there: the machine may be busy."""

_ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root, and visit only their own pages
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_chromium() -> str | None:
    """Return the path of this machine's Chromium, or None."""
    return next((path for one in NAMES if (path := shutil.which(one))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """Yield a headless browser that can reach nothing beyond this machine."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
