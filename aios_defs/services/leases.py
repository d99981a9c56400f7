"""Owns leases: one worker at a time on something, until it is done or its time is over."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime

from aios_defs.core.ports import Transaction
from aios_defs.core.rows.house import LeaseRow
from aios_defs.services.kernel import Kernel


@contextmanager
def leased(kernel: Kernel, name: str) -> Generator[bool]:
    """Hold a named lease for the length of the block; yields False when another worker holds it."""
    token = _take(kernel, name)
    try:
        yield token is not None
    finally:
        if token is not None:
            _give_back(kernel, name, token)


def claim(kernel: Kernel, tx: Transaction, name: str) -> int | None:
    """Take a lease within a transaction; returns its token, or None while another holds it."""
    held = tx.get(LeaseRow, name)
    if held is not None and is_held(kernel, held, tx.now) and held.owner != kernel.workers.me:
        return None
    token = (held.token if held else 0) + 1
    tx.put(LeaseRow(name=name, owner=kernel.workers.me, token=token, until=tx.now + kernel.lease))
    return token


def is_held(kernel: Kernel, lease: LeaseRow, now: datetime) -> bool:
    """Return whether a lease still holds: its time is not over and its worker not dead."""
    return lease.until > now and not kernel.workers.is_gone(lease.owner)


def _take(kernel: Kernel, name: str) -> int | None:
    with kernel.ledger.transaction(actor="worker") as tx:
        return claim(kernel, tx, name)


def _give_back(kernel: Kernel, name: str, token: int) -> None:
    with kernel.ledger.transaction(actor="worker") as tx:
        held = tx.get(LeaseRow, name)
        if held is not None and held.token == token:
            tx.put(held.but(until=tx.now))
