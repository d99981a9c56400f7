"""Owns `aios trace`: from any id back and forth to everything that led to it and followed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aios_defs.cli.options import Id, Json
from aios_defs.cli.output import emit, print_rich, say

if TYPE_CHECKING:
    from aios_defs.core.envelope import Envelope
    from aios_defs.services.kernel import Kernel

_TOLD = (
    "reason", "outcome", "agent", "agent_version", "category", "operation", "effect", "rule",
    "rules", "error", "due_at", "expires_at", "token", "attempt", "retryable", "found",
    "outside_ref", "scope", "predicate", "topic",
)  # fmt: skip
"""What an event tells for people: never personal text."""


def trace(given: Id, *, as_json: Json = False) -> None:
    """Tell the story of an action, task, message, decision, fact or run: every event, in order.

    With --json each event comes as the ledger holds it, and `runs` names the Dagster runs.

    Example:
      aios trace 3f9a17c2
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.trace import trace as gather

    kernel = open_session().kernel
    story = gather(kernel, _target(kernel, given))
    if as_json:
        emit(story.to_json())
        return
    say(f"The story of {story.id}")
    _print_tree(kernel, story.events)
    say(f"Dagster runs: {', '.join(story.runs) or 'none'}")


def _target(kernel: "Kernel", given: str) -> str:
    """Return the whole id; what is no row (a run, a stream) is taken as it is, or by its end."""
    from aios_defs.cli.session import find
    from aios_defs.core.errors import UnknownId
    from aios_defs.core.rows.actions import ActionRow
    from aios_defs.core.rows.tasks import TaskRow

    try:
        return find(kernel, given).id
    except UnknownId:
        with kernel.ledger.view() as view:
            runs = {row.run_id for row in view.select(TaskRow)}
            runs |= {row.run_id for row in view.select(ActionRow) if row.run_id}
        meant = [one for one in runs if one and one.endswith(given) and len(given) > 5]  # noqa: PLR2004 - as for other ids
        return meant[0] if len(meant) == 1 else given


def _print_tree(kernel: "Kernel", events: Sequence["Envelope"]) -> None:
    from rich.text import Text
    from rich.tree import Tree

    branches: dict[str, Tree] = {}
    root = Tree(Text(f"{len(events)} events"), guide_style="dim")
    for event in events:
        if event.stream not in branches:
            above = branches.get(f"task-{event.correlation_id}", root)
            branches[event.stream] = above.add(Text(event.stream))
        branches[event.stream].add(Text(_line(kernel, event)))
    print_rich(root)


def _line(kernel: "Kernel", event: "Envelope") -> str:
    from aios_defs.cli.moments import relative
    from aios_defs.core.visible import one_line

    told = {**event.data, **_verdict(event)}
    gist = ", ".join(f"{name} {_shown(told[name])}" for name in _TOLD if told.get(name))
    name = event.type.rpartition(".v")[0]
    when = relative(event.time, kernel.clock.now())
    line = f"{event.position:>6}  {name}  {when}  by {event.actor}"
    return one_line(line + (f"  ({gist})" if gist else ""))


def _verdict(event: "Envelope") -> dict[str, object]:
    verdict = event.data.get("verdict")
    return {**verdict} if isinstance(verdict, dict) else {}


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
