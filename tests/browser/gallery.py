"""Makes pictures of every page, for people to look at: widths, schemes, much content and none.

Run: python -m tests.browser.gallery --out FOLDER [--only WORD] [--device NAME] [--scheme NAME]
     [--home busy|empty]

Prints what a checker would say of each page: barriers, overhang, bytes, errors of the console.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import scenes
from tests.browser.chromium import launched
from tests.browser.devices import DEVICES, SCHEMES, Device, Scheme
from tests.browser.pages import pages
from tests.browser.site import Site, opened_site
from tests.browser.visitor import Visitor, arrive

HOMES = ("busy", "empty")


@contextmanager
def home(name: str) -> Iterator[Site]:
    """Yield a site with much in it, or with nothing."""
    with tempfile.TemporaryDirectory() as folder, opened_site(Path(folder) / "home") as site:
        if name == "busy":
            scenes.busy(site.desk)
        yield site


def hang(visitor: Visitor, folder: Path, label: str, path: str) -> None:
    """Make the picture of one page, and print what is wrong with it."""
    visitor.troubles.clear()
    visitor.open(path)
    visitor.picture(folder / f"{label}.png")
    size = len(visitor.page.content().encode())
    wrongs = [*visitor.troubles, *visitor.barriers()]
    if visitor.overhang():
        wrongs.append(f"{visitor.overhang()} px too wide")
    if size > 100_000:
        wrongs.append(f"{size} bytes")
    print(f"{label} {path}", *wrongs, sep="\n    ", flush=True)


def walk(browser: Browser, name: str, folder: Path, given: argparse.Namespace) -> None:
    """Visit every page of a home with each device and scheme asked for."""
    with home(name) as site:
        wanted = {one: at for one, at in pages(site.kernel).items() if given.only in one}
        for device, scheme in _looks(given):
            visitor = arrive(browser, site.origin, device=device, scheme=scheme)
            site.admit(visitor)
            for page, path in wanted.items():
                hang(visitor, folder, f"{page}-{name}-{device.name}-{scheme}", path)
            visitor.leave()


def _looks(given: argparse.Namespace) -> Iterator[tuple[Device, Scheme]]:
    for device in DEVICES:
        for scheme in SCHEMES:
            if given.device in device.name and given.scheme in scheme:
                yield device, scheme


def main() -> None:
    """Read the command line and make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    for name in ("only", "device", "scheme", "home"):
        parser.add_argument(f"--{name}", default="")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with launched() as browser:
        for name in HOMES:
            if given.home in name:
                walk(browser, name, given.out, given)


if __name__ == "__main__":
    main()
