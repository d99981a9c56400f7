"""Owns putting business files into a home: a starter to fill in, or a whole set with its mail.

A set is a folder with `business/`, `mail/*.eml` and `sent/*.eml`, such as resources/sample. Nothing
that stands in the home is overwritten, and a mail is delivered once, even when it was moved since.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from pathlib import Path

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.model import JsonObject
from aios_defs.settings.business import load_business

SAMPLE = Path(__file__).parent / "sample"
STARTER = Path(__file__).parent / "starter"

_DELIVERED = ".delivered"
_UNDATED = datetime(2026, 2, 1, tzinfo=UTC)
_FOLDERS = (("mail", "receive", "new", ""), ("sent", "sent", "cur", ":2,S"))


def copy_starter(home: Path) -> None:
    """Write a minimal business folder, each file explained by comments; keeps what is there."""
    _copy_business(STARTER / "business", home)


def copy_sample(home: Path) -> None:
    """Write the sample business and deliver its mail into the Maildirs of its connectors.yaml."""
    copy_set(SAMPLE, home)


def copy_set(source: Path, home: Path) -> None:
    """Write a set's business folder and deliver its mail; idempotent by the name of each file.

    A delivered file carries the time of its Date field, as if it had come then. Relative paths of
    connectors.yaml are under `home`.

    Raises:
        ConfigurationInvalid: the business folder does not validate, or names no Maildir.

    """
    _copy_business(source / "business", home)
    entries = load_business(home / "business").connectors
    for folder, key, sub, flags in _FOLDERS:
        maildir = home / _maildir(entries, key)
        _make_maildir(maildir)
        for path in sorted((source / folder).glob("*.eml")):
            _deliver(path, maildir, name=_unique_name(path), sub=sub, flags=flags)


def _copy_business(source: Path, home: Path) -> None:
    for path in sorted(source.rglob("*")):
        target = home / "business" / path.relative_to(source)
        if path.is_file() and not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)


def _maildir(entries: dict[str, JsonObject], key: str) -> str:
    for entry in entries.values():
        place = entry.get(key)
        if isinstance(place, dict) and isinstance(place.get("maildir"), str):
            return str(place["maildir"])
    raise ConfigurationInvalid(
        f"No connector of connectors.yaml names `{key}: {{maildir: ...}}`.",
        remedy="Add it; docs/guide/business-files.md shows how.",
        file="connectors.yaml",
        line=0,
    )


def _make_maildir(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("tmp", "new", "cur"):
        (path / name).mkdir(mode=0o700, exist_ok=True)


def _deliver(path: Path, maildir: Path, *, name: str, sub: str, flags: str) -> None:
    journal = maildir / _DELIVERED
    if name in _journal(journal) or name in _unique_names(maildir):
        return
    draft = maildir / "tmp" / name
    shutil.copyfile(path, draft)
    draft.chmod(0o600)
    seconds = _date(path).timestamp()
    os.utime(draft, (seconds, seconds))
    draft.rename(maildir / sub / f"{name}{flags}")
    with journal.open("a", encoding="utf-8") as written:
        written.write(f"{name}\n")


def _journal(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _unique_names(maildir: Path) -> Iterator[str]:
    for sub in ("new", "cur"):
        for one in (maildir / sub).iterdir():
            yield one.name.partition(":")[0]


def _unique_name(path: Path) -> str:
    return f"{int(_date(path).timestamp())}.{path.stem}.set"


def _date(path: Path) -> datetime:
    """Return the time of the Date field in UTC; a fixed one where it can't be read."""
    with path.open("rb") as file:
        written = BytesHeaderParser(policy=compat32).parse(file)["Date"]
    try:
        found = parsedate_to_datetime(str(written))
    except (TypeError, ValueError, OverflowError):
        return _UNDATED
    return found if found.tzinfo else found.replace(tzinfo=UTC)
