"""Owns backing up the home that the settings name, and recording in its ledger that it was done."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.events.copies import BackupMade
from aios_defs.core.ports import Vault
from aios_defs.settings.environment import Settings
from resources.backup.make import Backup, Maker, Places
from resources.home import ledger_url, open_home, open_ledger
from resources.store.copying import copy_whole

FOLDER = "backups"


def default_target(maker: Maker, home: Path) -> Path:
    """Return where a backup goes that was given no name: `backups/` in the home, by the second."""
    return home / FOLDER / f"aios-{maker.clock.now():%Y-%m-%dT%H%M%SZ}.backup"


def back_up(settings: Settings, maker: Maker, target: Path) -> Backup:
    """Make a backup of the home and append that it was made.

    Business files that do not validate are backed up as they are.

    Raises:
        HomeMissing, HomeNewer, KeyMissing, LedgerBroken, HomeLocked: as opening a home says.
        UsageInvalid, StorageFailed, BackupInvalid: as `Maker.make` says.

    """
    ledger, vault = open_ledger(settings, clock=maker.clock, ids=maker.ids)
    try:
        ready = replace(maker, places=_lasting_places(settings))
        done = ready.make(settings.home, target, snapshot=_snapshot(settings, vault))
        made = BackupMade(
            backup_id=done.backup_id,
            name=target.name,
            digest=done.digest,
            size=done.size,
            position=done.position,
            head=done.head,
            folder=str(target.parent),
        )
        with ledger.transaction(actor="operator") as tx:
            stream = f"backup-{done.backup_id}"
            tx.append(Draft(stream=stream, data=made, correlation_id=done.backup_id))
    finally:
        ledger.close()
    return done


def _snapshot(settings: Settings, vault: Vault) -> Callable[[Path], None] | None:
    """Return how the ledger of another database than `ledger.db` is copied into a file."""
    if settings.database_url is None:
        return None
    url = ledger_url(settings)
    return lambda file: copy_whole(url, f"sqlite:///{file}", vault)


def _lasting_places(settings: Settings) -> Places:
    """Return the places of the connectors whose effects lie outside the home: they outlive it."""
    try:
        home = open_home(settings)
    except ConfigurationInvalid:
        return ()
    kernel, inside = home.kernel, str(home.path)
    try:
        return tuple(
            (name, kernel.place(name))
            for name, connector in sorted(kernel.connectors.items())
            if connector.describe().place and inside not in connector.describe().place
        )
    finally:
        home.ledger.close()
