"""Owns reading a table (CSV in any of its dialects) as contacts or facts, one record at a time.

The first line names the columns. A field in quotes may go over lines; one whose quote never ends
would swallow the rest of the file, so a record has a limit, and reading goes on after its first
line. Nothing in a field is ever computed: a formula is text.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain, islice

from aios_defs.core.errors import UsageInvalid
from aios_defs.core.imports import ContactEntry, Entry, FactEntry, Kind, Read, Trouble
from aios_defs.core.predicates import is_name
from resources.past.columns import roles_of
from resources.past.text import LONGEST, Line, OneFile, encoding_of, lines

_DELIMITERS = ",;\t|"
_MOST_LINES = 500
"""How many lines a record may go over."""
_KINDS: dict[str, Kind] = {"person": "person", "company": "company", "project": "project"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: its fields, or None when it is too large or its quote never ends."""

    number: int
    text: str
    done: int
    cells: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Table(OneFile):
    """The table in the file at `path`; `given` says what a column becomes, by its heading."""

    given: Mapping[str, str] = field(default_factory=dict[str, str])
    kind: str = "table"

    def mapping(self) -> tuple[tuple[str, str], ...]:
        """Return what each column becomes; raises UsageInvalid."""
        return tuple(zip(self._headings, self._roles, strict=True))

    def entries(self) -> Iterator[Read]:
        """Yield its records as contacts or, with columns predicate and value, as facts."""
        roles = self._roles
        for record in islice(self._records(), 1, None):
            if record.cells is not None and not any(one.strip() for one in record.cells):
                continue
            found = _entry(record, roles)
            yield Read.of(
                place=f"line {record.number}",
                raw=record.text,
                done=record.done,
                found=found,
            )

    @cached_property
    def _encoding(self) -> str:
        return encoding_of(self.path)

    @cached_property
    def _headings(self) -> tuple[str, ...]:
        first = next(self._records(), None)
        if first is None or first.cells is None or not any(one.strip() for one in first.cells):
            raise UsageInvalid(
                "The first line of this table names no columns.",
                remedy="Put a line with the names of the columns first.",
            )
        return tuple(one.strip() for one in first.cells)

    @cached_property
    def _roles(self) -> tuple[str, ...]:
        roles = roles_of(self._headings, self.given)
        wanted = {"name", "first_name", "last_name", "address", "phone", "company", "handle"}
        if not wanted & set(roles) and not {"predicate", "value"} <= set(roles):
            raise UsageInvalid(
                "No column of this table names somebody or states a fact.",
                remedy='Say what a column becomes, such as --map "COLUMN=name", or have columns '
                "subject, predicate and value.",
            )
        return roles

    @cached_property
    def _delimiter(self) -> str:
        for line in islice(lines(self.path, self._encoding), 2):
            if line.text.lower().startswith("sep="):
                return line.text[4:5]
            return max(_DELIMITERS, key=line.text.count)
        return ","

    def _records(self) -> Iterator[Record]:
        found = lines(self.path, self._encoding)
        first = next(found, None)
        if first is not None and not first.text.lower().startswith("sep="):
            found = chain([first], found)
        yield from records(found, self._delimiter)


def records(found: Iterator[Line], delimiter: str) -> Iterator[Record]:
    """Yield the records of lines; blank lines are passed over."""
    waiting: list[Line] = []
    for line in found:
        waiting.append(line)
        yield from _complete(waiting, delimiter, is_end=False)
    while waiting:
        yield from _complete(waiting, delimiter, is_end=True)


def _complete(waiting: list[Line], delimiter: str, *, is_end: bool) -> Iterator[Record]:
    """Yield the record that the waiting lines make, if they make one; its lines wait no more."""
    while waiting:
        text = "".join(one.text for one in waiting)
        is_cut = any(one.is_cut for one in waiting)
        if not is_cut and text.count('"') % 2 == 0:
            taken = _taken(waiting, len(waiting))
            if text.strip():
                yield _record(taken, text, delimiter)
            return
        is_too_large = is_cut or len(waiting) > _MOST_LINES or len(text) > LONGEST
        if not is_too_large and not is_end:
            return
        (broken,) = _taken(waiting, 1)
        yield Record(number=broken.number, text=broken.text, done=broken.done, cells=None)
        rest = _taken(waiting, len(waiting))
        for number, line in enumerate(rest, start=1):
            waiting.append(line)
            yield from _complete(waiting, delimiter, is_end=is_end and number == len(rest))
        return


def _taken(waiting: list[Line], count: int) -> list[Line]:
    taken = waiting[:count]
    del waiting[:count]
    return taken


def _record(taken: Sequence[Line], text: str, delimiter: str) -> Record:
    try:
        cells = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
    except csv.Error:
        return Record(number=taken[0].number, text=text, done=taken[-1].done, cells=None)
    return Record(number=taken[0].number, text=text, done=taken[-1].done, cells=tuple(cells))


def _entry(record: Record, roles: tuple[str, ...]) -> Entry | Trouble:
    if record.cells is None:
        return Trouble(
            reason="is no record: its quotes do not end, or it is larger than 1 MB",
            remedy="Correct the quotes of that line, and import the file again.",
        )
    if "\0" in record.text:
        return Trouble(reason="holds null characters", remedy="Export the table again.")
    if len(record.cells) > len(roles) and any(record.cells[len(roles) :]):
        return Trouble(
            reason=f"has {len(record.cells)} fields where the table has {len(roles)} columns",
            remedy="Put fields with the delimiter in them in quotes, and import the file again.",
        )
    cells: dict[str, list[str]] = {}
    for role, cell in zip(roles, record.cells, strict=False):
        cells.setdefault(role, []).extend([cell.strip()] if cell.strip() else [])
    return _fact(cells) if {"predicate", "value"} <= set(roles) else _contact(cells)


def _contact(cells: dict[str, list[str]]) -> Entry | Trouble:
    one = {role: next(iter(found), "") for role, found in cells.items()}
    name = one.get("name") or " ".join(filter(None, (one.get("first_name"), one.get("last_name"))))
    addresses = tuple(_several(cells.get("address", ())))
    phones = tuple(_several(cells.get("phone", ())))
    company, handles = one.get("company", ""), tuple(cells.get("handle", ()))
    if not (name or addresses or phones or company or handles):
        return Trouble(
            reason="names nobody: it has no name, company, address or number",
            remedy="Give it one, and import the file again.",
        )
    is_company = not (name or addresses or phones or handles)
    kind = "company" if is_company else _KINDS.get(one.get("kind", "").lower(), "person")
    return ContactEntry(
        name=company if is_company else name,
        kind=kind,
        addresses=addresses,
        phones=phones,
        handles=handles,
        sites=tuple(cells.get("site", ())),
        company="" if is_company else company,
        stage=one.get("stage", "").lower(),
        status=one.get("status", "").lower(),
        language=one.get("language", ""),
        facts=tuple(
            (role.removeprefix("fact:"), text)
            for role, found in cells.items()
            if role.startswith("fact:")
            for text in found
        ),
    )


def _several(found: Sequence[str]) -> Iterator[str]:
    """Yield the values of fields that hold several, as one program parts them."""
    for cell in found:
        yield from (one.strip() for one in cell.split(":::") if one.strip())


def _fact(cells: dict[str, list[str]]) -> Entry | Trouble:
    one = {role: next(iter(found), "") for role, found in cells.items()}
    predicate, value = one.get("predicate", ""), one.get("value", "")
    if not predicate or not value or not (one.get("subject") or one.get("topic")):
        return Trouble(
            reason="states no fact: it needs a predicate, a value, and a subject or topic",
            remedy="Fill those fields, and import the file again.",
        )
    predicate = predicate.lower().replace(" ", "_")
    if not is_name(predicate):
        return Trouble(
            reason="has a predicate that is no name: it takes letters from a to z, digits and `_`",
            remedy="Write it as price, or delivery_address, and import the file again.",
        )
    try:
        start, end = _day(one.get("valid_from", "")), _day(one.get("valid_to", ""))
    except ValueError:
        return Trouble(
            reason="has a day that is none", remedy="Write days as 2031-05-06, and import it again."
        )
    return FactEntry(
        subject=one.get("subject", ""),
        topic=one.get("topic", ""),
        predicate=predicate,
        value=value,
        valid_from=start,
        valid_to=end,
    )


def _day(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return datetime(found.year, found.month, found.day, tzinfo=UTC)
