"""Owns what the supervisor says about its processes: one small file that pages and doctor read.

`run/status.json` of the home; it is replaced as a whole. It names process ids, never a person.
"""

import json
import os
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from aios_defs.core.model import Model
from resources.workers import LocalWorkers

FOLDER, _NAME = "run", "status.json"
GATEWAY = "gateway"
"""The name of the child that serves pages and works at once."""


class ChildStatus(Model):
    """One process that the supervisor keeps alive.

    `pid` is None between its end and its next start; `since` is an RFC 3339 time of the last start;
    `restarts` counts starts after the first; `last_exit` says how it last ended, in words.
    `is_failing`: it ended again and again. `cpu_percent` is of one core, over the last full minute
    (None before there is one).
    """

    name: str
    pid: int | None
    since: str
    restarts: int
    last_exit: str | None = None
    is_failing: bool = False
    cpu_percent: float | None = None


class UpStatus(Model):
    """What `aios up` is doing; `worker` names its process, `ports` by console, dagster, hooks."""

    state: Literal["starting", "running", "stopping"]
    pid: int
    worker: str
    since: str
    ports: dict[str, int]
    children: tuple[ChildStatus, ...]
    cpu_percent: float | None = None


def run_folder(home: Path) -> Path:
    """Return the folder of a home for what lives as long as its processes; made when missing.

    It may be the first thing made in a home, which nobody else may read either.
    """
    folder = home / FOLDER
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_status(home: Path, status: UpStatus) -> None:
    """Replace the status of a home."""
    target = run_folder(home) / _NAME
    draft = target.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(status.model_dump(mode="json"), indent=2))
    draft.replace(target)


def forget_status(home: Path) -> None:
    """Remove the status: nothing runs any more."""
    (home / FOLDER / _NAME).unlink(missing_ok=True)


def read_status(home: Path) -> UpStatus | None:
    """Return the status of a home whose supervisor is alive; None when there is none."""
    status = left_status(home)
    return None if status is None or LocalWorkers().is_gone(status.worker) else status


def is_served(home: Path) -> bool:
    """Return whether a gateway works on the home now."""
    status = read_status(home)
    children = status.children if status else ()
    return any(one.name == GATEWAY and one.pid is not None for one in children)


def left_status(home: Path) -> UpStatus | None:
    """Return the status file of a home, whoever left it; None when none can be read."""
    try:
        return UpStatus.model_validate_json((home / FOLDER / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError):
        return None
