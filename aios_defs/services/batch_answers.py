"""Owns answering several decisions in one act: each has its own approval, bound to its own hash.

One that can't be answered any more stops none of the others, and is reported beside them.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rows.actions import ActionRow
from aios_defs.services.approve import approve, reject, undo
from aios_defs.services.kernel import Kernel

MOST = 200
"""How many decisions one batch answers."""
Answer = Literal["approve", "reject", "undo"]


class Item(NamedTuple):
    """A decision, and the hash of its content as it was shown."""

    id: str
    content_hash: str


def answer_batch(
    kernel: Kernel, items: Sequence[Item], answer: Answer, reason: str = ""
) -> JsonObject:
    """Approve, reject or take back each of these decisions.

    Shape: `done` and `failed` (counts), and `results` in the given order, each `{"id", "state"}`
    with `error` and `message` where it was refused.
    """
    results = [_one(kernel, item, answer, reason) for item in items]
    failed = sum("error" in one for one in results)
    return {
        "answer": answer,
        "done": len(results) - failed,
        "failed": failed,
        "results": list[JsonValue](results),
    }


def _one(kernel: Kernel, item: Item, answer: Answer, reason: str) -> JsonObject:
    try:
        row = _answered(kernel, item, answer, reason)
    except AiosError as error:
        return {
            "id": item.id,
            "state": None,
            "error": error.code,
            "message": error.message,
            "remedy": error.remedy,
        }
    return {"id": item.id, "state": str(row.state)}


def _answered(kernel: Kernel, item: Item, answer: Answer, reason: str) -> ActionRow:
    if answer == "approve":
        return approve(kernel, item.id, content_hash=item.content_hash)
    if answer == "undo":
        return undo(kernel, item.id)
    return reject(kernel, item.id, reason)
