"""Owns who must not be learnt again: an identity that was forgotten is not imported a second time.

What arrives anew from such an address is somebody new; what is older, or a list of the operator's,
would bring back what was asked to be forgotten.
"""

from aios_defs.core.ports import View
from aios_defs.services.erasure.finish import erasures
from aios_defs.services.kernel import Kernel


def is_erased(kernel: Kernel, view: View, lookup: str) -> bool:
    """Return whether a certain identity, by its keyed hash, was forgotten; cheap to ask often."""
    shelf = kernel.shelf
    for one in erasures(view, after=shelf.erased_to):
        shelf.erased.update(one.lookups)
        shelf.erased_to = one.position
    return lookup in shelf.erased
