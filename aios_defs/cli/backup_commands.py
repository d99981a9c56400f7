"""Owns `aios backup` and `aios restore`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, remark, say, shown_path

if TYPE_CHECKING:
    from pydantic import SecretStr

    from aios_defs.settings.environment import Settings
    from resources.backup.restore import Restored

_MB = 1_000_000
_UNHOLD = (
    "It is read-only: was anybody forgotten since that backup? aios memory erasures LOG"
    " (erasures.log of the old home), or: aios memory erasures --none"
)
_VARIABLE = "AIOS_BACKUP_PASSPHRASE"


def backup(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Where to; by default backups/ at home.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Make a backup: one encrypted file with everything that can't be made anew.

    Works while everything runs. The file is read back before it counts. What is left out is made
    anew: lance/, dagster/, logs. The passphrase is AIOS_BACKUP_PASSPHRASE, or asked for: nobody can
    open the file without it.

    Example:
      aios backup
      aios backup /media/disk/aios.backup
    """
    from aios_defs.settings.environment import load_settings
    from resources.backup.make import Maker
    from resources.backup.record import back_up, default_target
    from resources.clock import SystemClock
    from resources.ids import UuidV7Ids

    settings = load_settings()
    maker = Maker(
        clock=SystemClock(),
        ids=UuidV7Ids(),
        passphrase=_passphrase(settings, twice=True),
        progress=_progress(as_json=as_json),
    )
    target = file.expanduser().absolute() if file else default_target(maker, settings.home)
    done = back_up(settings, maker, target)
    if as_json:
        emit(done.model_dump(mode="json"))
        return
    say(f"Backed up to {shown_path(target)}: {done.files} files, {done.size / _MB:.1f} MB.")
    say(f"It goes up to event {done.position} and was read back. Its digest: {done.digest}")
    if target.is_relative_to(settings.home):
        say("Copy it to another disk: this one holds the home as well.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `aios backup`.")],
    *,
    home: Annotated[Path, typer.Option("--home", metavar="PATH", help="Where the home will be.")],
    erasures: Annotated[
        Path | None,
        typer.Option("--erasures", metavar="LOG", help="The newest erasures.log of the old home."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a home of a backup, on this machine or a new one.

    Verified before it is put in place: all of it or nothing. What was open in the backup may have
    been sent since, so it is looked up, and asked about anew, before anything leaves. Whom the log
    names is forgotten again; without one the home is read-only until you say that there were none.

    Example:
      aios restore aios.backup --home ~/aios --erasures /media/disk/erasures.log
    """
    from aios_defs.settings.environment import load_settings
    from resources.backup.restore import Restorer
    from resources.clock import SystemClock
    from resources.ids import UuidV7Ids

    restorer = Restorer(
        clock=SystemClock(),
        ids=UuidV7Ids(),
        passphrase=_passphrase(load_settings(), twice=False),
        progress=_progress(as_json=as_json),
    )
    log = erasures.expanduser() if erasures else None
    done = restorer.restore(file.expanduser(), home.expanduser().absolute(), log)
    if as_json:
        emit(done.model_dump(mode="json"))
    else:
        _print_restored(done)


def _print_restored(done: "Restored") -> None:
    say(f"Restored {done.home}: {done.files} files, {done.position} events, all of them verified.")
    say(
        f"The backup is of {done.made_at[:19].replace('T', ' ')} UTC; what came later is not in it."
    )
    if done.doubted:
        say(f"{done.doubted} open actions are looked up outside before anything leaves.")
    if done.erased:
        say(f"{done.erased} who were forgotten after the backup are forgotten here, too.")
    steps = [
        "Never start the old home again.",
        f"export AIOS_HOME={done.home}",
        "Set the variables that business/connectors.yaml names (passwords, tokens).",
        *((_UNHOLD,) if done.is_held else ()),
        "aios doctor, then: aios connector list (trust ends when it would have ended)",
        "aios up",
    ]
    say("Next:")
    for number, step in enumerate(steps, 1):
        say(f"  {number}. {step}")


def _passphrase(settings: "Settings", *, twice: bool) -> "SecretStr":
    from pydantic import SecretStr

    from aios_defs.core.errors import UsageInvalid

    if settings.backup_passphrase is not None:
        return settings.backup_passphrase
    if not sys.stdin.isatty():
        raise UsageInvalid(
            "There is no passphrase, and nobody to ask for one.", remedy=f"Set {_VARIABLE}."
        )
    if twice:
        remark(
            "Without this passphrase nobody can open the backup. Keep it away from this machine."
        )
    asked: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return SecretStr(asked)


def _progress(*, as_json: bool) -> Callable[[str, int], None] | None:
    """Return what tells on a terminal how far a step is, by size or count."""
    if as_json or not sys.stderr.isatty():
        return None
    done: dict[str, int] = {}

    def tell(step: str, size: int) -> None:
        is_count = step.startswith("events")
        done[step] = size if is_count else done.get(step, 0) + size
        shown = f"{size} {step}" if is_count else f"{done[step] / _MB:.1f} MB {step}"
        sys.stderr.write(f"\r\033[K{shown}")
        sys.stderr.flush()

    return tell
