"""Owns the heads of a ledger that are remembered outside it: by Dagster's runs, and by digests."""

from pathlib import Path

from aios_defs.services.verify import Anchor
from resources.dagster_instance import mirrored_heads
from resources.messengers.folder import kept_heads


def known_heads(home: Path) -> tuple[Anchor, ...]:
    """Return every head that is remembered beside a home's ledger; empty when none is.

    Raises:
        StorageFailed: Dagster's storage can't be read.

    """
    return tuple(
        Anchor(position=position, hash=digest, source=source)
        for position, digest, source in (*mirrored_heads(home), *kept_heads(home))
    )
