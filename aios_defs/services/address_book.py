"""Owns telling an address that only looks like one that the operator knows.

Letters of other scripts, digits for letters, doubled and joined letters and dashes make no
difference to a reader in a hurry (Unicode TS 39 calls what is left the skeleton).
"""

from aios_defs.core.errors import AiosError
from aios_defs.core.folding import LEET, LOOKALIKES, fold_text
from aios_defs.core.ports import View
from aios_defs.core.rows.memory import IdentityRow
from aios_defs.services.kernel import Kernel

_TRUSTED = ("operator", "written_to")
_OPENED_AT_ONCE = 2000
_JOINED = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_PASSED_OVER = str.maketrans("", "", "-_.")


def looks_like(kernel: Kernel, view: View, address: str) -> str | None:
    """Return the known address that an unknown one would be taken for, or None."""
    if _is_known(kernel, view, address):
        return None
    book = _book(kernel, view)
    found = book.get(skeleton(address))
    return found if found != address else None


def _is_known(kernel: Kernel, view: View, address: str) -> bool:
    identity = view.get(IdentityRow, kernel.address_hash(address))
    return identity is not None and identity.basis in _TRUSTED


def _book(kernel: Kernel, view: View) -> dict[str, str]:
    """Return the known addresses by skeleton; a few thousand new ones are opened at a time."""
    opened = kernel.shelf.opened
    opened.drop_erased(view)
    fresh = [
        one
        for one in view.column(IdentityRow, "lookup", basis=_TRUSTED, kind="address")
        if one not in opened.addresses
    ][:_OPENED_AT_ONCE]
    for lookup in fresh:
        row = view.get(IdentityRow, lookup)
        address = _opened(kernel, row) if row else ""
        opened.addresses[lookup] = address
        opened.skeletons[skeleton(address)] = address
    return opened.skeletons


def _opened(kernel: Kernel, row: IdentityRow) -> str:
    try:
        return kernel.vault.open(row.value)
    except AiosError:
        return ""


def skeleton(address: str) -> str:
    """Return what a reader in a hurry sees of an address."""
    name, _, host = address.translate(LOOKALIKES).partition("@")
    folded = fold_text(f"{name}@{host.rpartition('.')[0].translate(_PASSED_OVER)}")
    for pair, one in _JOINED:
        folded = folded.replace(pair, one)
    plain = (part.translate(LEET).replace("l", "i") for part in folded.split("@"))
    return "@".join(plain)
