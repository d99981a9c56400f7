"""Owns who must not be learnt again: an identity that was forgotten is not imported a second time.

What arrives anew from such an address is somebody new; what is older, or a list of the operator's,
would bring back what was asked to be forgotten.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from aios_defs.core.model import parse_rfc3339
from aios_defs.core.ports import View
from aios_defs.services.erasure.finish import erasures
from aios_defs.services.identity import forms
from aios_defs.services.kernel import Kernel

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def is_erased(kernel: Kernel, view: View, lookup: str, *, at: datetime | None = None) -> bool:
    """Return whether a certain identity, by its keyed hash, was forgotten; cheap to ask often.

    `at` asks of what is of that moment: what came after the erasure is of somebody new.
    """
    shelf = kernel.shelf
    for one in erasures(view, after=shelf.erased_to):
        shelf.erased.update(dict.fromkeys(one.lookups, parse_rfc3339(one.of)))
        shelf.erased_to = one.position
    erased = shelf.erased.get(lookup)
    return erased is not None and (at is None or at < erased)


def is_mail_of_erased(
    kernel: Kernel, view: View, addresses: Iterable[str], *, at: datetime | None = None
) -> bool:
    """Return whether one of the addresses that a mail is from, or went to, was forgotten."""
    return any(is_erased(kernel, view, kernel.address_hash(one), at=at) for one in addresses)


def names_erased(kernel: Kernel, view: View, text: str) -> bool:
    """Return whether an address that stands in a text was forgotten."""
    return is_mail_of_erased(kernel, view, set(_ADDRESS.findall(text)))


def means_erased(kernel: Kernel, view: View, words: str) -> bool:
    """Return whether words are an address, phone number or handle that was forgotten."""
    country = kernel.business.operator.country
    tried = forms.distinct([forms.address(words), forms.phone(words, country), forms.handle(words)])
    return any(is_erased(kernel, view, one.lookup(kernel)) for one in tried)
