"""Owns rendering a page within the frame: navigation, what waits, the state of the house.

Every value that a template prints is escaped, and characters that a reader could not see are shown
by their number, whoever wrote the text.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from aios_defs.console.desk import Desk, desk_of
from aios_defs.core.errors import DatabaseAway, StorageFailed
from aios_defs.core.metrics import length_words
from aios_defs.core.model import JsonValue, parse_rfc3339
from aios_defs.core.money import format_money
from aios_defs.core.ports import View
from aios_defs.core.rows.access import SessionRow
from aios_defs.core.rows.house import PauseRow
from aios_defs.core.rows.messages import HomeRow
from aios_defs.core.visible import visible
from aios_defs.services.hold import hold_of
from aios_defs.services.inbox import count_waiting
from aios_defs.services.kernel import Kernel
from aios_defs.services.nonces import new_nonce
from aios_defs.services.pause import credential_scope
from aios_defs.services.seed import policy_standing
from resources.disk_use import what_ails

_LOGIN = credential_scope("")
"""How the scopes of connectors begin whose login is refused."""
_HERE = Path(__file__).parent
STATIC = _HERE / "static"
SHORT = 8
"""How many of an id's last characters a page shows, as the command line does."""


def render(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """Return a page; templates see `values`, the frame, and `nonce(about)`.

    A request without a session (login, an error before it) is rendered without the frame.
    """
    desk = desk_of(request)
    session: SessionRow | None = getattr(request.state, "session", None)
    text = (
        _templates()
        .get_template(template)
        .render(
            **_words(desk.kernel),
            frame=_frame(desk, request) if session else None,
            nonce=_nonces(desk.kernel, session),
            **values,
        )
    )
    return HTMLResponse(text, status_code=status)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["coded"] = coded
    return environment


def coded(value: str | None) -> Markup:
    """Return a sentence of ours with what stands in backticks as code; the rest is escaped."""
    parts = visible(value or "").split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    marked = (
        Markup("<code>{}</code>").format(one) if number % 2 else escape(one)
        for number, one in enumerate(parts)
    )
    return Markup("").join(marked)


def shown(value: object) -> object:
    """Return a value as a template prints it: nothing for None, hidden characters made visible."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _nonces(kernel: Kernel, session: SessionRow | None) -> Callable[[str], str]:
    return lambda about: new_nonce(kernel, session.id, about) if session else ""


def _frame(desk: Desk, request: Request) -> dict[str, object]:
    with desk.kernel.ledger.view() as view:
        paused = sorted(view.column(PauseRow, "scope"))
        head = view.head().position
        hold = hold_of(view)
        is_demo = _is_demo(view)
    waiting = count_waiting(desk.kernel)
    return {
        "path": _here(request),
        "area": request.url.path.strip("/").partition("/")[0] or "inbox",
        "waiting": waiting,
        "total": sum(waiting.values()),
        "paused": [one for one in paused if not one.startswith(_LOGIN)],
        "held": [one.removeprefix(_LOGIN) for one in paused if one.startswith(_LOGIN)],
        "head": head,
        "is_demo": is_demo,
        "policy": policy_standing(desk.kernel),
        "is_restored": hold is not None,
        "storage": _storage(desk),
        "business": desk.kernel.business.operator.business,
        "has_dagster": desk.dagster_origin is not None,
    }


def _storage(desk: Desk) -> tuple[str, str] | None:
    """Return in a sentence why nothing can be written, if so, and the code that explains it."""
    error = desk.lane.health().get("error")
    if error == DatabaseAway.code:
        return "The database server does not answer.", DatabaseAway.code
    ailing = what_ails(desk.home.path)
    if ailing is None and error == StorageFailed.code:
        ailing = "The home can't be written."
    return (ailing, StorageFailed.code) if ailing else None


def _is_demo(view: View) -> bool:
    home = view.get(HomeRow, "home")
    return home is not None and home.is_demo


def _words(kernel: Kernel) -> dict[str, Any]:
    """Return what templates say things with: `ago`, `at`, `short`, `money`, and more."""
    zone, now = ZoneInfo(kernel.business.operator.time_zone), kernel.clock.now()
    return {
        "now": now,
        "ago": lambda value: ago(value, now, zone),
        "at": lambda value: exact(value, zone),
        "short": short,
        "length_words": length_words,
        "money": lambda minor, currency=None: money(kernel, minor, currency),
    }


def _here(request: Request) -> str:
    """Return where the operator is, to come back to after an act of the frame."""
    query = request.url.query if request.method == "GET" else ""
    return request.url.path + (f"?{query}" if query else "")


def ago(value: datetime | str | None, now: datetime, zone: ZoneInfo) -> Markup:
    """Return a moment as people say it (`3 min ago`, `in 2 h`), with the exact one on hover."""
    if value is None:
        return Markup("-")
    moment = _moment(value)
    text = span(abs(moment - now))
    words = text if text == "now" else f"{text} ago" if moment <= now else f"in {text}"
    title = exact(moment, zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), title, words
    )


def span(length: timedelta) -> str:
    """Return a length of time in its largest unit: `now`, `12 s`, `3 min`, `5 h`, `2 d`."""
    seconds = int(length.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "now"


def exact(value: datetime | str | None, zone: ZoneInfo) -> str:
    """Return a moment in the operator's time zone, to the second."""
    return "-" if value is None else f"{_moment(value).astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _moment(value: datetime | str) -> datetime:
    return parse_rfc3339(value) if isinstance(value, str) else value


def short(value: JsonValue) -> Markup:
    """Return an id by its end, with the whole of it to copy."""
    text = str(value or "")
    return Markup('<code class="id" title="{}" data-copy="{}">{}</code>').format(
        text, text, text[-SHORT:]
    )


def money(kernel: Kernel, amount_minor: int | None, currency: str | None) -> str:
    """Return an amount of minor units with its currency, by default the house's; or `unknown`."""
    if amount_minor is None:
        return "unknown"
    operator = kernel.business.operator
    return format_money(amount_minor, currency or operator.currency, operator.language)
