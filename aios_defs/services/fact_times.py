"""Owns asking memory about another time: what was true then, by what was known then.

The recorded axis is the place in the ledger; an instant on it is the last event up to then. Who was
one with whom is taken from the merges and splits up to that place.
"""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from aios_defs.core.as_of import AsOf, standing
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.events.profiles import ProfileMerged, ProfileSplit
from aios_defs.core.model import JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.fact_lines import fact_line, source_of_fact
from aios_defs.services.facts import disputes_of, known_fact, now_at
from aios_defs.services.identity.whole import members
from aios_defs.services.kernel import Kernel

Found = list[FactRow]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_POSITION = re.compile(r"#?(\d{1,15})")


def point(
    kernel: Kernel, view: View, valid_at: datetime | None, known_at: datetime | int | None
) -> AsOf:
    """Return a point on both axes; None is now, and `known_at` an instant or a position."""
    now = now_at(kernel, view)
    if isinstance(known_at, datetime):
        known_at = position_at(view, known_at)
    return AsOf(
        valid_at=now.valid_at if valid_at is None else valid_at,
        known_at=now.known_at if known_at is None else min(known_at, now.known_at),
    )


def asked_point(kernel: Kernel, view: View, valid_at: str, known_at: str) -> AsOf:
    """Return the point that two words mean: days (their end), moments, a position; empty is now.

    Raises:
        UsageInvalid: a word is none of them.

    """
    place = _POSITION.fullmatch(known_at.strip())
    known = int(place[1]) if place else by_end(kernel, known_at)
    return point(kernel, view, by_end(kernel, valid_at), known)


def by_end(kernel: Kernel, words: str) -> datetime | None:
    """Return a moment, of a day its last one; None when nothing is said."""
    if not words.strip():
        return None
    return moment_in(kernel, f"{words.strip()}T23:59:59.999999" if _is_day(words) else words)


def _is_day(words: str) -> bool:
    try:
        return bool(_DAY.fullmatch(words.strip()) and date.fromisoformat(words.strip()))
    except ValueError:
        return False  # as 30 February: refused by its own name


def moment_in(kernel: Kernel, words: str) -> datetime:
    """Return a day (its beginning) or a moment in the operator's time zone; raises UsageInvalid.

    A moment that lies before the year 1 or after 9999 in UTC, or in that zone, is refused.
    """
    try:
        found = datetime.fromisoformat(words.strip())
    except ValueError:
        raise UsageInvalid(
            f"{words!r} is no moment.", remedy="Write it as 2031-05-06 or 2031-05-06T14:30."
        ) from None
    zone = ZoneInfo(kernel.business.operator.time_zone)
    try:
        moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        moment.astimezone(zone)
    except OverflowError:
        raise UsageInvalid(
            f"{words!r} is no moment of the years 1 to 9999 everywhere.",
            remedy="Write a day that is further from their ends.",
        ) from None
    return moment


def position_at(view: View, moment: datetime) -> int:
    """Return the position of the last event up to an instant; 0 when all came later.

    Found by halves, which takes times in the log to be in order: where a clock went back, an
    instant within that step has no one answer.
    """
    low, high = 0, view.head().position
    while low < high:
        middle = (low + high + 1) // 2
        found = next(view.events(after=middle - 1, limit=1))
        low, high = (middle, high) if found.time <= moment else (low, middle - 1)
    return low


def facts_as_of(kernel: Kernel, view: View, subject_id: str | None, at: AsOf) -> Found:
    """Return what stands of a subject (None: the house) as of a point, by topic and predicate."""
    whose = None if subject_id is None else members_at(view, subject_id, at.known_at)
    rows = view.select(FactRow, subject_id=whose, order="position")
    disputes = disputes_of(view, rows)
    keys: dict[tuple[str, str], Found] = {}
    for row in rows:
        keys.setdefault((row.topic or "", row.predicate), []).append(row)
    found: Found = []
    for (_, predicate), some in sorted(keys.items()):
        is_single = kernel.business.predicate(predicate).cardinality == "single"
        found += standing(some, disputes, at, is_single=is_single)
    return found


def members_at(view: View, profile_id: str, known_at: int) -> tuple[str, ...]:
    """Return the profiles that were one with this one at a position of the ledger."""
    if known_at >= view.head().position:
        return members(view, profile_id)
    into = merged_at(view, known_at)
    root = _root(into, profile_id)
    return tuple({root: None} | {one: None for one in into if _root(into, one) == root})


def merged_at(view: View, known_at: int) -> dict[str, str]:
    """Return which profiles were merged at a position of the ledger, and into which."""
    into: dict[str, str] = {}
    for event in view.events(types=(ProfileMerged.type, ProfileSplit.type), upto=known_at):
        other, kept = str(event.data["other_id"]), str(event.data["profile_id"])
        if event.type == ProfileMerged.type:
            into[other] = kept
        else:
            into.pop(other, None)
    return into


def _root(into: dict[str, str], profile_id: str) -> str:
    while profile_id in into:
        profile_id = into[profile_id]
    return profile_id


def known_facts(kernel: Kernel, subject_id: str | None, at: AsOf) -> list[JsonValue]:
    """Return what stands of a subject as of a point, each as `fact_line` with its `source`."""
    with kernel.ledger.view() as view:
        return _lines(kernel, view, facts_as_of(kernel, view, subject_id, at))


def known_versions(kernel: Kernel, fact_id: str, at: AsOf) -> list[JsonValue]:
    """Return which versions of a fact stand as of a point, as `known_facts`; raises UnknownId."""
    with kernel.ledger.view() as view:
        fact = known_fact(view, fact_id)
        rows = facts_as_of(kernel, view, fact.subject_id, at)
        names = (fact.topic, fact.predicate)
        return _lines(kernel, view, [row for row in rows if (row.topic, row.predicate) == names])


def _lines(kernel: Kernel, view: View, rows: Found) -> list[JsonValue]:
    return [{**fact_line(kernel, row), "source": source_of_fact(kernel, view, row)} for row in rows]
