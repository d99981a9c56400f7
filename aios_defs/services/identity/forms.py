"""Owns the normal form of an identity: what two spellings of the same one have in common.

Address: lower case. Phone: E.164 by the rules of its country (https://www.itu.int/rec/T-REC-E.164).
Handle: without `@`, folded. Domain: without scheme, `www.` and path. Name: folded words in order of
the alphabet, without titles and the legal form of a company.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aios_defs.core.events.profiles import Basis, IdentityKind, IdentityRecord
from aios_defs.core.folding import fold_text
from aios_defs.core.sealed import SubjectRef
from aios_defs.services.identity.name_lists import LEGAL_FORMS, TITLES
from aios_defs.services.kernel import Kernel

_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]{2,}")
_HOST = re.compile(r"(?:\w(?:[\w-]{0,61}\w)?\.)+[^\W\d_][\w-]{1,62}")
_LONGEST = 254
"""Characters of the longest address that mail carries (RFC 5321)."""
_WORDS = re.compile(r"[^\W_]+")
_POLISH_LTD = re.compile(r"\bsp\.?\s*z\s*o\.?\s*o\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One identity as somebody writes it (`text`), with its normal form."""

    kind: IdentityKind
    text: str
    form: str

    def lookup(self, kernel: Kernel) -> str:
        """Return its keyed hash."""
        if self.kind == "address":
            return kernel.address_hash(self.form)
        return kernel.vault.digest("identity", self.kind, self.form)

    def record(self, kernel: Kernel, ref: SubjectRef, basis: Basis) -> IdentityRecord:
        """Return it as an event holds it, sealed."""
        return IdentityRecord(
            kind=self.kind,
            lookup=self.lookup(kernel),
            value=kernel.vault.seal(ref, self.text),
            basis=basis,
        )


def address(text: str) -> Identity | None:
    """Return a mail address, or None when it is none."""
    found = text.strip().removeprefix("mailto:").strip("<>").lower()
    if len(found) > _LONGEST or not _ADDRESS.fullmatch(found):
        return None
    return Identity(kind="address", text=found, form=found)


def phone(text: str, country: str | None) -> Identity | None:
    """Return a phone number in E.164, or None when it is none.

    A number without `+` is one of `country` (ISO 3166, two letters); without a country it is none.
    """
    import phonenumbers  # its tables are large

    plain = text.strip().removeprefix("tel:")
    try:
        number = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        form = f"{form};ext={number.extension}"
    return Identity(kind="phone", text=form, form=form)


def handle(text: str) -> Identity | None:
    """Return a handle such as `mastodon:@ana@example.org`, or None when it is empty."""
    service, _, name = text.strip().rpartition(":")
    form = fold_text(name.strip().lstrip("@"))
    if not form:
        return None
    whole = f"{fold_text(service)}:{form}" if service else form
    return Identity(kind="handle", text=text.strip(), form=whole)


def domain(text: str) -> Identity | None:
    """Return the domain of a company's site or address, or None when it is none."""
    bare = text.strip().lower().rpartition("@")[2].rpartition("://")[2]
    host = re.split(r"[/?#:]", bare, maxsplit=1)[0].removeprefix("www.").rstrip(".")
    if not _HOST.fullmatch(host):
        return None
    return Identity(kind="domain", text=host, form=host)


def name(text: str) -> Identity | None:
    """Return a name, or None when nothing of it is left."""
    words = sorted(name_words(text))
    return Identity(kind="name", text=text.strip(), form=" ".join(words)) if words else None


def name_words(text: str) -> list[str]:
    """Return the folded words of a name in its order, without titles and legal forms."""
    words = _WORDS.findall(_POLISH_LTD.sub(" ", spelled(text)))
    return [one for one in words if one not in TITLES and one not in LEGAL_FORMS] or words


def spelled(text: str) -> str:
    """Return a text folded, with umlauts as they are written out (`ue`), dots within forms gone."""
    lowered = text.casefold().translate(_WRITTEN_OUT)
    return fold_text(re.sub(r"(?<=\b\w)\.(?=\w\b)", "", lowered))


_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})


def distinct(identities: Sequence[Identity | None]) -> tuple[Identity, ...]:
    """Return those that are one, each once."""
    found = {(one.kind, one.form): one for one in identities if one is not None}
    return tuple(found.values())
