"""Owns the plain words of an invitation (iCalendar, RFC 5545; iTIP methods, RFC 5546).

It is shown and never answered: accepting binds the operator's time.
"""

import re

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\"]{0,500}(?:\"[^\"]{0,500}\")?){0,8}):(.*)")
_ESCAPE = re.compile(r"\\([nN,;\\])")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_MAX_LINES = 2_000
_MAX_VALUE = 500
_TITLES = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled invitation",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Other time proposed for an invitation",
}


def invitation_text(calendar: str) -> str:
    """Return what it is, its summary, times, place and organiser, one a line; line ends are LF."""
    method, event = _event(calendar)
    if event is None:
        return "Calendar entry that can't be read"
    title = _TITLES.get(method, "Calendar entry")
    summary = _value(event, "SUMMARY")
    lines = [f"{title}: {summary}" if summary else title]
    for name, label in (("DTSTART", "Begins"), ("DTEND", "Ends"), ("LOCATION", "Place")):
        if name in event:
            lines.append(f"{label}: {_moment(event[name]) if name[0] == 'D' else event[name][1]}")
    if "ORGANIZER" in event:
        lines.append(f"Organiser: {_person(event['ORGANIZER'])}")
    if method == "REPLY" and "ATTENDEE" in event:
        lines.append(f"Answer: {_parameter(event['ATTENDEE'][0], 'PARTSTAT').lower() or 'unclear'}")
    return "\n".join(lines)


def _event(calendar: str) -> tuple[str, dict[str, tuple[str, str]] | None]:
    """Return the method and the first event's properties: parameters and value by name."""
    method, inside = "", list[str]()
    event: dict[str, tuple[str, str]] | None = None
    for line in _FOLD.sub("", calendar).split("\n", _MAX_LINES)[:_MAX_LINES]:
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match[1].upper(), match[3].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            event = {} if event is None and value.upper() == "VEVENT" else event
        elif name == "END":
            if inside and inside.pop() == "VEVENT":
                break
        elif name == "METHOD":
            method = value.upper()
        elif event is not None and inside[-1:] == ["VEVENT"]:
            event.setdefault(name, (match[2], _plain(value)))
    return method, event


def _plain(value: str) -> str:
    text = _ESCAPE.sub(lambda one: " " if one[1] in "nN" else one[1], value[:_MAX_VALUE])
    return "".join(char if char.isprintable() else " " for char in text).strip()


def _value(event: dict[str, tuple[str, str]], name: str) -> str:
    return event.get(name, ("", ""))[1]


def _parameter(parameters: str, name: str) -> str:
    for one in parameters.split(";"):
        key, _, value = one.partition("=")
        if key.strip().upper() == name:
            return _plain(value.strip('" '))
    return ""


def _moment(found: tuple[str, str]) -> str:
    match = _MOMENT.fullmatch(found[1])
    if match is None:
        return found[1]
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4] is None:
        return day
    zone = "UTC" if match[6] else _parameter(found[0], "TZID")
    return f"{day} {match[4]}:{match[5]}" + (f" ({zone})" if zone else "")


def _person(found: tuple[str, str]) -> str:
    name = _parameter(found[0], "CN")
    address = re.sub("^mailto:", "", found[1], flags=re.IGNORECASE)
    return f"{name} <{address}>" if name else address
