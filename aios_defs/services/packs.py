"""Owns keeping context packs: a header and its items as sealed blobs, each stored once.

House items repeat from decision to decision, so they are kept as the same blob, and the shelf
remembers which; an item about a subject is sealed under that subject's key.
"""

from collections.abc import Sequence

from aios_defs.core.decision import ContextPack, PackItem
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import LedgerBroken
from aios_defs.core.events.tasks import ContextPacked, PackedItem
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.memory import ProfileRow
from aios_defs.core.rows.tasks import PackRow, TaskRow
from aios_defs.core.sealed import BlobRef, SubjectRef
from aios_defs.services.kernel import Kernel, get_json, put_json


class ChangedInput(LedgerBroken):
    """A stored input of a decision is not what was recorded; the field `name` names it."""


def subject_ref(view: View, profile_id: str) -> SubjectRef:
    """Return the key of a profile's own text."""
    profile = view.get(ProfileRow, profile_id)
    assert profile is not None  # noqa: S101 - profiles are never deleted
    return profile.subject_ref


def keep_pack(
    kernel: Kernel, tx: Transaction, task: TaskRow, pack: ContextPack
) -> tuple[str, dict[str, BlobRef]]:
    """Append the pack's event; returns its id and the house blobs to remember once committed."""
    own = subject_ref(tx, task.profile_id)
    header: JsonObject = pack.model_dump(mode="json", exclude={"items"})
    fresh: dict[str, BlobRef] = {}
    packed = tuple(
        PackedItem(name=item.name, blob=_keep_item(kernel, tx, item, own, fresh))
        for item in pack.items
    )
    pack_id = kernel.ids.new()
    tx.append(
        Draft(
            stream=f"task-{task.id}",
            data=ContextPacked(
                pack_id=pack_id,
                task_id=task.id,
                agent=pack.agent,
                header=put_json(tx, own, header),
                items=packed,
            ),
            correlation_id=task.id,
            subject=task.profile_id,
            actor="facade",
        )
    )
    return pack_id, fresh


def _keep_item(
    kernel: Kernel, tx: Transaction, item: PackItem, own: SubjectRef, fresh: dict[str, BlobRef]
) -> BlobRef:
    if item.subject is not None:
        return put_json(tx, own, item.model_dump(mode="json"))
    known = kernel.shelf.blob_of(item)
    if known is not None:
        return known
    blob = put_json(tx, kernel.vault.house, item.model_dump(mode="json"))
    fresh[item.name] = blob
    return blob


def load_items(kernel: Kernel, view: View, packed: Sequence[PackedItem]) -> tuple[PackItem, ...]:
    """Return stored pack items in their order; raises KeyErased naming the erasure."""
    return tuple(_load_item(kernel, view, one) for one in packed)


def _load_item(kernel: Kernel, view: View, packed: PackedItem) -> PackItem:
    blob = packed.blob
    known = kernel.shelf.loaded.get(blob.digest)
    if known is not None:
        return known
    try:
        item = PackItem.model_validate(get_json(view, blob))
    except (LedgerBroken, ValueError) as error:
        raise ChangedInput(
            f"The stored input {packed.name} is not what was recorded.",
            remedy="Run: aios ledger verify",
            name=packed.name,
        ) from error
    if blob.subject_ref == kernel.vault.house:
        kernel.shelf.loaded[blob.digest] = item
    return item


def load_pack(kernel: Kernel, view: View, row: PackRow) -> ContextPack:
    """Return a stored pack; raises KeyErased, KeyMissing."""
    header = get_json(view, row.header)
    return ContextPack.model_validate({**header, "items": load_items(kernel, view, row.items)})
