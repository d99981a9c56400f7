"""Owns telling a story: hearing events in order, keeping the steps and what led to what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aios_defs.core.envelope import Envelope
from aios_defs.core.ports import View
from aios_defs.core.sealed import Sealed
from aios_defs.services.cards import readable
from aios_defs.services.event_words import name_of, plain
from aios_defs.services.kernel import Kernel
from aios_defs.services.story.step import TONES, Step


@dataclass(slots=True, kw_only=True)
class Telling:
    """Hears the events in order and keeps the steps; `trunk` is the last step that is no branch."""

    kernel: Kernel
    view: View
    ears: Mapping[str, "Ear"]
    steps: dict[str, Step] = field(default_factory=dict[str, Step])
    facts: dict[str, Step] = field(default_factory=dict[str, Step])
    cited: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    trunk: str = ""
    has_task: bool = False

    def hear(self, event: Envelope) -> None:
        """Take in the next event."""
        head, _, name = name_of(event.type).partition(".")
        self.has_task = self.has_task or head == "task"
        heard = self.ears.get(head)
        if heard is not None:
            heard(self, event, name)

    def ordered(self) -> list[Step]:
        """Return all steps, facts right before the first verdict that cites them."""
        found: list[Step] = []
        seen: set[str] = set()
        for step in self.steps.values():
            for fact_id in self.cited.get(step.id, ()):
                if fact_id in self.facts:
                    step.after.append(fact_id)
                    found += [self.facts[fact_id]] if fact_id not in seen else []
                    seen.add(fact_id)
            found.append(step)
        return found + [one for one in self.facts.values() if one.after and one.id not in seen]

    def last_of(self, branch: str) -> str | None:
        """Return the last step of a branch, or None."""
        steps = reversed(self.steps.values())
        return next((one.id for one in steps if one.branch == branch), None)

    def add(self, step: Step, after: str | None) -> Step:
        """Keep a step that follows another."""
        step.after += [after] if after else []
        self.steps[step.id] = step
        return step

    def on_trunk(self, step: Step) -> None:
        """Keep a step of the trunk: it follows the one before it."""
        self.add(step, self.trunk or None)
        self.trunk = step.id

    def change(self, step_id: str, name: str, reason: object = None) -> None:
        """Let a step that is known say what became of it."""
        step = self.steps.get(step_id) or self.facts.get(step_id)
        if step is not None:
            step.state = plain(f"{name}: {reason}" if reason else name)
            step.tone = TONES.get(name, step.tone)

    def opened(self, sealed: Sealed | None) -> str | None:
        """Return a sealed text, or that it was erased."""
        return readable(self.kernel, sealed) if sealed else None


Ear = Callable[[Telling, Envelope, str], None]
"""Hears the events of one kind: the telling, the event, and the last word of its type."""
