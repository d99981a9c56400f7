"""Owns files of contacts, calendars, tables and notes as other programs write them."""

from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.profiles import HintRow, IdentityRow, ProfileRow
from aios_defs.core.rows.row import Row
from aios_defs.services.identity.find import find_subject
from aios_defs.services.imports.run import Outlook, look, run
from aios_defs.services.imports.standing import Standing
from aios_defs.services.people import Sought, people
from resources.past.memory_sources import open_memory_source
from tests.integration.desk import Desk

R = TypeVar("R", bound=Row)
CARDS_30 = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 14.4//EN
N:Silva;Ana;;;
FN:Ana Silva
ORG:Prensa\\, S.L.;
item1.EMAIL;type=INTERNET;type=pref:Ana@Prensa.example
item1.X-ABLabel:_$!<Work>!$_
TEL;type=CELL;type=VOICE;type=pref:+34 600 123 456
NOTE:Met at the fair.\\nLikes blue.
BDAY:1980-02-03
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ
  AAAQABAAD
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:;;;;
FN:Prensa, S.L.
X-ABShowAs:COMPANY
ORG:Prensa\\, S.L.;
URL:https://www.prensa.example/
END:VCARD
"""
CARDS_21 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg;;Dr.;\r\n"
    "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg M=FCller\r\n"
    "TEL;CELL;VOICE:0170 1234567\r\nEMAIL;INTERNET:joerg@mueller.example\r\n"
    "NOTE;ENCODING=QUOTED-PRINTABLE:Zeile eins=0D=0A=\r\nZeile zwei\r\nEND:VCARD\r\n"
)
CARDS_40 = """BEGIN:VCARD
VERSION:4.0
FN:Grażyna Kowal
N:Kowal;Grażyna;;;
EMAIL;PREF=1:grazyna@kowal.example
TEL;VALUE=uri;TYPE="voice,home":tel:+48-22-123-45-67
LANG;PREF=1:pl
END:VCARD
"""
WEBMAIL_CSV = (
    "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value,"
    "Organization Name,Notes,Custom Field 1 - Value\n"
    'Ana,Silva,* Work,ana@prensa.example ::: ana.s@home.example,+34 600 123 456,"Prensa, S.L.",'
    '"two\nlines",x\n'
    "Omar,Haddad,* Other,omar@haddad.example,,,,\n"
    ",,,,,,,\n"
)
OFFICE_CSV = "Vorname;Nachname;E-Mail-Adresse;Firma;Telefon\r\nJörg;Müller;joerg@mueller.example;"
OFFICE_CSV += "Müller GmbH;0170 1234567\r\n"
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//Calendar 1.0//EN
BEGIN:VTIMEZONE
TZID:Local Time
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:one@calendar.example
DTSTART;TZID=Local Time:20310105T100000
DTEND;TZID=Local Time:20310105T110000
SUMMARY:About the blue widget
LOCATION:Their office
ORGANIZER;CN=Kim A:mailto:kim@company.example
ATTENDEE;CN=Desk:mailto:desk@widgets.example
ATTENDEE;CN="New, Person":mailto:new@person.example
END:VEVENT
BEGIN:VEVENT
UID:two@calendar.example
DTSTART;VALUE=DATE:20310106
RRULE:FREQ=SECONDLY;COUNT=1000000000
SUMMARY:Dentist
END:VEVENT
BEGIN:VEVENT
UID:three@calendar.example
SUMMARY:No beginning
END:VEVENT
END:VCALENDAR
"""
NOTE = """---
title: How we ship
level: shareable
tags: [post]
---
We ship on Tuesdays.
"""


def german_desk(path: Path) -> Desk:
    """Return a begun home whose operator dials in Germany."""
    found = Desk(path=path)
    operator = (
        "name: Pat\nbusiness: Widgets\nsignature: Pat\ncurrency: EUR\nlanguage: en\ncountry: DE\n"
    )
    found.begin()
    found.write("operator.yaml", operator)
    found.reopen()
    return found


def written(desk: Desk, name: str, content: str | bytes) -> Path:
    path = desk.path / name
    path.parent.mkdir(exist_ok=True)
    raw = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(raw)
    return path


def imported_from(desk: Desk, path: Path, **mapping: str) -> Standing:
    source = open_memory_source(path, mapping, ZoneInfo("UTC"))
    return run(desk.kernel, source, lambda *_: None)


def looked_at(desk: Desk, path: Path, **mapping: str) -> Outlook:
    source = open_memory_source(path, mapping, ZoneInfo("UTC"))
    return look(desk.kernel, source, lambda *_: None)


def rows(desk: Desk, kind: type[R], **where: Any) -> list[R]:  # noqa: ANN401  # as the port
    with desk.kernel.ledger.view() as view:
        return view.select(kind, **where)


def who(desk: Desk, words: str) -> ProfileRow:
    with desk.kernel.ledger.view() as view:
        return find_subject(desk.kernel, view, words)


def facts(desk: Desk, **where: str | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows(desk, FactRow, state="asserted", **where):
        value = desk.kernel.open_json(row.value)
        found.setdefault(row.predicate, []).append(str(value.get("text") or value))
    return found


def state_of_memory(desk: Desk) -> tuple[object, ...]:
    """Return all that stands in memory, as it is used."""
    listed = people(desk.kernel, Sought())["people"]
    standing = rows(desk, FactRow, state="asserted")
    met = rows(desk, InteractionRow)
    identities = [row.but(value=None) for row in rows(desk, IdentityRow)]
    return listed, [row.id for row in standing], met, identities, rows(desk, HintRow)
