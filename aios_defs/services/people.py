"""Owns the list of people: who is known, by last contact, a page at a time.

Names and addresses are sealed one by one, so only those of a page are opened; a search opens at
most a bounded number and says where to look further.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aios_defs.core.folding import fold_text
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.identity.find import by_identity
from aios_defs.services.identity.whole import members, roots
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id

PAGE = 50
STAGES = ("lead", "customer", "former")
_OPENED_AT_MOST = 2000
_CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Whom to list; empty means everybody. `skip` is how many of the order to leave out."""

    text: str = ""
    stage: str = ""
    skip: int = 0


def people(kernel: Kernel, sought: Sought, *, size: int = PAGE) -> JsonObject:
    """Return a page of people, the latest contact first, then those never heard of.

    Shape: `people` (each `id`, `name`, `addresses`, `stage`, `kind`, `is_endorsed`, `last_contact`
    as `at` and `direction` or None), `total` (of the stage), `stages` (name to count), `more` (the
    `skip` of the next page, or None), `skip`.
    """
    with kernel.ledger.view() as view:
        order = _order(view, sought.stage)
        found, reached = _page(kernel, view, sought, order, size)
        stages = view.tally(ProfileRow, "stage", merged_into=None, is_withdrawn=False)
        return {
            "people": [_line(kernel, view, one, addresses) for one, addresses in found],
            "total": len(order),
            "stages": {one: stages.get((one,), 0) for one in STAGES},
            "more": reached if reached < len(order) else None,
            "skip": sought.skip,
        }


def _order(view: View, stage: str) -> list[str]:
    """Return the ids of all people; ids of interactions and of people follow their time."""
    contacts = view.column(InteractionRow, "profile_id")
    merged = roots(view, view.column(ProfileRow, "id", merged_into__gt=""))
    latest = {merged.get(one, one): place for place, one in enumerate(contacts, start=1)}
    where = {"stage": stage} if stage else {}
    known = enumerate(view.column(ProfileRow, "id", merged_into=None, is_withdrawn=False, **where))
    ranked = sorted(((latest.get(one, 0), place, one) for place, one in known), reverse=True)
    return [one for _, _, one in ranked]


def _page(
    kernel: Kernel, view: View, sought: Sought, order: Sequence[str], size: int
) -> tuple[list[tuple[ProfileRow, list[str]]], int]:
    """Return who is on the page, and how far in the order it reached."""
    whole = by_identity(kernel, view, sought.text) if sought.text else None
    if whole is not None and whole.id in order:
        return list(_opened(kernel, view, [whole.id])), len(order)
    wanted = fold_text(sought.text.strip())
    found: list[tuple[ProfileRow, list[str]]] = []
    reached = sought.skip
    for profile, addresses in _opened(kernel, view, order[sought.skip :]):
        if len(found) == size or reached - sought.skip >= _OPENED_AT_MOST:
            break
        reached += 1
        if not wanted or _is_meant(kernel, profile, addresses, wanted):
            found.append((profile, addresses))
    return found, reached


def _opened(
    kernel: Kernel, view: View, ids: Sequence[str]
) -> Iterator[tuple[ProfileRow, list[str]]]:
    merged = roots(view, view.column(ProfileRow, "id", merged_into__gt=""))
    for start in range(0, len(ids), _CHUNK):
        some = tuple(ids[start : start + _CHUNK])
        rows = by_id(view, ProfileRow, some)
        whole = {one: one for one in some}
        whole |= {member: root for member, root in merged.items() if root in whole}
        identities: dict[str, list[IdentityRow]] = {}
        for identity in view.select(IdentityRow, profile_id=tuple(whole)):
            identities.setdefault(whole[identity.profile_id], []).append(identity)
        for one in some:
            yield rows[one], [readable(kernel, row.value) for row in identities.get(one, [])]


def _is_meant(kernel: Kernel, profile: ProfileRow, addresses: list[str], wanted: str) -> bool:
    return any(wanted in fold_text(one) for one in (readable(kernel, profile.name), *addresses))


def _line(kernel: Kernel, view: View, profile: ProfileRow, addresses: list[str]) -> JsonObject:
    whose = members(view, profile.id)
    last = view.select(InteractionRow, profile_id=whose, order="-position", limit=1)
    contact: JsonValue = None
    if last:
        contact = {"at": rfc3339(last[0].at), "direction": last[0].direction}
    return {
        "id": profile.id,
        "name": readable(kernel, profile.name),
        "addresses": list[JsonValue](addresses),
        "stage": profile.stage,
        "kind": profile.kind,
        "is_endorsed": profile.is_endorsed,
        "last_contact": contact,
    }
