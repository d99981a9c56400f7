"""Owns what a content is to a person: a mail, an event, a journal entry, or a table of arguments.

It is told by the arguments alone, so that the operations of any connector are shown as what they
are. Nothing is left out: what a form does not know stands in `rest`.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from aios_defs.core.model import JsonObject, JsonValue

_MAIL = {"to", "subject", "body"}
_EVENT = {"start", "end"}
_TITLES = ("title", "summary", "name", "subject")
TECHNICAL = ("in_reply_to", "references", "automatic")
"""What only mail programs read; shown folded away."""


def shape_of(content: JsonObject) -> JsonObject:
    """Return a content in its form, `{"form", …, "rest"}`; rest is a list of `[name, value]`.

    A mail has `to`, `cc`, `bcc` (lists), `subject`, `body`; an event `title`, `start`, `end`,
    `where`, `people`; an entry `date`, `text`, `columns` and `lines`; a table only its rest.
    """
    if set(content) >= _MAIL:
        return _mail(content)
    if set(content) >= _EVENT:
        return _event(content)
    table = next((name for name, value in content.items() if _is_lines(value)), None)
    if table is not None:
        return _entry(content, table)
    return {"form": "table", "rest": _rest(content, ())}


def headline(operation: str, content: JsonObject, recipients: Sequence[str]) -> str:
    """Return in plain words what an action would do, told by its arguments alone."""
    whom = ", ".join(recipients)
    if set(content) >= _MAIL:
        return f"Mail {whom}: {content['subject'] or '(no subject)'}"
    title = next((str(content[name]) for name in _TITLES if content.get(name)), "")
    about = f": {title}" if title else ""
    return f"{operation}{f' to {whom}' if whom else ''}{about}"


def _mail(content: JsonObject) -> JsonObject:
    lists = {name: _texts(content.get(name)) for name in ("to", "cc", "bcc")}
    known = (*lists, "subject", "body", *TECHNICAL)
    return {
        "form": "mail",
        **lists,
        "subject": content["subject"],
        "body": content["body"],
        "rest": _rest(content, known),
        "technical": _rest({name: content.get(name) for name in TECHNICAL}, ()),
    }


def _event(content: JsonObject) -> JsonObject:
    title = next((name for name in _TITLES if name in content), "")
    where = next((name for name in ("location", "where", "place") if name in content), "")
    people = next((name for name in ("attendees", "people", "to") if name in content), "")
    return {
        "form": "event",
        "title": content.get(title),
        "start": content["start"],
        "end": content["end"],
        "where": content.get(where),
        "people": _texts(content.get(people)),
        "rest": _rest(content, ("start", "end", title, where, people)),
    }


def _entry(content: JsonObject, table: str) -> JsonObject:
    value = content[table]
    lines = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    columns = list(dict.fromkeys(name for line in lines for name in line))
    return {
        "form": "entry",
        "title": table,
        "columns": list[JsonValue](columns),
        "lines": [[_shown(line.get(name)) for name in columns] for line in lines],
        "rest": _rest(content, (table,)),
    }


def _is_lines(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _texts(value: JsonValue) -> list[JsonValue]:
    values = value if isinstance(value, list) else [value]
    return [str(one) for one in values if one]


def _rest(content: JsonObject, known: tuple[str, ...]) -> list[JsonValue]:
    return [
        [name.replace("_", " "), _shown(value)]
        for name, value in content.items()
        if name not in known and value not in (None, "", [], {})
    ]


def _shown(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return ", ".join(str(_shown(one)) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def difference(before: JsonObject, after: JsonObject) -> list[JsonObject]:
    """Return what an edit changed: each `{"name", "lines"}`, a line `{"sign", "text"}`.

    `sign` is `-` (was), `+` (is now) or a blank (kept).
    """
    names = list(dict.fromkeys((*before, *after)))
    return [
        {"name": name.replace("_", " "), "lines": _lines(before.get(name), after.get(name))}
        for name in names
        if before.get(name) != after.get(name)
    ]


def _lines(before: JsonValue, after: JsonValue) -> list[JsonValue]:
    old, new = (str(_shown(one)).split("\n") for one in (before, after))
    found: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [(" ", text) for text in old[i1:i2]]
            continue
        found += [("-", text) for text in old[i1:i2]]
        found += [("+", text) for text in new[j1:j2]]
    return [{"sign": sign, "text": text} for sign, text in found]
