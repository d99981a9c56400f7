"""Owns opening a home: the one place where ports meet their adapters. Knows no Dagster.

home/            0700
  ledger.db      the log and its projections, unless AIOS_DATABASE_URL names another database
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
from shlex import quote

from aios_defs.core.business import Business
from aios_defs.core.decision import Agent
from aios_defs.core.embedding import Embedder
from aios_defs.core.errors import HomeMissing, KeyMissing
from aios_defs.core.policy.in_force import InForce
from aios_defs.core.ports import Clock, Ids, Messenger, Points
from aios_defs.services.deliveries import Messengers
from aios_defs.services.kernel import LEASE, Kernel
from aios_defs.settings.business import load_business
from aios_defs.settings.environment import DEMO_HOME, Settings, secret
from aios_defs.settings.lexicon import load_lexicon
from resources.agents import ShippedAgents
from resources.clock import SystemClock
from resources.connectors.loader import load_connectors
from resources.console_address import console_origin
from resources.embedding.loader import load_embedder
from resources.ids import UuidV7Ids
from resources.machine_lease import MachineLease, this_machine
from resources.memories import Memories
from resources.messengers.loader import load_messengers
from resources.moved import refuse_moved
from resources.points import NoPoints
from resources.policy_before import rules_of_before
from resources.policy_file import PolicyFile
from resources.store.dialects import database_name
from resources.store.ledger import SqlLedger, has_ledger
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
    messengers: tuple[Messenger, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An open home: its folder, its kernel, its ledger, the ways to the operator, its memory."""

    path: Path
    kernel: Kernel
    ledger: SqlLedger
    messengers: Messengers
    memories: Memories


def make_home(path: Path) -> None:
    """Make a home's folders, readable by their owner only; no error when they are there."""
    os.umask(0o077)
    for folder in (path, *(path / name for name in FOLDERS)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def ledger_url(settings: Settings) -> str:
    """Return the URL of a home's ledger, which may hold a password."""
    url = settings.database_url
    return url.get_secret_value() if url else f"sqlite:///{settings.home / 'ledger.db'}"


def open_ledger(
    settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None
) -> tuple[SqlLedger, SqliteVault]:
    """Open a home's ledger and vault alone: what needs no business file, such as verifying.

    Raises:
        HomeMissing: there is no home.
        HomeMoved: its ledger was migrated to another database than this one.
        KeyMissing: there is a ledger but no keys.db, or another's: these keys read none of it.
        HomeNewer, HomeLocked, StorageFailed, LedgerBroken: as the store says.

    """
    path = settings.home
    if not (path / "business").is_dir():
        raise _missing(path)
    make_home(path)
    address = ledger_url(settings)
    refuse_moved(path, database_name(address))
    vault = _open_keys(path / "keys.db", address)
    ledger = SqlLedger.open(
        address,
        vault=vault,
        clock=clock or SystemClock(),
        ids=ids or UuidV7Ids(),
        blob_dir=path / "blobs",
        may_write=lease_of(path).check,
    )
    return ledger, vault


def lease_of(path: Path) -> MachineLease:
    """Return this machine's lease of a home."""
    return MachineLease(home=path, clock=SystemClock(), machine=this_machine())


def _open_keys(path: Path, ledger_url: str) -> SqliteVault:
    """Open the keys, or make them where nothing was ever written with others."""
    try:
        return SqliteVault.at(path, create=False)
    except KeyMissing:
        if has_ledger(ledger_url):
            raise
    return SqliteVault.at(path)


def open_home(settings: Settings, world: World | None = None) -> Home:
    """Open the home that the settings name.

    Raises:
        HomeMissing: there is none; `aios init` makes one.
        ConfigurationInvalid: a business file does not validate, with every mistake.
        KeyMissing, HomeNewer, HomeLocked, StorageFailed, LedgerBroken: as `open_ledger` says.

    """
    path, given = settings.home, world or World()
    if not (path / "business").is_dir():
        raise _missing(path)
    business = load_business(path / "business")
    points = given.points or NoPoints()
    clock, ids = given.clock or SystemClock(), UuidV7Ids()
    ledger, vault = open_ledger(settings, clock=clock, ids=ids)
    memories = Memories(path / "lance" / "cold", load=lambda: _embedder(business))
    kernel = Kernel(
        ledger=ledger,
        vault=vault,
        clock=clock,
        ids=ids,
        points=points,
        connectors=load_connectors(business.connectors, path, points=points),
        agents=given.agents or ShippedAgents(),
        business=business,
        policy=_policy(path, business.policy_text, ledger),
        lexicon=load_lexicon(),
        workers=LocalWorkers(),
        lease=given.lease or LEASE,
        memory=memories.serving,
    )
    channels = given.messengers
    if channels is None:
        channels = load_messengers(business.operator.notify, kernel.connectors, path, secret)
    messengers = Messengers(
        channels=channels, console=lambda: settings.public_url or console_origin(path)
    )
    return Home(
        path=path,
        kernel=kernel,
        ledger=ledger,
        messengers=messengers,
        memories=memories,
    )


def _embedder(business: Business) -> Embedder:
    """Return what the operator set; of an endpoint, the token is read at each use."""
    return load_embedder(business.operator.embedding, secret)


def _policy(path: Path, text: str, ledger: SqlLedger) -> InForce:
    file = PolicyFile(path / "business" / "policies.yaml", text)
    return InForce(file, before=lambda: rules_of_before(path, ledger))


def _missing(path: Path) -> HomeMissing:
    demo = path.parent / DEMO_HOME
    sample = f"the sample business is in another: export AIOS_HOME={quote(str(demo))}"
    return HomeMissing(
        f"There is no AIOS home at {str(path)!r}.",
        remedy=f"Make one with: aios init ({sample})"
        if demo.is_dir()
        else "Make one with: aios init (or see one at work: aios up --demo)",
    )
