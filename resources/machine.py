"""Owns the doctor's findings about the machine: Python, packages, permissions, disk, processes."""

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aios_defs.core.errors import HomeElsewhere
from aios_defs.services.doctor import Finding, well
from aios_defs.settings.version import aios_version
from resources.clock import SystemClock
from resources.disk_use import what_ails
from resources.machine_lease import MachineLease, this_machine
from resources.process_findings import examine_processes

_PACKAGES = ("dagster", "SQLAlchemy", "pydantic", "cryptography")
_LEAST_PYTHON = (3, 11)
_LITTLE_MB, _LEAST_MB = 1000, 100
_PRIVATE = 0o077
_SECRETS = ("ledger.db", "keys.db")


def examine_machine(home: Path, *, shown: Callable[[Path], str] = str) -> Iterator[Finding]:
    """Yield the findings about Python, packages, and the home's permissions, disk and processes.

    `shown` writes a path as the operator would type it.
    """
    yield _python()
    yield from _packages()
    if home.is_dir():
        yield _permissions(home, shown)
    yield _disk(home)
    yield from _elsewhere(home)
    yield from examine_processes(home)


def _elsewhere(home: Path) -> Iterator[Finding]:
    try:
        MachineLease(home=home, clock=SystemClock(), machine=this_machine()).check()
    except HomeElsewhere as error:
        yield Finding(name="machine", level="failure", message=error.message, remedy=error.remedy)


def _python() -> Finding:
    running = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= _LEAST_PYTHON:
        return well("python", f"Python {running}, AIOS {aios_version()}.")
    return Finding(
        name="python",
        level="failure",
        message=f"Python {running} is too old.",
        remedy="Install Python 3.11 or newer.",
    )


def _packages() -> Iterator[Finding]:
    found: list[str] = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(
                name="packages",
                level="failure",
                message=f"The package {name} is not installed.",
                remedy="Install AIOS again from its lock file.",
            )
    yield well("packages", ", ".join(found) + ".")


def _permissions(home: Path, shown: Callable[[Path], str]) -> Finding:
    open_to_others = [
        shown(one)
        for one in (home, *(home / name for name in _SECRETS))
        if one.exists() and stat.S_IMODE(one.stat().st_mode) & _PRIVATE
    ]
    if not open_to_others:
        return well("permissions", f"Only you can read {shown(home)}.")
    return Finding(
        name="permissions",
        level="failure",
        message=f"Others may read or write: {', '.join(open_to_others)}.",
        remedy=f"Run: chmod -R go-rwx {shown(home)}",
    )


def _disk(home: Path) -> Finding:
    place = next(one for one in (home, *home.parents) if one.exists())
    if ailment := what_ails(place):
        return Finding(
            name="disk",
            level="failure",
            message=ailment,
            remedy="Make room, or mount it for writing: until then nothing is written, or lost.",
        )
    free_mb = shutil.disk_usage(place).free // 1_000_000
    if free_mb >= _LITTLE_MB:
        return well("disk", f"{free_mb} MB are free.")
    return Finding(
        name="disk",
        level="failure" if free_mb < _LEAST_MB else "warning",
        message=f"Only {free_mb} MB are free on the home's disk.",
        remedy="Make room: a full disk stops all writing, and loses nothing.",
    )
