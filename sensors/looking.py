"""Owns how every sensor and schedule looks: at the open home, or it skips with what to do first."""

from collections.abc import Callable
from typing import TypeVar

from dagster import SkipReason

from aios_defs.core.errors import HomeMissing, RestoreUnconfirmed
from aios_defs.core.holding import REMEDY
from aios_defs.services.hold import is_held
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.home import Home

Answer = TypeVar("Answer")


def look(name: str, home: HomeResource, at: Callable[[Home], Answer]) -> Answer | SkipReason:
    """Return what a look at the home answers; what fails in it leaves as a code.

    Raises:
        dagster.Failure: with `step` (the name) and `code` as metadata.

    """
    with edge(name):
        try:
            opened = home.opened()
        except HomeMissing as error:
            return SkipReason(f"{error.code}: {error.remedy}")
        if is_held(opened.ledger):
            return SkipReason(f"{RestoreUnconfirmed.code}: {REMEDY}")
        return at(opened)
