"""Owns erasing again, in a restored home, what the home before it had forgotten after the backup.

The keys in a backup are those of its day. A tombstone names the profiles and the keyed hashes of
their identities; what the backup has of these goes, whoever was one with them then.
"""

from collections.abc import Iterable

from aios_defs.core.events.memory import ErasedBefore
from aios_defs.core.model import parse_rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.services.erasure.finish import Erasure, erasures
from aios_defs.services.erasure.forget import append_erasure
from aios_defs.services.erasure.keys import belongings_of
from aios_defs.services.kernel import Kernel


def erase_again(kernel: Kernel, formers: Iterable[Erasure]) -> int:
    """Append each erasure that this ledger does not know; returns how many.

    Of who is not in the ledger at all only the look-ups are kept, so that nobody learns them again.
    The keys are still there: `finish` destroys them. Idempotent by the event of the erasure.
    """
    return sum(_append(kernel, one) for one in formers)


def _append(kernel: Kernel, former: Erasure) -> bool:
    with kernel.ledger.transaction(actor="operator") as tx:
        if any(former.event_id in (one.event_id, one.again) for one in erasures(tx)):
            return False
        again = ErasedBefore(event_id=former.event_id, at=parse_rfc3339(former.of))
        whose = tuple(dict.fromkeys((*_there(tx, former), *former.profiles)))
        found = belongings_of(kernel, tx, whose)
        append_erasure(kernel, tx, found.known_as(former.lookups), again=again)
        return True


def _there(view: View, former: Erasure) -> list[str]:
    """Return the profiles that the tombstone means: by id, the first of them its root, by look-up.

    Those that became one with them before the backup, and were split off after it, are not meant.
    """
    named = [one for one in former.profiles if view.get(ProfileRow, one) is not None]
    held = (view.get(IdentityRow, one) for one in former.lookups)
    return [*named, *(row.profile_id for row in held if row is not None)]
