"""Owns taking a log of erasures into a restored home: whom it names is forgotten here as well."""

from pathlib import Path

from aios_defs.core.errors import BackupInvalid
from aios_defs.services.erasure.again import erase_again
from aios_defs.services.erasure.finish import Erasure
from aios_defs.services.hold import confirm_restore, is_held
from resources.erasing import finish_erasures
from resources.erasures_log import ErasuresLog, Tombstone
from resources.home import Home


def take_log(home: Home, file: Path, *, is_given: bool = True) -> tuple[int, bool]:
    """Forget again whom a log names; returns how many that were, and whether the home is held.

    A log that the operator gives is the newest there is, so a held home may be written after it.
    One that was only found beside a backup may lack the latest; what is damaged in it is left.

    Raises:
        BackupInvalid: a line of the log that was given is damaged, or it can't be read.
        StorageFailed: the disk fails; doing it again goes on.

    """
    log = ErasuresLog(path=file, vault=home.kernel.vault)
    try:
        stones = log.read()
    except OSError as error:
        raise BackupInvalid(
            f"The erasures log can't be read ({type(error).__name__}).",
            remedy="Check its path; it is called erasures.log, in the old home and beside backups.",
        ) from error
    except BackupInvalid:
        if is_given:
            raise
        return 0, True
    count = erase_again(home.kernel, [_as_erasure(one) for one in stones])
    finish_erasures(home)
    if is_given and is_held(home.ledger):
        confirm_restore(home.ledger, by="log", erased=count)
    return count, is_held(home.ledger)


def _as_erasure(stone: Tombstone) -> Erasure:
    return Erasure(
        event_id=stone.event,
        position=0,
        at=stone.at,
        of=stone.at,
        again=None,
        profiles=stone.profiles,
        lookups=stone.lookups,
        refs=(),
    )
