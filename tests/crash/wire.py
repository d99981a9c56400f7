"""Owns the parts of the campaign on real mail servers, behind a fault proxy for each protocol.

`kill_on_the_wire` kills at named points; `kill_in_phases` kills while the server's answer to one
step of the protocol is kept back; `fail_in_phases` plays every fault at every step, and nobody is
killed.
"""

import importlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonObject
from resources.testing.fault_plan import KINDS, Fault, Kind
from resources.testing.fault_proxy_process import FaultProxyProcess
from resources.testing.kill_points import KillPoints
from tests.crash.parts import Part
from tests.crash.processes import Child, run, start
from tests.crash.scene import MAIL, make
from tests.crash.wire_scene import VARIABLE, House, WireScene
from tests.crash.work import begin, hear, work

IDLE = "IDLE"
NAIVE = "tests.crash.naive_mail:NaiveMail"
SMTP_PHASES = {
    "MAIL": rb"MAIL FROM:[^\r]*\r\n",
    "RCPT": rb"RCPT TO:[^\r]*\r\n",
    "DATA": rb"(?:^|\n)DATA\r\n",
    "end of data": rb"\r\n\.\r\n",
}
IMAP_PHASES = {
    "APPEND": rb" APPEND [^\r]*\r\n",
    "APPEND's mail": rb"X-AIOS-Op: [^\r]*\r\n",
    "SEARCH": rb" SEARCH [^\r]*\r\n",
    "FETCH": rb" FETCH [^\r]*\r\n",
    IDLE: rb" IDLE\r\n",
}
PHASES = {**SMTP_PHASES, **IMAP_PHASES}
UNREPEATABLE = frozenset({"DATA", "APPEND", "APPEND's mail"})
"""Where a repeated line becomes part of the mail's text."""
UNKNOWABLE = frozenset({"drop_before", "commit_then_drop", "truncate"})
"""The faults after which nobody knows whether the end of data arrived."""
WIRE_POINTS = ("commit.started", "commit.fenced", "mail.sending", "mail.accepted", "mail.filed")
MAILS = 2
_LOST = 3
_HELD = 20.0
_TICK = 0.005


@dataclass(slots=True)
class Wire:
    """The servers, and the proxies before them."""

    house: House
    smtp: FaultProxyProcess
    imap: FaultProxyProcess
    number: int = field(default=0)

    def scene(self, part: Part, mails: int = MAILS, **details: Any) -> WireScene:  # noqa: ANN401 - Scene's fields
        """Make the next home, ready to work."""
        self.number += 1
        scene = WireScene(
            home=part.folder / f"{part.name}-{self.number}",
            mails=mails,
            house=self.house,
            smtp_port=self.smtp.port,
            imap_port=self.imap.port,
            **details,
        )
        make(scene)
        run(lambda _: begin(scene))
        return scene

    def proxy(self, phase: str) -> FaultProxyProcess:
        """Return the proxy that sees a phase."""
        return self.smtp if phase in SMTP_PHASES else self.imap

    def close(self, part: Part, scene: WireScene) -> None:
        """Take the faults away, let the home come to rest, and count it."""
        self.smtp.disarm()
        self.imap.disarm()
        part.close(scene)


@contextmanager
def wired(part: Part) -> Iterator[Wire]:
    """Stand a proxy before each server."""
    house = House(**part.servers)
    importlib.import_module("imapclient")  # once, not in each child
    os.environ[VARIABLE] = house.password
    with (
        FaultProxyProcess(target=("127.0.0.1", house.smtp)) as smtp,
        FaultProxyProcess(target=("127.0.0.1", house.imap)) as imap,
    ):
        yield Wire(house, smtp, imap)


def kill_on_the_wire(part: Part) -> None:
    """Kill at each named point of sending, in homes of a few letters."""
    with wired(part) as wire:
        while part.tally.killed < part.kills:
            scene = wire.scene(part)
            for point in part.chance.sample(WIRE_POINTS, 3):
                armed = KillPoints(point=point)
                part.tally.kills[point] += _working(scene, armed).end().is_killed
            wire.close(part, scene)


def kill_in_phases(part: Part) -> None:
    """Kill while the answer to one step of a protocol is kept back."""
    with wired(part) as wire:
        for phase in _in_turn(part):
            scene = wire.scene(part, late=phase == IDLE)
            held = Fault(kind="delay", pattern=PHASES[phase], seconds=_HELD)
            wire.proxy(phase).arm(held)
            child = _hearing(scene) if phase == IDLE else _working(scene)
            is_held = _is_held(wire.proxy(phase), child)
            if scene.late:
                scene.deliver(scene.mails - 1)
            if is_held:
                child.kill()
            part.tally.kills[phase] += child.end().is_killed
            wire.close(part, scene)


def fail_in_phases(part: Part) -> None:
    """Play each fault at each step, one home for each step; nobody is killed."""
    with wired(part) as wire:
        for phase, pattern in PHASES.items():
            kinds: list[Kind] = [
                one for one in KINDS if one != "duplicate" or phase not in UNREPEATABLE
            ]
            part.chance.shuffle(kinds)
            faults = [Fault(kind=kind, pattern=pattern, seconds=0.01) for kind in kinds]
            way = _hear_through if phase == IDLE else _work_through
            way(part, wire, phase, faults)


def fail_the_naive(part: Part) -> None:
    """Lose answers to the end of data for a sender that tries again on any error."""
    with wired(part) as wire:
        faults = [Fault(kind="commit_then_drop", pattern=PHASES["end of data"])] * _LOST
        _work_through(part, wire, "end of data", faults, kind=NAIVE)


def _work_through(
    part: Part, wire: Wire, phase: str, faults: Sequence[Fault], kind: str = MAIL
) -> None:
    """Work in one home until every fault was played."""
    scene = wire.scene(part, mails=len(faults), kind=kind)
    with _counted(part, wire, phase, scene) as proxy:
        for fault in faults:
            proxy.arm(fault)
        for _ in range(scene.mails + 1):
            _working(scene).end()
            if not proxy.report()["is_armed"]:
                break


def _hear_through(part: Part, wire: Wire, phase: str, faults: Sequence[Fault]) -> None:
    """Play one fault after the other while a process waits for news, and let a letter arrive."""
    scene = wire.scene(part, mails=len(faults), late=len(faults))
    with _counted(part, wire, phase, scene) as proxy:
        for number, fault in enumerate(faults):
            proxy.arm(fault)
            child = _hearing(scene)
            _is_held(proxy, child)
            scene.deliver(number)
            child.end()


@contextmanager
def _counted(part: Part, wire: Wire, phase: str, scene: WireScene) -> Iterator[FaultProxyProcess]:
    """Count what a phase's proxy plays meanwhile, then close the home."""
    proxy = wire.proxy(phase)
    before = len(proxy.report()["played"])
    yield proxy
    for played in proxy.report()["played"][before:]:
        part.tally.pauses[f"{phase}: {played['kind']}"] += 1
    wire.close(part, scene)


def _in_turn(part: Part) -> Iterator[str]:
    while part.tally.killed < part.kills:
        before = part.tally.killed
        yield from PHASES
        assert part.tally.killed > before, "no phase was reached"


def _is_held(proxy: FaultProxyProcess, child: Child) -> bool:
    """Wait until the answer is kept back; False when the process ended without that step."""
    while proxy.report()["is_armed"]:
        if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return False
        time.sleep(_TICK)
    return True


def _working(scene: WireScene, armed: KillPoints | None = None) -> Child:
    return start(lambda _: _told(lambda: work(scene, armed or KillPoints())))


def _hearing(scene: WireScene) -> Child:
    return start(lambda _: _told(lambda: hear(scene)))


def _told(act: Callable[[], JsonObject]) -> JsonObject:
    """Act; a server that fails ends it with words, as it ends the command."""
    try:
        return act()
    except AiosError as error:
        return {"ended_by": error.code}
