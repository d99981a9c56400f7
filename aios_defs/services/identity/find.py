"""Owns finding whom somebody's words mean: an id, an address, phone or handle, or a name.

It is the one way in, so that whatever asks for a subject takes the same words.
"""

from aios_defs.core.errors import UnknownId, UsageInvalid
from aios_defs.core.ports import View
from aios_defs.core.rows.profiles import HintRow, IdentityRow, ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.identity import forms
from aios_defs.services.identity.whole import root_of
from aios_defs.services.kernel import Kernel

_SHOWN = 8
HOUSE_WORD = "house"
"""What is said for the house where a subject may be named."""
_LEAST = 6
"""How much of an id means it."""


def find_subject(
    kernel: Kernel, view: View, words: str, *, may_read_names: bool = True
) -> ProfileRow:
    """Return the profile that words mean, following merges.

    They are an address, phone number, handle or whole name, or an id or the beginning or end of
    one. A name is shareable: for who may not read names nobody is known by one.

    Raises:
        UnknownId: nobody is known by them.
        UsageInvalid: several are; each is listed with its id.

    """
    given = words.strip()
    certain = by_identity(kernel, view, given)
    found = [certain] if certain is not None else []
    if not found and may_read_names:
        found = _named(kernel, view, given)
    found = found or _by_part(view, given.lower())
    if len(found) == 1:
        return found[0]
    if not found:
        raise _nobody(may_read_names=may_read_names)
    listed = ", ".join(f"{one.id} ({one.kind}, {one.stage})" for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise UsageInvalid(
        f"{len(found)} profiles are known by that: {listed}{more}.",
        remedy="Give the id, or make them one: aios memory merge A B",
    )


def _nobody(*, may_read_names: bool) -> UnknownId:
    words = "an address, a phone number, a whole name or an id"
    if not may_read_names:
        words = "an address, a phone number or an id: whom a name means is not public"
    return UnknownId(
        "Nobody is known by that.",
        remedy=f"Give {words}. Who is known: aios memory list profiles, or /people",
    )


def subjects(kernel: Kernel, view: View, words: str) -> list[ProfileRow]:
    """Return the roots that words mean: certain identities first, else all of that name."""
    certain = by_identity(kernel, view, words.strip())
    return [certain] if certain is not None else _named(kernel, view, words)


def _named(kernel: Kernel, view: View, words: str) -> list[ProfileRow]:
    sought = forms.name(words)
    if sought is None:
        return []
    hints = view.select(HintRow, lookup=sought.lookup(kernel))
    ids = [one.profile_id for one in hints] or _scan(kernel, view, sought.form)
    return [one for one in _roots(view, ids) if not one.is_withdrawn]


def _by_part(view: View, part: str) -> list[ProfileRow]:
    """Return whom the beginning or end of an id means."""
    if len(part) < _LEAST:
        return []
    ids = view.column(ProfileRow, "id")
    return _roots(view, [one for one in ids if one.startswith(part) or one.endswith(part)])


def _roots(view: View, ids: list[str]) -> list[ProfileRow]:
    known = {root.id: root for one in ids if (root := root_of(view, one)) is not None}
    return list(known.values())


def by_identity(kernel: Kernel, view: View, words: str) -> ProfileRow | None:
    """Return the root of an id or a certain identity, or None."""
    if view.get(ProfileRow, words) is not None:
        return root_of(view, words)
    country = kernel.business.operator.country
    tried = forms.distinct([forms.address(words), forms.phone(words, country), forms.handle(words)])
    for one in tried:
        row = view.get(IdentityRow, one.lookup(kernel))
        if row is not None:
            return root_of(view, row.profile_id)
    return None


def _scan(kernel: Kernel, view: View, form: str) -> list[str]:
    """Return who has the name, by reading all: profiles of before names were hints."""
    rows = view.select(ProfileRow, order="position")
    return [one.id for one in rows if _form(readable(kernel, one.name)) == form]


def _form(text: str) -> str:
    found = forms.name(text)
    return found.form if found else ""
