"""Owns the step of a story: what several events say of one thing, in the state of the last."""

from dataclasses import dataclass, field

from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject, JsonValue, rfc3339

DONE, WAITING, FAILED, GONE, PLAIN = "done", "waiting", "failed", "gone", "plain"
"""The tones of a step: its shape and colour; its `state` says the same in words."""
TONES: dict[str, str] = {
    **dict.fromkeys(
        ("allow", "allow_after", "committed", "completed", "approved", "answered", "holds"), DONE
    ),
    **dict.fromkeys(("ask", "draft", "drafted", "scheduled", "started", "proposed"), WAITING),
    **dict.fromkeys(("deny", "denied", "rejected", "failed", "uncertain", "parked"), FAILED),
    **dict.fromkeys(("compensation_failed", "disputed", "quarantined"), FAILED),
    **dict.fromkeys(("expired", "cancelled", "superseded", "compensated", "retracted"), GONE),
    **dict.fromkeys(("withdrawn", "ignored"), GONE),
    **dict.fromkeys(("authorised", "reopened", "released"), PLAIN),
    "compensating": WAITING,
}


@dataclass(slots=True, kw_only=True)
class Step:
    """One step; `after` names the steps that led to it, `replaces` what it stands in place of."""

    id: str
    kind: str
    title: str
    quote: str | None
    state: str
    tone: str
    event: Envelope
    link: tuple[str, str]
    branch: str = ""
    after: list[str] = field(default_factory=list[str])
    replaced_by: str | None = None
    run_id: str | None = None

    def to_json(self) -> JsonObject:
        """Return the step as pages and programs see it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "quote": self.quote,
            "state": self.state,
            "tone": self.tone,
            "at": rfc3339(self.event.time),
            "actor": self.event.actor,
            "position": self.event.position,
            "link": {"kind": self.link[0], "id": self.link[1]},
            "branch": self.branch,
            "after": list[JsonValue](self.after),
            "replaced_by": self.replaced_by,
            "run_id": self.run_id,
        }


def new_step(
    event: Envelope,
    step_id: str,
    kind: str,
    title: str,
    state: str,
    *,
    quote: str | None = None,
    link: tuple[str, str],
    tone: str = PLAIN,
    branch: str = "",
) -> Step:
    """Return the step that an event begins; `quote` is text that is not ours."""
    return Step(
        id=step_id,
        kind=kind,
        title=title,
        quote=quote,
        state=state,
        tone=tone,
        event=event,
        link=link,
        branch=branch,
        run_id=event.run_id,
    )
