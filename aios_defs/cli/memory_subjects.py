"""Owns what the words of a memory command mean: whom or which fact, and which moment."""

import re
from datetime import datetime

from aios_defs.cli.session import ROWS, find
from aios_defs.core.errors import UnknownId, UsageInvalid
from aios_defs.services.identity.find import find_subject
from aios_defs.services.kernel import Kernel

HOUSE = "house"
_POSITION = re.compile(r"#?(\d{1,15})")


def meant(kernel: Kernel, given: str) -> tuple[str | None, str | None]:
    """Return the fact, or the subject (None: the house), that a word means, as (fact, subject).

    Raises:
        UnknownId: nothing and nobody is known by it.
        UsageInvalid: it means several.

    """
    if given == HOUSE:
        return None, None
    try:
        named = find(kernel, given, ("fact", "profile"))
    except UnknownId:
        return None, subject_of(kernel, given)
    return (named.id, None) if ROWS[named.kind] is ROWS["fact"] else (None, named.id)


def subject_of(kernel: Kernel, given: str) -> str | None:
    """Return the profile that a word means, None for the house; raises as `meant` does."""
    if given == HOUSE:
        return None
    with kernel.ledger.view() as view:
        return find_subject(kernel, view, given).id


def moment(kernel: Kernel, given: str | None) -> datetime | int | None:
    """Return a day, a moment in the operator's time zone, or a position (`#480`).

    Raises:
        UsageInvalid: it is none of them.

    """
    if given is None:
        return None
    position = _POSITION.fullmatch(given.strip())
    return int(position[1]) if position else instant(kernel, given)


def instant(kernel: Kernel, given: str) -> datetime:
    """Return a day or a moment in the operator's time zone; raises UsageInvalid."""
    from zoneinfo import ZoneInfo

    try:
        found = datetime.fromisoformat(given.strip())
    except ValueError:
        raise UsageInvalid(
            f"{given!r} is no moment.", remedy="Write it as 2031-05-06 or 2031-05-06T14:30."
        ) from None
    zone = ZoneInfo(kernel.business.operator.time_zone)
    return found if found.tzinfo else found.replace(tzinfo=zone)
