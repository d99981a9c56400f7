"""Owns opening the home that a command works on, and finding the thing that an id means."""

from collections.abc import Sequence
from dataclasses import dataclass

from aios_defs.cli.output import remark
from aios_defs.core.errors import AiosError, UnknownId, UsageInvalid
from aios_defs.core.holding import REMEDY, SAID
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.commitments import CommitmentRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.house import NoticeRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import DuplicateRow, ProfileRow
from aios_defs.core.rows.row import Row
from aios_defs.core.rows.tasks import DecisionRow, QuestionRow, TaskRow
from aios_defs.services.erasure.finish import unfinished
from aios_defs.services.hold import is_held
from aios_defs.services.kernel import Kernel
from aios_defs.services.seed import policy_standing
from aios_defs.settings.environment import load_settings
from resources.home import Home, open_home

ROWS: dict[str, type[Row]] = {
    "action": ActionRow,
    "question": QuestionRow,
    "task": TaskRow,
    "message": MessageRow,
    "decision": DecisionRow,
    "fact": FactRow,
    "notice": NoticeRow,
    "duplicate": DuplicateRow,
    "profile": ProfileRow,
    "commitment": CommitmentRow,
}
"""The kinds of things that ids name, in the order in which a short id is looked for."""

CARDS = ("action", "question", "task", "message", "fact", "notice", "duplicate")
"""The kinds of things that a card in the inbox can be."""
_HINTS = {
    "action": "aios show {id}",
    "question": 'aios answer {id} "…"',
    "task": "aios trace {id}",
    "message": "aios quarantine show {id}",
    "fact": "aios approve {id}, or: aios reject {id}",
    "notice": "aios skip {id}",
    "commitment": "aios memory kept {id}",
    "duplicate": "aios approve {id}, or: aios reject {id}",
}
_LEAST = 6
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What an id means: a kind of thing, and its whole id."""

    kind: str
    id: str


def open_session(*, is_hold_said: bool = True) -> Home:
    """Open the home that the environment names; remarks say what keeps it from being written.

    That is safe mode, and the hold of a restored home unless the command says that itself.
    """
    home = open_home(load_settings())
    if policy_standing(home.kernel) == "safe_mode":
        remark(
            "Safe mode: business/policies.yaml does not validate, so commands write nothing (an"
            " `aios up` from before goes on by its last good rules). See: aios policy check"
        )
    if is_hold_said and is_held(home.ledger):
        remark(f"{SAID} {REMEDY}")
    _finish_erasures(home)
    return home


def _finish_erasures(home: Home) -> None:
    """Go on with what a killed `aios memory forget` left; trouble with it stops no command."""
    if not unfinished(home.kernel):
        return
    from resources.erasing import finish_erasures

    try:
        finish_erasures(home)
    except AiosError as error:
        remark(f"An erasure is not finished: {error}")


def find(kernel: Kernel, given: str, kinds: Sequence[str] = tuple(ROWS)) -> Named:
    """Return what an id, or the beginning or end of one, means among some kinds of things.

    Raises:
        UnknownId: nothing of these kinds has it; the remedy says so when another kind does.
        UsageInvalid: it is too short, or several things have it; they are listed.

    """
    wanted = given.strip().lower()
    with kernel.ledger.view() as view:
        found = _matches(view, wanted, kinds)
        others = [] if found else _matches(view, wanted, [one for one in ROWS if one not in kinds])
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(given, found)
    raise _unknown(given, kinds, others)


def find_id(kernel: Kernel, given: str, *kinds: str) -> str:
    """Return the whole id of the one thing meant; raises as `find` does."""
    return find(kernel, given, kinds).id


def _matches(view: View, wanted: str, kinds: Sequence[str]) -> list[Named]:
    exact = [Named(kind=one, id=wanted) for one in kinds if view.get(ROWS[one], wanted)]
    if exact or len(wanted) < _LEAST:
        return exact[:1]
    return [
        Named(kind=kind, id=identity)
        for kind in kinds
        for identity in _ids(view, kind)
        if identity.startswith(wanted) or identity.endswith(wanted)
    ]


def _ids(view: View, kind: str) -> list[str]:
    return [str(getattr(row, "id")) for row in view.select(ROWS[kind])]  # noqa: B009 - every kind has one


def _ambiguous(given: str, found: Sequence[Named]) -> UsageInvalid:
    listed = ", ".join(f"{one.id} ({one.kind})" for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return UsageInvalid(
        f"{given!r} means {len(found)} things: {listed}{more}.", remedy="Give more of the id."
    )


def _unknown(given: str, kinds: Sequence[str], others: Sequence[Named]) -> UnknownId:
    if len(others) == 1:
        other = others[0]
        hint = _HINTS.get(other.kind, "aios trace {id}").format(id=other.id)
        return UnknownId(f"{given!r} is a {other.kind}.", remedy=f"Try: {hint}", id=other.id)
    if len(given.strip()) < _LEAST:
        return UnknownId(
            f"{given!r} is too short for an id.", remedy=f"Give at least {_LEAST} characters."
        )
    return UnknownId(
        f"There is no {' or '.join(kinds)} {given!r}.",
        remedy="See what waits with: aios inbox; what happened with: aios ledger tail",
        id=given,
    )
