"""Owns the commands out of a failure: retry, skip, resolve."""

from typing import Annotated

import typer

from aios_defs.cli.options import Id, Json
from aios_defs.cli.output import emit, say, short


def retry(given: Id, *, as_json: Json = False) -> None:
    """Try a failed action or task again.

    What failed before anything happened outside is sent again; a draft is judged again; a
    waiting decision goes if your rules of today let it; what is over is decided anew. Mails that a
    card of a flood holds back get their tasks.

    Example:
      aios retry 3f9a17c2
    """
    from aios_defs.cli.answer_commands import follow_task, print_followed
    from aios_defs.cli.session import find, open_session
    from aios_defs.core.rows.actions import ActionRow
    from aios_defs.core.tasks import TaskState
    from aios_defs.services.recover import retry as try_again

    kernel = open_session().kernel
    named = find(kernel, given, ("action", "task", "notice"))
    state = try_again(kernel, named.id)
    if state != TaskState.OPEN:
        _show(named.id, state, as_json=as_json)
        raise typer.Exit(1 if state.startswith(("failed", "uncertain", "parked")) else 0)
    with kernel.ledger.view() as view:
        action = view.get(ActionRow, named.id)
    found = follow_task(kernel, action.task_id if action else named.id)
    if as_json:
        emit({"id": named.id, "state": state, **found})
    else:
        print_followed(kernel, found)


def skip(given: Id, *, as_json: Json = False) -> None:
    """Let a decision, question, failure, mail or notice be.

    What waits in its task is cancelled, and its mail counts as ignored.

    Example:
      aios skip 3f9a17c2
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.recover import skip as let_be

    kernel = open_session().kernel
    identity = find_id(kernel, given, "action", "question", "task", "message", "notice")
    _show(identity, let_be(kernel, identity), as_json=as_json)


def resolve(
    given: Id,
    *,
    sent: Annotated[bool, typer.Option("--sent", help="It arrived.")] = False,
    not_sent: Annotated[
        bool, typer.Option("--not-sent", help="It did not arrive: it may be sent again.")
    ] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="It did not arrive, and shall not.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Settle a parked action by your word, after you looked whether it arrived.

    Example:
      aios resolve 3f9a17c2 --sent
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.reconcile import resolve as settle

    if sent + not_sent + cancel != 1:
        raise UsageInvalid(
            "Say exactly one of --sent, --not-sent and --cancel.",
            remedy="Look at the place outside first.",
        )
    kernel = open_session().kernel
    identity = find_id(kernel, given, "action")
    word = "sent" if sent else "not_sent" if not_sent else "cancel"
    _show(identity, str(settle(kernel, identity, word)), as_json=as_json)


def _show(identity: str, state: str, *, as_json: bool) -> None:
    shown = "failed" if state == "failed_retryable" else state
    if as_json:
        emit({"id": identity, "state": shown})
    else:
        say(f"{short(identity)}: {shown.replace('_', ' ')}")
