"""Owns the words of an urgent message: counts, times and configured names, in plain lines.

A title is ASCII, because it becomes a header or a mail's subject on its way.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aios_defs.services.kernel import Kernel
from aios_defs.services.urgent import Urgent

_NAMED = 4
"""How many names stand behind a line at most."""
_LINES: dict[str, tuple[str, str]] = {
    "expiring": ("1 decision ends soon", "{} decisions end soon"),
    "parked": (
        "1 action may or may not have happened; only you can tell",
        "{} actions may or may not have happened; only you can tell",
    ),
    "failed": ("1 thing failed and waits for you", "{} things failed and wait for you"),
    "overdue": ("1 action is due and does not leave", "{} actions are due and do not leave"),
    "connector": ("A connector does not work", "{} connectors do not work"),
    "mirror": ("Dagster does not show what happens", "Dagster does not show what happens"),
    "count": (
        "A mailbox holds another number of mails than were taken in",
        "{} mailboxes hold another number of mails than were taken in",
    ),
    "policy": (
        "The policy file is not valid: nothing is written",
        "The policy file is not valid: nothing is written",
    ),
    "lane": ("The gateway can't do all its work", "The gateway can't do all its work"),
    "cadence": (
        "A workflow did not run when it should have",
        "{} workflows did not run when they should have",
    ),
    "silence": ("Something that should go on is silent", "{} things that should go on are silent"),
    "deadline": ("1 task is past its deadline", "{} tasks are past their deadline"),
    "run_failure": ("A run failed in Dagster", "{} runs failed in Dagster"),
    "telling": ("A way of telling you does not work", "{} ways of telling you do not work"),
    "copy": ("Another copy of this home is at work", "Another copy of this home is at work"),
    "trust": ("A connector may soon write no more", "{} connectors may soon write no more"),
    "risk": ("1 decision of high risk waits", "{} decisions of high risk wait"),
}


def title(count: int) -> str:
    """Return the title of a message about so many things; ASCII."""
    return "AIOS: 1 thing waits for you" if count == 1 else f"AIOS: {count} things wait for you"


def text(kernel: Kernel, things: Sequence[Urgent]) -> str:
    """Return the lines of a message: one for each kind, then as of when; ends in a line end."""
    kinds = dict.fromkeys(one.what for one in things)
    lines = [_line(kernel, what, [one for one in things if one.what == what]) for what in kinds]
    when = moment(kernel, kernel.clock.now())
    return "\n".join((*lines, "", f"As of {when}.", ""))


def moment(kernel: Kernel, at: datetime) -> str:
    """Return an instant in the operator's time zone, to the minute, with the zone's name."""
    zone = kernel.business.operator.time_zone
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _line(kernel: Kernel, what: str, things: Sequence[Urgent]) -> str:
    one, many = _LINES[what]
    words = one if len(things) == 1 else many.format(len(things))
    return f"- {words}{_names(things)}{_first(kernel, things)}."


def _first(kernel: Kernel, things: Sequence[Urgent]) -> str:
    ends = [one.until for one in things if one.until]
    if not ends:
        return ""
    return f", {'at' if len(things) == 1 else 'the first at'} {moment(kernel, min(ends))}"


def _names(things: Sequence[Urgent]) -> str:
    """Return which workflows or connectors, the most frequent first: ` (support 2, sales)`."""
    counts = Counter(one.name for one in things if one.name is not None)
    shown = [name if n == 1 else f"{name} {n}" for name, n in counts.most_common(_NAMED)]
    more = ["..."] if len(counts) > _NAMED else []
    return f" ({', '.join((*shown, *more))})" if shown else ""
