"""Owns opening a home: the one place where ports meet their adapters. Knows no Dagster.

home/            0700
  ledger.db      the log and its projections
  keys.db        the keys, apart from it
  blobs/         sealed blobs too large for the database
  lance/         artifacts built from the ledger
  dagster/       Dagster's own storage
  business/      the operator's files
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aios_defs.agents.support import SupportAgent
from aios_defs.core.decision import Agent
from aios_defs.core.errors import HomeMissing, PolicyInvalid
from aios_defs.core.policy.rules import RuleSet, load_rules, safe_mode
from aios_defs.core.ports import Clock, Points
from aios_defs.services.kernel import LEASE, Kernel
from aios_defs.settings.business import load_business
from aios_defs.settings.environment import Settings
from aios_defs.settings.lexicon import load_lexicon
from resources.clock import SystemClock
from resources.connectors.loader import load_connectors
from resources.ids import UuidV7Ids
from resources.points import NoPoints
from resources.store.ledger import SqlLedger
from resources.vault import SqliteVault
from resources.workers import LocalWorkers

FOLDERS = ("blobs", "lance", "dagster", "business")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a home can be opened with instead of the real thing; None takes the real one."""

    clock: Clock | None = None
    points: Points | None = None
    agents: Mapping[str, Agent] | None = None
    lease: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An open home: its folder, its kernel, and what is wrong with its policy file, if anything."""

    path: Path
    kernel: Kernel
    ledger: SqlLedger
    policy_mistakes: tuple[str, ...] = ()


def shipped_agents() -> dict[str, Agent]:
    """Return the agents that come with AIOS, by name."""
    support = SupportAgent()
    return {support.name: support}


def make_home(path: Path) -> None:
    """Make a home's folders, readable by their owner only; no error when they are there."""
    os.umask(0o077)
    for folder in (path, *(path / name for name in FOLDERS)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def open_home(settings: Settings, world: World | None = None) -> Home:
    """Open the home that the settings name.

    Raises:
        HomeMissing: there is none; `aios init` makes one.
        ConfigurationInvalid: a business file does not validate, with every mistake.
        HomeNewer, HomeLocked, StorageFailed, LedgerBroken: as the store says.

    """
    path, given = settings.home, world or World()
    if not (path / "business").is_dir():
        raise HomeMissing(
            f"There is no AIOS home at {str(path)!r}.",
            remedy="Make one with: aios init (or see one at work: aios demo)",
        )
    make_home(path)
    business = load_business(path / "business")
    rules, mistakes = _policy(business.policy_text)
    points = given.points or NoPoints()
    clock, ids = given.clock or SystemClock(), UuidV7Ids()
    vault = SqliteVault.at(path / "keys.db")
    url = settings.database_url
    ledger = SqlLedger.open(
        url.get_secret_value() if url else f"sqlite:///{path / 'ledger.db'}",
        vault=vault,
        clock=clock,
        ids=ids,
        blob_dir=path / "blobs",
    )
    kernel = Kernel(
        ledger=ledger,
        vault=vault,
        clock=clock,
        ids=ids,
        points=points,
        connectors=load_connectors(business.connectors, path, points=points),
        agents=given.agents or shipped_agents(),
        business=business,
        rules=rules,
        lexicon=load_lexicon(),
        workers=LocalWorkers(),
        lease=given.lease or LEASE,
    )
    return Home(path=path, kernel=kernel, ledger=ledger, policy_mistakes=mistakes)


def _policy(text: str) -> tuple[RuleSet, tuple[str, ...]]:
    """Return the rules in force and the file's mistakes; a file with any means safe mode."""
    try:
        return load_rules(text), ()
    except PolicyInvalid as error:
        return safe_mode(), tuple(error.message.splitlines())
