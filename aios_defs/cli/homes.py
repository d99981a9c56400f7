"""Owns making a home and beginning it: the folders, the business files, the first event."""

import filecmp
from pathlib import Path

from aios_defs.cli.home_commands import aios_version
from aios_defs.core.errors import OperatorError
from aios_defs.core.rows.messages import HomeRow
from aios_defs.services.seed import apply_business
from aios_defs.services.trust import begin_home
from aios_defs.settings.environment import Settings
from resources.business_files import SAMPLE, copy_sample, copy_starter
from resources.home import Home, make_home, open_home

_OWN = "operator.yaml"


def seed(path: Path, *, sample: bool) -> None:
    """Make the folders, and write business files unless the operator's own are there.

    A sample that was written in part is completed.
    """
    make_home(path)
    own = path / "business" / _OWN
    shipped = SAMPLE / "business" / _OWN
    if own.exists() and not filecmp.cmp(own, shipped, shallow=False):
        return
    if sample:
        copy_sample(path)
    elif not own.exists():
        copy_starter(path)


def begin(settings: Settings, *, is_demo: bool) -> bool:
    """Append the first event and bring the business files in; returns whether it was new.

    Raises:
        ConfigurationInvalid: a business file does not validate; nothing is appended.

    """
    home = open_home(settings)
    is_new = begin_home(home.kernel, is_demo=is_demo, version=aios_version())
    apply_business(home.kernel, mistakes=home.policy_mistakes)
    return is_new


def refuse_real_home(home: Home) -> None:
    """Raise OperatorError when a home began as one of the operator's own, not as a demo."""
    with home.kernel.ledger.view() as view:
        row = view.get(HomeRow, "home")
    if row is not None and not row.is_demo:
        raise OperatorError(
            "This home is no demo: a demo lets its connectors write by itself.",
            remedy="Unset AIOS_HOME, or name an empty folder; or work here with: aios run",
        )
