"""Owns keeping context packs: a header and its items as sealed blobs, each stored once.

House items repeat from decision to decision, so each is kept as the same blob and their list as one
more; the shelf remembers which. An item about a subject is sealed under the key of the profile that
it was written for, never of one that this was merged into.
"""

import json
from collections.abc import Sequence

from pydantic import TypeAdapter

from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.decision import ContextPack, PackItem
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import ChangedInput, LedgerBroken
from aios_defs.core.events.tasks import ContextPacked, PackedItem
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.tasks import PackRow, TaskRow
from aios_defs.core.sealed import BlobRef, SubjectRef
from aios_defs.services.kernel import Kernel, get_json, put_json
from aios_defs.services.shelf import StoredHouse

_LISTED = TypeAdapter(tuple[PackedItem, ...])


def subject_ref(view: View, profile_id: str) -> SubjectRef:
    """Return the key of a profile's own text."""
    profile = view.get(ProfileRow, profile_id)
    assert profile is not None  # noqa: S101 - profiles are never deleted
    return profile.subject_ref


def keep_pack(
    kernel: Kernel, tx: Transaction, task: TaskRow, pack: ContextPack
) -> tuple[str, StoredHouse]:
    """Append the pack's event; returns its id and what to remember once that is durable."""
    own = subject_ref(tx, task.profile_id)
    house = _keep_house(kernel, tx, tuple(item for item in pack.items if item.subject is None))
    subjects = ((item, item.subject) for item in pack.items if item.subject is not None)
    personal = [
        (item, own if one == task.profile_id else subject_ref(tx, one)) for item, one in subjects
    ]
    header: JsonObject = pack.model_dump(mode="json", exclude={"items"})
    packed = ContextPacked(
        pack_id=kernel.ids.new(),
        task_id=task.id,
        agent=pack.agent,
        header=put_json(tx, own, header),
        house=house.listing,
        items=tuple(_keep(tx, item, ref) for item, ref in personal),
    )
    tx.append(
        Draft(
            stream=f"task-{task.id}",
            data=packed,
            correlation_id=task.id,
            subject=task.profile_id,
            actor="facade",
        )
    )
    return packed.pack_id, house


def _keep(tx: Transaction, item: PackItem, ref: SubjectRef) -> PackedItem:
    return PackedItem(name=item.name, blob=put_json(tx, ref, item.model_dump(mode="json")))


def _keep_house(kernel: Kernel, tx: Transaction, items: tuple[PackItem, ...]) -> StoredHouse:
    known = kernel.shelf.stored
    if known is not None and known.holds(items):
        return known
    house = kernel.vault.house
    listed = [_keep(tx, item, house).model_dump(mode="json") for item in items]
    return StoredHouse(items=items, listing=tx.put_blob(house, canonical_bytes(list(listed))))


def load_items(kernel: Kernel, view: View, row: PackRow) -> tuple[PackItem, ...]:
    """Return a stored pack's items, the house's first.

    Raises:
        KeyErased: naming the erasure.
        ChangedInput: naming the first item that is not what was recorded.

    """
    return (*_load_house(kernel, view, row.house), *_load_all(view, row.items))


def _load_house(kernel: Kernel, view: View, listing: BlobRef) -> tuple[PackItem, ...]:
    known = kernel.shelf.loaded.get(listing.digest)
    if known is None:
        try:
            listed = _LISTED.validate_python(json.loads(view.blob(listing)))
        except (LedgerBroken, ValueError) as error:
            raise _changed("house") from error
        known = _load_all(view, listed)
        kernel.shelf.keep_loaded(listing.digest, known)
    return known


def _load_all(view: View, packed: Sequence[PackedItem]) -> tuple[PackItem, ...]:
    return tuple(_load(view, one) for one in packed)


def _load(view: View, packed: PackedItem) -> PackItem:
    try:
        return PackItem.model_validate(get_json(view, packed.blob))
    except (LedgerBroken, ValueError) as error:
        raise _changed(packed.name) from error


def _changed(name: str) -> ChangedInput:
    return ChangedInput(
        f"The stored input {name} is not what was recorded.",
        remedy="Run: aios ledger verify",
        name=name,
    )


def load_pack(kernel: Kernel, view: View, row: PackRow) -> ContextPack:
    """Return a stored pack; raises KeyErased, KeyMissing, ChangedInput."""
    try:
        header = get_json(view, row.header)
    except (LedgerBroken, ValueError) as error:
        raise _changed("header") from error
    return ContextPack.model_validate({**header, "items": load_items(kernel, view, row)})
