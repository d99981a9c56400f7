"""Owns reading contacts.csv: the people the operator knows. Their data is never quoted."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from aios_defs.core.business import Contact
from aios_defs.settings.documents import Mistake, read_text
from aios_defs.settings.nearest import suggestion

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_COLUMNS = tuple(Contact.model_fields)


def read_contacts(path: Path, mistakes: list[Mistake]) -> tuple[Contact, ...]:
    """Return the contacts in file order, addresses lower-cased; adds what is wrong to `mistakes`.

    The first line names the columns; a comma, semicolon or tab parts them, as
    spreadsheets write it.
    """
    text = read_text(path, mistakes)
    if not text.strip():
        return ()
    own: list[Mistake] = []
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="", restval="")
    if _has_columns(reader.fieldnames or (), path.name, own):
        contacts = _rows(reader, path.name, own)
    else:
        contacts = []
    mistakes += own
    return tuple(contacts)


def _has_columns(names: Sequence[str], file: str, mistakes: list[Mistake]) -> bool:
    for name in names:
        if name.strip() not in _COLUMNS:
            wrong = f"unknown column `{name}`{suggestion(name, _COLUMNS)}"
            mistakes.append(Mistake(file=file, line=1, text=wrong))
    present = {one.strip() for one in names}
    mistakes += [
        Mistake(file=file, line=1, text=f"the column `{name}` is missing")
        for name in ("name", "address")
        if name not in present
    ]
    return not mistakes


def _rows(reader: "csv.DictReader[str]", file: str, mistakes: list[Mistake]) -> list[Contact]:
    contacts: list[Contact] = []
    seen: set[str] = set()
    for row in reader:
        contact, wrong = _contact(row, seen)
        if wrong:
            mistakes.append(Mistake(file=file, line=reader.line_num, text=wrong))
        if contact:
            contacts.append(contact)
            seen.add(contact.address)
    return contacts


def _contact(row: dict[str, str], seen: set[str]) -> tuple[Contact | None, str]:
    if row.pop("", None):
        return None, "has more cells than columns (quote a cell that holds the separator)"
    cells = {key.strip(): value.strip() for key, value in row.items() if value.strip()}
    address = cells.get("address", "").lower()
    if not _ADDRESS.fullmatch(address):
        return None, "the address is no mail address"
    if address in seen:
        return None, "the address stands in the list already"
    try:
        return Contact.model_validate({"name": "", **cells, "address": address}), ""
    except ValidationError:
        return None, "the stage must be lead, customer or former"
