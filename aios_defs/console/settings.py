"""Owns what the settings page tells: the operator, the rules, notifications, who may come in.

Nothing of it is changed on the page: the operator's files are, in an editor, and the page says
which, and whether they are as they were when AIOS read them.
"""

from datetime import timedelta

from aios_defs.console.desk import Desk
from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.access import SessionRow
from aios_defs.core.rows.messages import HomeRow
from aios_defs.services.access import access
from aios_defs.services.notifications import notifications
from aios_defs.services.policy_file import policy_file
from aios_defs.services.telling import send_test
from aios_defs.settings.business import load_business
from aios_defs.settings.version import aios_version

TEST = "telling-test"
_NOW_AND_THEN = timedelta(seconds=30)
_PATIENCE_SECONDS = 3.0


def settings(desk: Desk, session: SessionRow) -> JsonObject:
    """Return the settings, the shape of `/api/settings`; no secret is in them."""
    kernel, business = desk.kernel, desk.home.path / "business"
    with kernel.ledger.view() as view:
        head, home = view.head(), view.get(HomeRow, "home")
    operator = kernel.business.operator
    return {
        "operator": {
            **operator.for_agents,
            "country": operator.country,
            "hourly_limits": operator.hourly_limits.model_dump(mode="json"),
            "file": str(business / "operator.yaml"),
        },
        "files": desk.looks.fresh("files", lambda _: _files(desk), age=_NOW_AND_THEN),
        "policy": {**policy_file(kernel), "file": str(business / "policies.yaml")},
        "notifications": {
            **notifications(kernel, desk.home.messengers),
            "test": desk.looks.last(TEST),
        },
        "access": access(kernel, own=session.id),
        "own": session.id,
        "about": {
            "version": aios_version(),
            "home": str(desk.home.path),
            "is_demo": home is not None and home.is_demo,
            "position": head.position,
            "head": head.hash,
            "console": desk.origin,
            "dagster": desk.dagster_origin,
        },
    }


def send_a_test(desk: Desk) -> JsonObject:
    """Send a test over every channel, beside the page; return how that is going."""

    def work(_: object) -> JsonObject:
        return send_test(desk.kernel, desk.home.messengers)

    return desk.looks.start(TEST, work, patience=_PATIENCE_SECONDS)


def _files(desk: Desk) -> JsonObject:
    """Return whether the business files validate, and whether they are what AIOS works with."""
    try:
        found = load_business(desk.home.path / "business")
    except ConfigurationInvalid as error:
        return {"mistakes": error.message, "remedy": error.remedy, "has_changed": True}
    same = {"policy_text": ""}
    used = desk.kernel.business.model_copy(update=same)
    has_changed = found.model_copy(update=same) != used
    return {"mistakes": None, "remedy": None, "has_changed": has_changed}
