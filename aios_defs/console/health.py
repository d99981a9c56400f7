"""Owns what the health page tells: how everything is, what is wrong first.

What is slow to find out is looked at beside the page and kept for a while; each such part says how
old it is, and is None until the first look is there.
"""

from datetime import timedelta
from typing import Any

from aios_defs.console.attention import attention_of
from aios_defs.console.background import Progress
from aios_defs.console.desk import Desk
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.services.connector_health import reached, standings
from aios_defs.services.doctor import examine_home
from aios_defs.services.mirror import read_cursor
from aios_defs.services.verify import verify_ledger
from resources.anchors import known_heads
from resources.disk_use import disk_use
from resources.machine import examine_machine
from resources.process_status import ChildStatus, read_status
from resources.process_usage import own_usage, usage_of
from resources.quality.findings import examine_quality

VERIFY = "verify"
_OFTEN, _NOW_AND_THEN, _SELDOM = timedelta(seconds=10), timedelta(minutes=2), timedelta(minutes=10)


def health(desk: Desk) -> JsonObject:
    """Return how everything is, the shape of `/api/health`.

    `attention` lists what is not well: `{"what", "words", "at"}`, where `at` is the part that tells
    more. `connectors`, `processes`, `findings`, `disk` and `verification` carry what
    console/background.py tells of a look in `looked`, its result merged in.
    """
    kernel, looks = desk.kernel, desk.looks
    with kernel.ledger.view() as view:
        head = view.head()
    told: dict[str, Any] = {
        "ledger": {"position": head.position, "hash": head.hash},
        "verification": looks.last(VERIFY),
        "connectors": _connectors(desk),
        "processes": _processes(desk),
        "lane": desk.lane.health(),
        "mirror": _mirror(desk, head.position),
        "findings": looks.fresh("findings", lambda _: _findings(desk), age=_NOW_AND_THEN),
        "disk": looks.fresh("disk", lambda _: disk_use(desk.home.path), age=_SELDOM),
    }
    attention: list[JsonValue] = [
        {"what": what, "words": words, "at": at} for what, words, at in attention_of(told)
    ]
    return {"is_well": not attention, "attention": attention, **told}


def verify_now(desk: Desk) -> JsonObject:
    """Begin to check the whole ledger, unless that is under way; return how it is going."""

    def work(note: Progress) -> JsonObject:
        anchors = known_heads(desk.home.path)
        report = verify_ledger(desk.home.ledger, desk.kernel.vault, anchors=anchors, progress=note)
        return report.model_dump(mode="json")

    return desk.looks.start(VERIFY, work)


def look_again(desk: Desk) -> None:
    """Forget how the connectors answered: something about them was just changed."""
    desk.looks.forget("reached")
    desk.looks.forget("findings")


def _connectors(desk: Desk) -> JsonObject:
    looked = desk.looks.fresh("reached", lambda _: reached(desk.kernel), age=_NOW_AND_THEN)
    answers = looked["result"] if isinstance(looked["result"], dict) else {}
    unknown: JsonObject = {"stored": None, "error": None, "remedy": None}
    return {
        "looked": _without_result(looked),
        "list": [
            {**one, **_object(answers.get(str(one["name"])), unknown)}
            for one in standings(desk.kernel)
        ],
    }


def _processes(desk: Desk) -> JsonObject:
    """Return what `aios up` keeps alive; `state` is none when it does not run this home."""
    status = read_status(desk.home.path)
    if status is None:
        return {"state": "none", "list": []}
    looked = desk.looks.fresh(
        "usage",
        lambda _: _usage(status.pid, status.children),
        age=_OFTEN,
    )
    usage = _object(looked["result"], {})
    supervisor = ChildStatus(
        name="supervisor",
        pid=status.pid,
        since=status.since,
        restarts=0,
        cpu_percent=status.cpu_percent,
    )
    return {
        "state": status.state,
        "ports": dict[str, JsonValue](status.ports),
        "list": [
            {**one.model_dump(mode="json"), "rss_bytes": usage.get(one.name)}
            for one in (supervisor, *status.children)
        ],
    }


def _usage(supervisor: int, children: tuple[ChildStatus, ...]) -> JsonObject:
    found: JsonObject = {}
    for one in children:
        usage = usage_of(one.pid) if one.pid else None
        found[one.name] = usage.rss_bytes if usage else None
    own = own_usage(supervisor)
    return {**found, "supervisor": own.rss_bytes if own else None}


def _mirror(desk: Desk, head: int) -> JsonObject:
    position = read_cursor(desk.kernel).position
    return {"position": position, "head": head, "behind": max(0, head - position)}


def _findings(desk: Desk) -> JsonObject:
    home = desk.home
    found = [
        *examine_home(home.kernel, home.ledger),
        *examine_quality(home),
        *examine_machine(home.path),
    ]
    return {"findings": [one.to_json() for one in found]}


def _without_result(looked: JsonObject) -> JsonObject:
    return {name: value for name, value in looked.items() if name != "result"}


def _object(value: JsonValue, default: JsonObject) -> JsonObject:
    return value if isinstance(value, dict) else default
