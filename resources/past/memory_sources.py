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
    """Return the reader of a file, by what stands in it; raises UsageInvalid, OutsideFailed."""
    if path.is_dir() or path.suffix.lower() in ENDINGS:
        return Notes(path=path)
    if not path.is_file():
        raise UsageInvalid(f"{str(path)!r} is not there.", remedy=_REMEDY)
    with guarded(path), path.open(encoding=encoding_of(path), errors="replace") as file:
        head = file.read(4096).upper()
    if "BEGIN:VCARD" in head:
        return VCards(path=path)
    if "BEGIN:VCALENDAR" in head:
        return Calendar(path=path, zone=zone)
    if path.suffix.lower() in _TABLES:
        return Table(path=path, given=mapping)
    raise UsageInvalid(f"What {str(path)!r} holds is not known.", remedy=_REMEDY)
