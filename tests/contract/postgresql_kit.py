"""Owns the ledgers of the suites about PostgreSQL alone, and another program beside them."""

from contextlib import closing
from pathlib import Path

from resources.testing.fixed_clock import FixedClock
from resources.testing.fixed_ids import FixedIds
from resources.testing.memory_vault import MemoryVault
from tests.contract.ledger_kit import Kit, open_at, paused
from tests.servers.postgres import raw


def at(url: str, home: Path, name: str = "id", *, wait_seconds: float = 10.0) -> Kit:
    vault, clock = MemoryVault(), FixedClock()
    ledger = open_at(url, home, vault, clock, FixedIds(name), wait_seconds=wait_seconds)
    return Kit(ledger, vault, clock)


def run(url: str, *statements: str) -> None:
    with closing(raw(url)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def pause(kit: Kit, scope: str = "all") -> int:
    with kit.ledger.transaction(actor="operator") as unit:
        return unit.append(paused(scope)).position
