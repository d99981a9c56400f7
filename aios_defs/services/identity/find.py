"""Owns finding whom somebody's words mean: an id, an address, phone or handle, or a name."""

from aios_defs.core.errors import UnknownId, UsageInvalid
from aios_defs.core.ports import View
from aios_defs.core.rows.profiles import HintRow, IdentityRow, ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.identity import forms
from aios_defs.services.identity.whole import root_of
from aios_defs.services.kernel import Kernel

_SHOWN = 8


def find_subject(kernel: Kernel, view: View, words: str) -> ProfileRow:
    """Return the profile that words mean, following merges.

    Raises:
        UnknownId: nobody is known by them.
        UsageInvalid: several are; they are listed by id.

    """
    found = subjects(kernel, view, words)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownId(
            "Nobody is known by that.", remedy="Give an address, a whole name or an id: /people"
        )
    listed = ", ".join(one.id for one in found[:_SHOWN])
    raise UsageInvalid(
        f"{len(found)} profiles are known by that: {listed}.",
        remedy="Give the id, or make them one: aios memory merge A B",
    )


def subjects(kernel: Kernel, view: View, words: str) -> list[ProfileRow]:
    """Return the roots that words mean: certain identities first, else all of that name."""
    given = words.strip()
    certain = by_identity(kernel, view, given)
    if certain is not None:
        return [certain]
    sought = forms.name(given)
    if sought is None:
        return []
    hints = view.select(HintRow, lookup=sought.lookup(kernel))
    ids = [one.profile_id for one in hints] or _scan(kernel, view, sought.form)
    known = {root.id: root for one in ids if (root := root_of(view, one)) is not None}
    return [one for one in known.values() if not one.is_withdrawn]


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
