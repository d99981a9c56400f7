"""Owns which reader a file of contacts, facts, calendar entries or notes needs."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.imports import MemorySource
from resources.past.calendars import Calendar
from resources.past.notes import ENDINGS, Notes
from resources.past.tables import Table
from resources.past.text import encoding_of, guarded
from resources.past.vcards import VCards

_TABLES = (".csv", ".tsv", ".txt")
_REMEDY = "Name a vCard (.vcf), iCalendar (.ics), CSV or Markdown file, or a folder of notes."


def open_memory_source(path: Path, mapping: Mapping[str, str], zone: tzinfo) -> MemorySource:
    """Return the reader of a file, by what stands in it.

    Raises:
        OutsideFailed: it can't be read.
        UsageInvalid: it is not there, of no kind that is known, or no table but has a mapping.

    """
    found = _opened(path, mapping, zone)
    if mapping and found.kind != "table":
        raise UsageInvalid("Only a table has columns to map.", remedy="Leave --map out.")
    return found


def _opened(path: Path, mapping: Mapping[str, str], zone: tzinfo) -> MemorySource:
    if path.is_dir():
        return Notes(path=path)
    if not path.is_file():
        what = "no file" if path.exists() else "not there"
        raise UsageInvalid(f"{str(path)!r} is {what}.", remedy=_REMEDY)
    if path.suffix.lower() in ENDINGS:
        return Notes(path=path)
    with guarded(path), path.open(encoding=encoding_of(path), errors="replace") as file:
        head = file.read(4096).upper()
    if "BEGIN:VCARD" in head:
        return VCards(path=path)
    if "BEGIN:VCALENDAR" in head:
        return Calendar(path=path, zone=zone)
    if path.suffix.lower() in _TABLES:
        return Table(path=path, given=mapping)
    raise UsageInvalid(f"What {str(path)!r} holds is not known.", remedy=_REMEDY)
