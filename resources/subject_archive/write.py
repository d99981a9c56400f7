"""Owns the file of a subject's archive: a zip of data.json, index.html, and the mails as they came.

    data.json   everything, by the shape of docs/reference/subject-archive.md
    index.html  the same for people: opens alone, runs nothing, loads nothing
    messages/   each mail's untouched bytes

It is text in the clear, for the person it is about. It is written beside its place and appears
there whole, readable by its owner only.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from aios_defs.core.errors import StorageFailed, UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue, parse_rfc3339
from aios_defs.core.visible import visible
from aios_defs.services.kernel import Kernel
from aios_defs.services.subject_archive.content import raw_messages
from resources.durable import sync_folder

_HERE = Path(__file__).parent
_OWNER_ONLY = 0o600 << 16
_CUT = 20_000
"""How many letters of a text the page shows; data.json has all."""


def write_archive(kernel: Kernel, archive: JsonObject, out: BinaryIO) -> None:
    """Write an archive's zip to an open file."""
    made = parse_rfc3339(str(archive["made_at"]))
    date = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    with ZipFile(out, "w", ZIP_DEFLATED) as zipped, kernel.ledger.view() as view:

        def put(name: str, content: bytes) -> None:
            entry = ZipInfo(name, date)
            entry.external_attr = _OWNER_ONLY
            zipped.writestr(entry, content, ZIP_DEFLATED)

        put("index.html", archive_page(archive).encode(errors="replace"))
        put("data.json", json.dumps(archive, indent=1).encode())
        for name, raw in raw_messages(view, archive):
            put(name, raw)


def put_whole(target: Path, writing: Callable[[BinaryIO], None], *, is_replacing: bool) -> None:
    """Put a file in its place at once, durably, or leave everything as it was.

    Raises:
        UsageInvalid: there is such a file, and it was not to be replaced.
        StorageFailed: the disk does not take it.

    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as out:
            writing(out)
            out.flush()
            os.fsync(out.fileno())
        if is_replacing:
            draft.replace(target)
        else:
            _place(draft, target)
        sync_folder(target.parent)
    except FileExistsError as error:
        raise there_already(target) from error
    except OSError as error:
        raise StorageFailed(
            f"The archive can't be written ({type(error).__name__}, errno {error.errno}).",
            remedy="Free some space or choose another place, then try again.",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _place(draft: Path, target: Path) -> None:
    """Give a file its name unless it is taken; a disk without hard links has no one step for it."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(target) from None
        draft.replace(target)


def there_already(target: Path) -> UsageInvalid:
    """Return the error that a file of that name is there."""
    return UsageInvalid(
        f"There is a file {target.name!r} already.",
        remedy="Choose another name, or say --replace.",
    )


def archive_page(archive: JsonObject) -> str:
    """Return the page of an archive: HTML that stands alone; every value in it is escaped."""
    counts = {name: len(value) for name, value in archive.items() if isinstance(value, list)}
    page = _templates().get_template("archive.html")
    return page.render(archive=archive, counts=counts, cut=_CUT)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["at"] = _at
    made.filters["pretty"] = _pretty
    return made


def _shown(value: object) -> object:
    """Return a value as the page prints it: nothing for None, hidden characters made visible."""
    if value is None:
        return ""
    return visible(value) if type(value) is str else value


def _at(value: str | None) -> str:
    """Return a moment to the second, in UTC."""
    if not value:
        return ""
    return f"{parse_rfc3339(value):%Y-%m-%d %H:%M:%S} UTC"


def _pretty(value: JsonValue) -> str:
    """Return a value as text: words as they are, anything else as indented JSON."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
