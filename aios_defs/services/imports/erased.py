"""Owns the seam to erasure: no import brings back an identity that was erased on request."""

from aios_defs.core.ports import View
from aios_defs.services.kernel import Kernel


def is_erased(_kernel: Kernel, _view: View, _lookup: str) -> bool:
    """Return whether the keyed hash of an identity stands among the tombstones."""
    return False  # tombstones are written once erasure exists
