"""Owns reading one YAML file into JSON values that remember their lines, and checking its shape.

Plain scalars follow the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema):
`no` stays a word and `10:30` a time of day, both of which YAML 1.1 turns into something else.
"""

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from aios_defs.core.model import JsonValue
from aios_defs.settings.nearest import suggestion

M = TypeVar("M", bound=BaseModel)
Location = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, JsonValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DEPTH = 20


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mistake:
    """One thing wrong in one file; `line` counts from 1, 0 when the file as a whole is meant."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(slots=True, kw_only=True)
class Document:
    """One file read: its value, the line of each place in it, and the mistakes found so far."""

    name: str
    value: JsonValue = None
    lines: dict[Location, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, where: Location) -> int:
        """Return the line of the nearest place that the file really has."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 0)

    def wrong(self, where: Location, text: str) -> None:
        """Note a mistake at a place."""
        self.mistakes.append(Mistake(file=self.name, line=self.line(where), text=text))


def read_document(path: Path) -> Document:
    """Read a YAML file; one that is absent or empty has the value None.

    What can't be read (syntax, encoding, aliases, a key given twice) stands in `mistakes`.
    """
    mistakes: list[Mistake] = []
    document = document_of(read_text(path, mistakes), path.name)
    document.mistakes += mistakes
    return document


def document_of(text: str, name: str) -> Document:
    """Read a YAML text as the content of the file `name`; as `read_document` does."""
    document = Document(name=name)
    if text.strip():
        _compose(text, document)
    return document


def read_text(path: Path, mistakes: list[Mistake]) -> str:
    """Return a file's text, empty when it is absent; a file that is no UTF-8 is a mistake."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (UnicodeDecodeError, OSError) as error:
        reason = "is no UTF-8 text" if isinstance(error, ValueError) else "can't be read"
        mistakes.append(Mistake(file=path.name, line=0, text=reason))
        return ""


def _compose(text: str, document: Document) -> None:
    import yaml

    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is no YAML"
        line = mark.line + 1 if mark else 0
        document.mistakes.append(Mistake(file=document.name, line=line, text=str(problem)))
        return
    if node is not None:
        document.value = _value(node, (), document)


def _value(node: Any, where: Location, document: Document) -> JsonValue:  # noqa: ANN401 - PyYAML's nodes are untyped
    document.lines.setdefault(where, node.start_mark.line + 1)
    if len(where) > _DEPTH:
        document.wrong(where, "is nested too deeply")
        return None
    if node.id == "sequence":
        return [_value(one, (*where, index), document) for index, one in enumerate(node.value)]
    if node.id == "mapping":
        return _mapping(node, where, document)
    return node.value if node.style else _plain(node.value)


def _mapping(node: Any, where: Location, document: Document) -> JsonValue:  # noqa: ANN401 - as above
    found: dict[str, JsonValue] = {}
    for key, value in node.value:
        name = str(key.value)
        place = (*where, name)
        if name in found:
            document.lines[place] = key.start_mark.line + 1
            document.wrong(place, f"`{name}` stands here twice")
        document.lines[place] = key.start_mark.line + 1
        found[name] = _value(value, place, document)
    return found


def _plain(text: str) -> JsonValue:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def validated(kind: type[M], value: JsonValue, document: Document, *at: str | int) -> M | None:
    """Return the value as a model, or None with every mistake noted at its line."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            where: Location = (*at, *one["loc"])
            document.wrong(where, _sentence(kind, one["loc"], one["type"], one["msg"]))
        return None


def _sentence(kind: type[BaseModel], loc: Location, error: str, message: str) -> str:
    name = ".".join(str(part) for part in loc if part != "[key]")
    if error == "extra_forbidden":
        known = fields_at(kind, loc[:-1])
        return f"unknown key `{loc[-1]}`{suggestion(str(loc[-1]), known)}"
    if error == "missing":
        return f"`{name}` is missing"
    hint = " (put it in quotes)" if error == "string_type" else ""
    message = message.removeprefix("Value error, ")
    return f"`{name}`: {message[:1].lower()}{message[1:]}{hint}" if name else message


def fields_at(kind: type[BaseModel], loc: Location) -> tuple[str, ...]:
    """Return the known keys of the model that stands at a place within a model."""
    current: type[BaseModel] | None = kind
    for part in loc:
        if isinstance(part, int) or current is None:
            continue
        info = current.model_fields.get(part)
        current = next(_models(info.annotation), None) if info else None
    return tuple(current.model_fields) if current else ()


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation at all
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (tuple, list, dict, Union, types.UnionType):
        for argument in get_args(annotation):
            yield from _models(argument)
