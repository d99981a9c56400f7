"""Owns what a person may change in a decision, as a form shows it: one field for each argument.

A list of texts is written one a line; what is neither text, list of texts, number nor yes-or-no is
shown and kept as it is.
"""

from collections.abc import Mapping
from typing import Literal

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.services.shapes import TECHNICAL

FieldForm = Literal["line", "text", "list", "number", "flag", "fixed"]
_LONG = 80
_FIRST = ("to", "subject", "title", "body", "cc", "bcc")


def fields_of(content: JsonObject) -> list[JsonObject]:
    """Return the fields to edit a content by, each `{"name", "form", "value", "is_technical"}`.

    What people write comes first; what only programs read last.
    """
    order = {name: place for place, name in enumerate(_FIRST)}
    names = sorted(content, key=lambda name: order.get(name, len(order)))
    fields = [_field(name, content[name]) for name in names]
    return sorted(fields, key=lambda one: bool(one["is_technical"]))


def _field(name: str, value: JsonValue) -> JsonObject:
    form = _form(value)
    shown = "\n".join(map(str, value)) if form == "list" and isinstance(value, list) else value
    return {"name": name, "form": form, "value": shown, "is_technical": name in TECHNICAL}


def _form(value: JsonValue) -> FieldForm:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "number"
    if isinstance(value, str):
        return "text" if "\n" in value or len(value) > _LONG else "line"
    is_texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "list" if is_texts else "fixed"


def changes_in(content: JsonObject, given: Mapping[str, str]) -> JsonObject:
    """Return the arguments that differ from the content, from what a form sent by name.

    Raises:
        UsageInvalid: a name is no argument of this decision, or a value does not fit its field.

    """
    changes: JsonObject = {}
    for name, text in given.items():
        if name not in content:
            raise UsageInvalid(
                f"This decision has no argument {name!r}.",
                remedy=f"It has: {', '.join(sorted(content))}.",
            )
        value = _read(name, content[name], text)
        if value != content[name]:
            changes[name] = value
    return changes


def _read(name: str, former: JsonValue, text: str) -> JsonValue:
    form = _form(former)
    if form == "fixed":
        raise UsageInvalid(
            f"{name} can't be edited in a form.", remedy="Use: aios approve ID --edit FILE"
        )
    if form == "flag":
        return text.strip().lower() in ("true", "yes", "on", "1")
    if form == "number":
        return _number(name, text)
    if form == "list":
        return [one.strip() for one in text.replace(",", "\n").split("\n") if one.strip()]
    return text


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageInvalid(f"{name} must be a whole number.", remedy="Correct it.") from None
