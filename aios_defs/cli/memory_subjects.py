"""Owns whom, or which fact, the words of a memory command mean."""

from aios_defs.cli.session import ROWS, find
from aios_defs.core.errors import UnknownId
from aios_defs.services.identity.find import HOUSE_WORD, find_subject
from aios_defs.services.kernel import Kernel


def meant(kernel: Kernel, given: str) -> tuple[str | None, str | None]:
    """Return the fact, or the subject (None: the house), that a word means, as (fact, subject).

    Raises:
        UnknownId: nothing and nobody is known by it.
        UsageInvalid: it means several.

    """
    if given == HOUSE_WORD:
        return None, None
    try:
        named = find(kernel, given, ("fact", "profile"))
    except UnknownId:
        return None, subject_of(kernel, given)
    return (named.id, None) if ROWS[named.kind] is ROWS["fact"] else (None, named.id)


def subject_of(kernel: Kernel, given: str) -> str | None:
    """Return the profile that a word means, None for the house; raises as `meant` does."""
    return None if given == HOUSE_WORD else profile_of(kernel, given)


def profile_of(kernel: Kernel, given: str) -> str:
    """Return the profile that words mean as `find_subject` takes them; raises as `meant` does."""
    with kernel.ledger.view() as view:
        return find_subject(kernel, view, given).id
