"""Owns an independent judge of a log: what started, was it allowed to, and is every step legal?

It reads the stored events only; of the product it uses the table of arrows and nothing else.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aios_defs.core.actions import ARROWS, ActionState
from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject, parse_rfc3339

_VOIDS = {
    "approval.requested",
    "approval.rejected",
    "approval.expired",
    "action.denied",
    "action.drafted",
    "action.superseded",
    "action.cancelled",
}


Needed = Callable[[str, datetime], frozenset[str] | None]
"""Which rules ask about an action (its id) at a time; None: nothing may start."""


@dataclass(slots=True)
class Approval:
    """One question to the operator, as the log tells it."""

    action_id: str
    content_hash: str
    rules: frozenset[str]
    expires_at: datetime
    is_granted: bool = False
    is_void: bool = False


@dataclass(slots=True)
class Oracle:
    """Reads a log event by event; `violations` gathers what must never happen."""

    violations: list[str] = field(default_factory=list)
    states: dict[str, ActionState] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    started: Counter[str] = field(default_factory=Counter)
    position: int = 0
    _approvals: dict[str, Approval] = field(default_factory=dict)
    _slots: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def read(self, events: Iterable[Envelope], needed: Needed) -> None:
        """Read new events; `needed` tells which rules ask about an action at a time."""
        for event in events:
            self.position = event.position
            name = event.type.removesuffix(".v1")
            if name.startswith(("action.", "approval.")):
                self._step(event, name)
                self._note(event, name)
            if name == "action.started":
                self._judge(event, needed(str(event.data["action_id"]), event.time))

    def _step(self, event: Envelope, name: str) -> None:
        """Check the arrow and that the role may fire it."""
        action_id = str(event.data["action_id"])
        arrow_name = f"{name}.retryable" if event.data.get("retryable") is True else name
        arrow = next(one for one in ARROWS if one.event == arrow_name)
        before, role = self.states.get(action_id), event.actor.partition(":")[0]
        if before not in arrow.sources or role not in arrow.by:
            self._say(event, f"{arrow_name} by {role} from {before}")
        self.states[action_id] = arrow.target

    def _note(self, event: Envelope, name: str) -> None:
        data, action_id = event.data, str(event.data["action_id"])
        if name == "action.proposed":
            self._proposed(event, action_id)
        if name in _VOIDS:
            for one in self._approvals.values():
                one.is_void |= one.action_id == action_id
        if name == "approval.requested":
            self._approvals[str(data["approval_id"])] = _asked(data)
        if name == "approval.granted":
            granted = self._approvals[str(data["approval_id"])]
            granted.is_granted = data["content_hash"] == granted.content_hash
            granted.expires_at = parse_rfc3339(str(data["expires_at"]))

    def _proposed(self, event: Envelope, action_id: str) -> None:
        slot, key = event.data["slot"], str(event.data["key"])
        assert isinstance(slot, int)
        is_new = action_id not in self.contents
        if is_new and slot in self._slots[str(event.data["task_id"])]:
            self._say(event, f"slot {slot} is used twice")
        if self.keys.setdefault(key, action_id) != action_id:
            self._say(event, "a key is used twice")
        self._slots[str(event.data["task_id"])].add(slot)
        content = self.contents.setdefault(action_id, str(event.data["content_hash"]))
        if content != event.data["content_hash"]:
            self._say(event, "an action changed its content")

    def _judge(self, event: Envelope, needed: frozenset[str] | None) -> None:
        data = event.data
        action_id = str(data["action_id"])
        self.started[action_id] += 1
        if data["content_hash"] != self.contents[action_id]:
            self._say(event, "started with other content than proposed")
        if needed is None:
            self._say(event, "started although nothing may start")
        elif needed:
            approval = self._approvals.get(str(data["approval_id"]))
            for fault in _faults(approval, event, self.contents[action_id], needed):
                self._say(event, fault)

    def _say(self, event: Envelope, fault: str) -> None:
        self.violations.append(f"position {event.position}: {fault}")


def _asked(data: JsonObject) -> Approval:
    rules = data["rules"]
    assert isinstance(rules, list)
    return Approval(
        action_id=str(data["action_id"]),
        content_hash=str(data["content_hash"]),
        rules=frozenset(map(str, rules)),
        expires_at=parse_rfc3339(str(data["expires_at"])),
    )


def _faults(
    approval: Approval | None, event: Envelope, content: str, needed: frozenset[str]
) -> Sequence[str]:
    if approval is None:
        return ["started without the approval it needs"]
    checks = {
        "the approval is another action's": approval.action_id != event.data["action_id"],
        "the approval is of other content": approval.content_hash != content,
        "the approval was not given": not approval.is_granted,
        "the approval is void": approval.is_void,
        "the approval has expired": approval.expires_at <= event.time,
        "a rule asks that the approval did not show": not needed <= approval.rules,
    }
    return [fault for fault, holds in checks.items() if holds]
