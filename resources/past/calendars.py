"""Owns reading iCalendar files (RFC 5545) as entries of a calendar, one event at a time.

A rule of repetition is kept as text and never unfolded: nothing grows by it. Floating times and
days are of the operator's time zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from aios_defs.core.imports import CalendarEntry, Entry, Read, Trouble
from aios_defs.core.model import rfc3339
from resources.past.blocks import UNPARSED, Block, blocks
from resources.past.text import Line, OneFile, encoding_of, lines

_BROKEN = Trouble(
    reason="is no whole calendar entry",
    remedy="Correct it in the program that wrote it, and import that file again.",
)
_MOST_PEOPLE = 500
_LAST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(OneFile):
    """The calendar in the file at `path`; `zone` is the operator's."""

    zone: tzinfo
    kind: str = "calendar"

    def mapping(self) -> tuple[tuple[str, str], ...]:
        """Return which property becomes what."""
        return (
            ("SUMMARY, DTSTART, DTEND, LOCATION, DESCRIPTION, RRULE", "a fact: appointment"),
            ("ATTENDEE, ORGANIZER", "whom it is about, and an interaction with each"),
            ("UID, RECURRENCE-ID, SEQUENCE, DTSTAMP", "which entry, and which version of it"),
            ("STATUS, METHOD", "whether it is cancelled"),
            ("VALARM, VTODO and all else", "left out"),
        )

    def entries(self) -> Iterator[Read]:
        """Yield its events."""
        zones: list[str] = []
        names, method = ("VTIMEZONE", "VEVENT"), _Method()
        for block in blocks(method.seen_in(lines(self.path, encoding_of(self.path))), names):
            if block.name == "VTIMEZONE":
                zones += [block.text] if block.is_whole and len(zones) < _MOST_PEOPLE else []
                continue
            found = self._event(block, zones)
            if method.is_cancel and isinstance(found, CalendarEntry):
                found = replace(found, is_cancelled=True)
            yield Read.of(
                place=f"line {block.number}",
                raw=block.text,
                done=block.done,
                found=found,
            )

    def _event(self, block: Block, zones: list[str]) -> Entry | Trouble:
        if not block.is_whole or "\0" in block.text:
            return _BROKEN
        import icalendar

        named = "".join(one for one in zones if _zone_name(one) in block.text)
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{named}{block.text}END:VCALENDAR\r\n"
        try:
            whole = icalendar.Calendar.from_ical(text)
            (event,) = whole.walk("VEVENT")
            return self._entry(event)
        except UNPARSED:
            return _BROKEN

    def _entry(self, event: Any) -> Entry | Trouble:  # noqa: ANN401 - a component of icalendar
        begins = event.get("DTSTART")
        if begins is None:
            return Trouble(reason="has no beginning", remedy="Give it one, and import it again.")
        uid, title = str(event.get("UID", "")), str(event.get("SUMMARY", "")).strip()
        repeats = event.get("RRULE")
        said = (_unknown_zone(begins), str(event.get("DESCRIPTION", "")))
        return CalendarEntry(
            uid=uid or f"{title} {begins.dt.isoformat()}",
            title=title or "(no title)",
            start=self._moment(begins.dt),
            end=self._end(event, begins.dt),
            organizer=_address(event.get("ORGANIZER")),
            people=tuple(_people(event)),
            place=str(event.get("LOCATION", "")),
            text="\n".join(filter(None, said)),
            repeats=repeats.to_ical().decode() if repeats is not None else "",
            is_cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
            instance=self._written(event.get("RECURRENCE-ID")),
            sequence=_sequence(event.get("SEQUENCE")),
            stamp=self._written(event.get("DTSTAMP")),
        )

    def _written(self, found: Any) -> str:  # noqa: ANN401 - a property of icalendar
        """Return a moment as text that sorts by time; empty where there is none that is whole."""
        moment = getattr(found, "dt", None)
        return rfc3339(self._moment(moment)) if isinstance(moment, date) else ""

    def _end(self, event: Any, start: date) -> datetime | None:  # noqa: ANN401 - as above
        ends, lasts = event.get("DTEND"), event.get("DURATION")
        if ends is not None:
            return self._moment(ends.dt)
        return self._moment(start) + lasts.dt if lasts is not None else None

    def _moment(self, found: date) -> datetime:
        if not isinstance(found, datetime):
            found = datetime(found.year, found.month, found.day, tzinfo=self.zone)
        if found.tzinfo is None:
            found = found.replace(tzinfo=self.zone)
        return found.astimezone(UTC)


@dataclass(slots=True)
class _Method:
    """What a file, as far as it was read, says that it does with its entries (RFC 5546)."""

    is_cancel: bool = False

    def seen_in(self, found: Iterable[Line]) -> Iterator[Line]:
        """Yield the lines of a file, looking at them."""
        for line in found:
            words = line.text.strip().upper()
            if words in ("BEGIN:VCALENDAR", "METHOD:CANCEL"):
                self.is_cancel = words == "METHOD:CANCEL"
            yield line


def _sequence(found: object) -> int:
    return max(0, min(found, _LAST_VERSION)) if isinstance(found, int) else 0


def _unknown_zone(begins: Any) -> str:  # noqa: ANN401 - a property of icalendar
    """Return words for a zone that nobody knows and the file does not describe."""
    named = str(begins.params.get("TZID", ""))
    is_known = not named or getattr(begins.dt, "tzinfo", None) is not None
    return "" if is_known else f"(its time zone {named} is not known: read as the operator's)"


def _zone_name(block: str) -> str:
    for line in block.splitlines():
        word, _, name = line.partition(":")
        if word.upper() == "TZID":
            return name.strip()
    return "\0"


def _people(event: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a component of icalendar
    found = event.get("ATTENDEE", [])
    listed = found if isinstance(found, list) else [found]
    organizer = event.get("ORGANIZER")
    for one in [*listed, *([organizer] if organizer is not None else [])][:_MOST_PEOPLE]:
        yield _address(one), str(one.params.get("CN", ""))


def _address(found: object) -> str:
    text = str(found or "")
    return text[7:] if text.lower().startswith("mailto:") else text
