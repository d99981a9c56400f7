"""Owns `aios answer`: the operator's answer, and what the task does with it at once."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Id, Json
from aios_defs.cli.output import emit, remark, say, short

if TYPE_CHECKING:
    from aios_defs.core.labels import Level
    from aios_defs.core.model import JsonObject
    from aios_defs.services.kernel import Kernel


def answer(
    given: Id,
    text: Annotated[str, typer.Argument(help="Your answer, in quotes.")],
    *,
    forget: Annotated[
        bool, typer.Option("--forget", help="For this once: do not remember it as a fact.")
    ] = False,
    level: Annotated[
        str | None,
        typer.Option(metavar="LEVEL", help="Who may read it later: local, shareable or public."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer a question; its task goes on at once, and what waits next is shown.

    If the question is about something worth keeping, such as a price, your answer becomes a fact
    that other replies may state. Which one, and who may read it, stands on its card in `aios inbox`
    and is shown before it is done; on a terminal you are asked.

    Example:
      aios answer 9be01d44 "49 EUR"
      aios answer 9be01d44 "from 9 to 17" --level public
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.answer_memory import named_level
    from aios_defs.services.questions import answer as give

    if forget and level:
        raise UsageInvalid("--forget and --level exclude each other.", remedy="Give one of them.")
    said = named_level(level) if level else None
    kernel = open_session().kernel
    question_id = find_id(kernel, given, "question")
    remembers = None if forget else _remembers(kernel, question_id)
    if remembers and not level:
        said = _agreed(remembers, is_asked=sys.stdin.isatty() and not as_json)
    is_kept = not forget and not (remembers and said is None)
    task_id = give(kernel, question_id, text, remember=is_kept, level=said)
    found: JsonObject = {"id": question_id, **follow_task(kernel, task_id)}
    if as_json:
        emit(found)
    else:
        print_followed(kernel, found)


def _remembers(kernel: "Kernel", question_id: str) -> "JsonObject | None":
    from aios_defs.core.rows.tasks import QuestionRow
    from aios_defs.services.answer_memory import keeping_view

    with kernel.ledger.view() as view:
        row = view.get(QuestionRow, question_id)
        return keeping_view(kernel, view, row) if row and row.state == "open" else None


def _agreed(remembers: "JsonObject", *, is_asked: bool) -> "Level | None":
    """Show what would be remembered, and return the level that was shown; None: not at all."""
    from aios_defs.cli.preview import remembered_words
    from aios_defs.core.labels import Level
    from aios_defs.services.answer_memory import NOT_KEPT

    remark(f"Remembered: {remembered_words(remembers)}")
    if is_asked:
        typer.confirm("Answer so? (--level LEVEL or --forget say otherwise)", err=True, abort=True)
    shown = str(remembers["level"])
    return None if shown == NOT_KEPT else Level(shown)


def follow_task(kernel: "Kernel", task_id: str) -> "JsonObject":
    """Decide a task now and commit what a rule lets go at once.

    Returns `{"task_id", "outcome", "actions": {id: state}, "next": [cards of this task]}`.
    """
    from aios_defs.core.actions import READY
    from aios_defs.core.rows.actions import ActionRow
    from aios_defs.core.rows.tasks import QuestionRow
    from aios_defs.services.commit import commit_action
    from aios_defs.services.decide import decide_task
    from aios_defs.services.inbox import inbox

    outcome = decide_task(kernel, task_id)
    with kernel.ledger.view() as view:
        ready = [row.id for row in view.select(ActionRow, task_id=task_id, state=READY)]
    for action_id in ready:
        commit_action(kernel, action_id)
    with kernel.ledger.view() as view:
        actions = view.select(ActionRow, task_id=task_id, order="slot")
        questions = view.select(QuestionRow, task_id=task_id)
    own = {task_id, *(row.id for row in actions), *(row.id for row in questions)}
    return {
        "task_id": task_id,
        "outcome": outcome,
        "actions": {row.id: str(row.state) for row in actions if not row.replaced_by},
        "next": [one for one in inbox(kernel) if one["id"] in own],
    }


def print_followed(kernel: "Kernel", found: "JsonObject") -> None:
    """Print what became of a task for people."""
    from aios_defs.cli.inbox_commands import print_cards

    say(f"Task {short(str(found['task_id']))}: {found['outcome'] or 'nothing to decide'}")
    actions, cards = found["actions"], found["next"]
    for identity, state in actions.items() if isinstance(actions, dict) else ():
        say(f"{short(identity)}: {str(state).replace('_', ' ')}")
    if cards and isinstance(cards, list):
        print_cards(kernel, [one for one in cards if isinstance(one, dict)])
