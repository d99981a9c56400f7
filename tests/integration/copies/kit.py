"""Owns a home for the tests of copies: its mail lies outside, so that two homes share it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from aios_defs.core.ports import Clock
from aios_defs.services.hold import confirm_restore
from aios_defs.settings.environment import Settings, load_settings
from resources.backup.make import Backup, Maker
from resources.backup.record import back_up
from resources.backup.restore import Restored, Restorer
from resources.clock import SystemClock
from resources.home import World, open_home, open_ledger
from resources.ids import UuidV7Ids
from tests.integration.desk import DESK, Desk
from tests.servers.database import home_settings

PASSPHRASE = SecretStr("five words are quite enough")


def outside(mail: Path) -> dict[str, str]:
    """Return the business files of a home whose mail lies in a folder outside of it."""
    return {
        "connectors.yaml": f"""
mail:
  kind: mail
  address: {DESK}
  since: 2031-01-01T00:00:00Z
  authserv_id: mx.widgets.example
  receive: {{maildir: {mail}/inbox}}
  send: {{maildir: {mail}/outbox}}
  sent: {{maildir: {mail}/sent}}
"""
    }


@dataclass(slots=True)
class OutsideDesk(Desk):
    """A home whose mail lies beside it, in `mail`, where a restored one finds it as well."""

    def __post_init__(self) -> None:
        """Link the mail into the home, then write the business."""
        mail = self.path.parent / "mail"
        mail.mkdir()
        self.path.mkdir()
        (self.path / "mail").symlink_to(mail)
        self.files = {**outside(mail), **self.files}
        Desk.__post_init__(self)


@dataclass(slots=True)
class RestoredDesk(Desk):
    """A home that was restored: its business files are there already, and its ledger is a file."""

    def __post_init__(self) -> None:
        """Link the shared mail into the home where it has none of its own, and open it."""
        if not (self.path / "mail").exists():
            (self.path / "mail").symlink_to(self.path.parent / "mail")
        self._number = 5000
        self.open()

    def open(self) -> None:
        """Open the home; a restored ledger lies in SQLite, wherever it lay before."""
        self.home = open_home(settings_of(self.path), World(clock=self.clock, points=self.points))


def settings_of(path: Path) -> Settings:
    """Return the settings that name a home."""
    return load_settings({"AIOS_HOME": str(path)})


def backed_up(path: Path, target: Path, *, settings: Settings | None = None) -> Backup:
    """Back a home up as `aios backup` does, at a small cost of the passphrase."""
    maker = Maker(clock=SystemClock(), ids=UuidV7Ids(), passphrase=PASSPHRASE, log_n=10)
    return back_up(settings or home_settings(path), maker, target)


def restored(
    source: Path,
    home: Path,
    passphrase: SecretStr = PASSPHRASE,
    *,
    clock: Clock | None = None,
    erasures: Path | None = None,
    is_confirmed: bool = True,
) -> Restored:
    """Restore a home as `aios restore` does, at the machine's time or at another.

    The operator confirms that nobody was forgotten, unless told otherwise.
    """
    restorer = Restorer(clock=clock or SystemClock(), ids=UuidV7Ids(), passphrase=passphrase)
    done = restorer.restore(source, home, erasures)
    if done.is_held and is_confirmed:
        ledger, _ = open_ledger(settings_of(home), clock=clock)
        confirm_restore(ledger, by="operator")
        ledger.close()
    return done
