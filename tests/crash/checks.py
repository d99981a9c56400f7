"""Owns the invariants: what must hold in a home after everything that was done to it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from aios_defs.core.actions import ActionState
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.all import ROWS
from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.verify import verify_ledger
from aios_defs.services.views import count_mismatches, status
from resources.home import Home
from tests.crash.scene import Scene
from tests.crash.work import opened

_ENDS = (ActionState.COMMITTED, ActionState.PARKED)
_PAUSES = {"override.paused.v1": 1, "override.resumed.v1": -1}


def examine(scene: Scene) -> JsonObject:
    """Return the counts of a home and every invariant that does not hold (`flaws`)."""
    home = opened(scene)
    with home.kernel.ledger.view() as view:
        actions = view.select(ActionRow)
        messages = view.count(MessageRow, folder="inbox")
        started_in_pause = list(_started_in_pause(view))
    effects = scene.effects()
    flaws: list[JsonValue] = [
        *_action_flaws(scene, actions, effects),
        *_count_flaws(home.kernel, scene, messages),
        *(f"position {one}: action.started after a pause" for one in started_in_pause),
        *_ledger_flaws(home),
    ]
    return {
        "actions": len(actions),
        "committed": _count(actions, ActionState.COMMITTED),
        "parked": _count(actions, ActionState.PARKED),
        "duplicates": sum(count - 1 for count in effects.values()),
        "lost": len(_lost(scene, actions, effects)),
        "flaws": flaws,
    }


def _count(actions: list[ActionRow], state: ActionState) -> int:
    return sum(one.state is state for one in actions)


def _lost(scene: Scene, actions: list[ActionRow], effects: Counter[str]) -> list[str]:
    """Return what is committed without an effect, what never ended, what was never proposed."""
    ended = [one.id for one in actions if one.state not in _ENDS]
    empty = [one.id for one in actions if one.state in _ENDS[:1] and not effects[one.key]]
    missing = ["a letter without an action"] * (scene.mails - len(actions))
    return [*ended, *empty, *missing]


def _action_flaws(scene: Scene, actions: list[ActionRow], effects: Counter[str]) -> Iterator[str]:
    foreign = effects.keys() - {one.key for one in actions}
    yield from (f"effect of nobody's key: {key}" for key in sorted(foreign))
    yield from (f"committed {n} times: {key}" for key, n in sorted(effects.items()) if n > 1)
    yield from (f"lost: {one}" for one in _lost(scene, actions, effects))
    parked = {one.key for one in actions if one.state is ActionState.PARKED}
    needless = (key for key in sorted(parked) if not scene.may_be_parked(key))
    yield from (f"parked without need: {key}" for key in needless)


def _count_flaws(kernel: Kernel, scene: Scene, messages: int) -> Iterator[str]:
    counts = status(kernel)["messages"]
    assert isinstance(counts, dict)
    accounted = sum(int(str(counts[one])) for one in counts if one != "received")
    if not counts["received"] == accounted == messages == scene.mails:
        yield f"received and accounted differ: {counts}, {messages} rows, {scene.mails} letters"
    yield from (f"counted otherwise: {one}" for one in count_mismatches(kernel))


def _started_in_pause(view: View) -> Iterator[int]:
    depth = 0
    for event in view.events(types=[*_PAUSES, "action.started.v1"]):
        depth += _PAUSES.get(event.type, 0)
        if depth and event.type == "action.started.v1":
            yield event.position


def _ledger_flaws(home: Home) -> Iterator[str]:
    report = verify_ledger(home.ledger, home.kernel.vault)
    if not report.ok:
        yield f"the ledger does not verify: {report.finding} at {report.first_bad_position}"
    before = _folded(home.kernel)
    home.ledger.rebuild()
    after = _folded(home.kernel)
    yield from (f"the rebuilt {name} differ" for name in before if before[name] != after[name])


def _folded(kernel: Kernel) -> dict[str, list[dict[str, object]]]:
    with kernel.ledger.view() as view:
        return {
            kind.TABLE: [asdict(row) for row in view.select(kind)] for kind in ROWS if kind.FOLDED
        }
