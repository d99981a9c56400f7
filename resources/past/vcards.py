"""Owns reading vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350) as contacts, one card at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aios_defs.core.imports import ContactEntry, Entry, Read, Trouble
from resources.past.blocks import UNPARSED, Block, blocks
from resources.past.text import OneFile, encoding_of, lines

_BROKEN = Trouble(
    reason="is no whole vCard, or larger than 8 MB",
    remedy="Correct it in the program that wrote it, and import that file again.",
)
_NULL = Trouble(reason="holds null characters", remedy="Export it again.")
_LARGE = re.compile(
    r"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:].*(?:\r?\n[ \t].*)*(?:\r?\n|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
"""What is left out unread, a picture that is broken as well."""
_FACTS = {"note": "note", "bday": "birthday", "title": "job_title", "role": "role"}
_HANDLES = ("impp", "x-socialprofile", "x-twitter", "x-skype", "x-telegram", "x-matrix")


@dataclass(frozen=True, slots=True, kw_only=True)
class VCards(OneFile):
    """The vCards in the file at `path`."""

    kind: str = "vcard"

    def mapping(self) -> tuple[tuple[str, str], ...]:
        """Return which property becomes what."""
        return (
            ("FN, N", "name"),
            ("EMAIL", "address"),
            ("TEL", "phone"),
            ("IMPP, X-SOCIALPROFILE and the like", "handle"),
            ("ORG", "company"),
            ("URL (of a company)", "domain"),
            ("LANG", "language"),
            ("NOTE, BDAY, TITLE, ROLE, ADR", "facts"),
            ("PHOTO and all else", "left out"),
        )

    def entries(self) -> Iterator[Read]:
        """Yield its cards as contacts."""
        for block in blocks(lines(self.path, encoding_of(self.path)), ("VCARD",)):
            found = _contact(block)
            yield Read.of(
                place=f"line {block.number}",
                raw=block.text,
                done=block.done,
                found=found,
            )


def _contact(block: Block) -> Entry | Trouble:
    if not block.is_whole:
        return _BROKEN
    if "\0" in block.text:
        return _NULL
    import vobject

    try:
        return _entry(vobject.readOne(_LARGE.sub("", block.text), allowQP=True).contents)
    except (vobject.base.VObjectError, *UNPARSED):
        return _BROKEN


def _entry(found: dict[str, list[Any]]) -> Entry | Trouble:
    company = _company(found)
    name = _name(found)
    is_company = _texts(found, "kind") == ("org",) or bool(found.get("x-abshowas"))
    addresses, phones = _texts(found, "email"), _texts(found, "tel")
    if not (name or company or addresses or phones):
        return Trouble(
            reason="names nobody: it has no name, company, address or number",
            remedy="Give it one in the program that wrote it, and import that file again.",
        )
    if is_company or not (name or addresses or phones):
        name, company, is_company = name or company, "", True
    handles = [one for key in _HANDLES for one in _handles(found, key)]
    uid = [f"vcard:{one}" for one in _texts(found, "uid")] if not (addresses or phones) else []
    return ContactEntry(
        name=name,
        kind="company" if is_company else "person",
        addresses=addresses,
        phones=phones,
        handles=(*handles, *uid),
        sites=_texts(found, "url") if is_company else (),
        company=company,
        language=next(iter(_texts(found, "lang")), ""),
        facts=tuple(_facts(found)),
    )


def _name(found: dict[str, list[Any]]) -> str:
    formatted = next(iter(_texts(found, "fn")), "")
    if formatted or "n" not in found:
        return formatted
    parts = found["n"][0].value
    return " ".join(filter(None, (_flat(parts.given), _flat(parts.family))))


def _company(found: dict[str, list[Any]]) -> str:
    value = found["org"][0].value if found.get("org") else ""
    first = next(iter(value), "") if isinstance(value, list) else value
    return _flat(first)


def _facts(found: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    for key, predicate in _FACTS.items():
        yield from ((predicate, one) for one in _texts(found, key))
    for one in found.get("adr", ()):
        parts = (one.value.street, one.value.code, one.value.city, one.value.country)
        text = ", ".join(filter(None, map(_flat, parts)))
        yield from [("postal_address", text)] if text else []


def _handles(found: dict[str, list[Any]], key: str) -> Iterator[str]:
    for one in found.get(key, ()):
        text = _flat(one.value)
        service = next(iter(one.params.get("TYPE", ())), "") or key.removeprefix("x-")
        tail = text.rstrip("/").rpartition("/")[2] if "//" in text else text.rpartition(":")[2]
        yield from [f"{service}:{tail}"] if tail else []


def _texts(found: dict[str, list[Any]], key: str) -> tuple[str, ...]:
    texts = (_flat(one.value) for one in found.get(key, ()))
    return tuple(dict.fromkeys(one for one in texts if one))


def _flat(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return " ".join(str(one) for one in parts if one).strip()
