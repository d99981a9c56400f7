"""Owns making a home and beginning it: the folders, the business files, the first event, a demo."""

import filecmp
from datetime import timedelta
from pathlib import Path

from aios_defs.core.errors import OperatorError
from aios_defs.core.rows.house import ConnectorRow
from aios_defs.core.rows.messages import HomeRow
from aios_defs.services.seed import apply_business
from aios_defs.services.trust import begin_home, trust
from aios_defs.settings.environment import Settings
from aios_defs.settings.version import aios_version
from resources.business_files import SAMPLE, copy_sample, copy_starter
from resources.home import Home, make_home, open_home

_OWN = "operator.yaml"
_TRUST = timedelta(days=7)


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
    apply_business(home.kernel)
    return is_new


def open_demo(settings: Settings) -> Home:
    """Make, begin and open a demo; each connector that stays on this machine may write.

    Idempotent: a demo that is there is opened, and trusted no second time.

    Raises:
        OperatorError: the home is one of the operator's own.
        ConfigurationInvalid: a business file does not validate.

    """
    business = settings.home / "business"
    if business.is_dir() and any(business.iterdir()):
        _refuse_real_home(open_home(settings))
    seed(settings.home, sample=True)
    begin(settings, is_demo=True)
    home = open_home(settings)
    _trust_once(home)
    return home


def _refuse_real_home(home: Home) -> None:
    with home.kernel.ledger.view() as view:
        row = view.get(HomeRow, "home")
    if row is not None and not row.is_demo:
        raise OperatorError(
            "This home is no demo: a demo lets its connectors write by itself.",
            remedy="Unset AIOS_HOME, or name an empty folder; or work here with: aios run",
        )


def _trust_once(home: Home) -> None:
    """Let each connector that stays on this machine write, unless it was ever trusted before."""
    with home.kernel.ledger.view() as view:
        fresh = [
            name
            for name, connector in home.kernel.connectors.items()
            if connector.describe().is_loopback and view.get(ConnectorRow, name) is None
        ]
    for name in fresh:
        trust(home.kernel, name, _TRUST)
