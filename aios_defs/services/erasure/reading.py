"""Owns reading personal text that is to be kept in plain: never of somebody who is being forgotten.

    no erasure under way → read → none began meanwhile → under the lock of what is written: none

An erasure destroys keys first and cleans what is written then, under the same lock. So what was
read before is not written after it, and what was written before it is cleaned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aios_defs.core.errors import TransitionRefused
from aios_defs.core.ports import View
from aios_defs.services.erasure.finish import erasures, is_finished
from aios_defs.services.kernel import Kernel

T = TypeVar("T")
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean(Generic[T]):
    """What was read, and the position of the ledger up to which no erasure touches it."""

    value: T
    position: int


def read_clean(kernel: Kernel, read: Callable[[], T]) -> Clean[T]:
    """Return what `read` reads, read again where somebody was forgotten meanwhile.

    Raises:
        TransitionRefused: an erasure is not finished: its keys may still open what is to be gone.

    """
    for _ in range(_TRIES):
        with kernel.ledger.view() as view:
            _refuse_unfinished(view)
            begin = view.head().position
        value = read()
        with kernel.ledger.view() as view:
            end = view.head().position
        if not erased_since(kernel, begin):
            return Clean(value=value, position=end)
    raise _under_way()


def erased_since(kernel: Kernel, position: int) -> bool:
    """Return whether somebody was forgotten after a position of the ledger."""
    with kernel.ledger.view() as view:
        return any(erasures(view, after=position))


def _refuse_unfinished(view: View) -> None:
    latest = max((one.position for one in erasures(view)), default=0)
    if not is_finished(view, latest):
        raise _under_way()


def _under_way() -> TransitionRefused:
    return TransitionRefused(
        "Somebody is being forgotten; until that is finished memory is not built.",
        remedy="Nothing is lost, the next build does it. See how far it is: aios memory erasures",
        state="erasing",
    )
