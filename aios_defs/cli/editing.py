"""Owns reading an operator's edit of a decision: from a file, or as KEY=VALUE words."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue

_TEXT = "body"
"""The argument that a plain text file replaces."""


def read_changes(found: JsonObject, file: Path | None, words: Sequence[str]) -> JsonObject:
    """Return the arguments to replace in a previewed decision; words win over the file.

    Raises:
        UsageInvalid: the file can't be read, or a word names no argument of this decision.

    """
    content = cast("JsonObject", found["content"] or {})
    changes = _from_file(file, content) if file else {}
    for word in words:
        name, value = _from_word(word, content)
        changes[name] = value
    unknown = sorted(set(changes) - set(content))
    if unknown:
        raise UsageInvalid(
            f"This decision has no argument {unknown[0]!r}.",
            remedy=f"It has: {', '.join(sorted(content))}.",
        )
    return changes


def _from_file(file: Path, content: JsonObject) -> JsonObject:
    text = _read(file)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return cast("JsonObject", found)
    if _TEXT not in content:
        raise UsageInvalid(
            "This decision has no text to replace.",
            remedy=f"Give a JSON object of arguments: {', '.join(sorted(content))}.",
        )
    return {_TEXT: text}


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        raise UsageInvalid(
            f"{str(file)!r} can't be read ({type(error).__name__}).", remedy="Name a text file."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageInvalid(
            f"{str(file)!r} is no UTF-8 text.", remedy="Save it as UTF-8."
        ) from error


def _from_word(word: str, content: JsonObject) -> tuple[str, JsonValue]:
    name, sign, text = word.partition("=")
    if not sign:
        raise UsageInvalid(f"--set {word!r} has no '='.", remedy="Write --set subject=…")
    if isinstance(content.get(name), str):
        return name, text
    try:
        value = cast("JsonValue", json.loads(text))
    except ValueError:
        value = text
    is_list = isinstance(content.get(name), list)
    return name, [value] if is_list and not isinstance(value, list) else value
