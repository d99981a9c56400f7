"""Owns the operator's answers to decisions: approve, reject, undo."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.edge import INTERRUPTED
from aios_defs.cli.options import Id, Ids, Json
from aios_defs.cli.output import emit, remark, say, short

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject
    from aios_defs.services.kernel import Kernel

_ANSWERED = ("action", "fact", "duplicate")
"""The kinds of cards that are approved or rejected."""


def approve(
    given: Ids,
    edit: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Send this text instead (- reads stdin). A JSON object replaces arguments.",
        ),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace one argument, such as subject."),
    ] = None,
    content_hash: Annotated[
        str | None, typer.Option("--hash", help="Approve only if this is its content hash.")
    ] = None,
    *,
    now: Annotated[bool, typer.Option("--now", help="Skip the undo window.")] = False,
    as_json: Json = False,
) -> None:
    """Approve decisions and send them: each is shown, and Ctrl-C undoes for a few seconds.

    What is approved is exactly what is shown. Several ids are several approvals. With --edit or
    --set the changed content takes the decision's place, if policy has nothing new to say. A fact
    that an agent proposed to remember can be approved too, and that two profiles are one.

    Example:
      aios approve 3f9a17c2
      aios approve 3f9a17c2 --edit reply.txt --now
      aios approve 3f9a17c2 --set subject="About your order"
    """
    from aios_defs.cli.approving import commit_approved, exit_code, outcome
    from aios_defs.cli.editing import read_changes
    from aios_defs.cli.session import open_session
    from aios_defs.services.identity.merging import merge_duplicate
    from aios_defs.services.preview import preview
    from aios_defs.services.remember import remember

    kernel = open_session().kernel
    named = _named(kernel, given)
    for one in named["fact"]:
        remember(kernel, one)
    for one in named["duplicate"]:
        merge_duplicate(kernel, one)
    found = [preview(kernel, one) for one in named["action"]]
    is_edit = bool(edit or changes)
    _check_single(found, is_single=is_edit or content_hash is not None)
    window = 0 if now else None
    ids: list[str] = []
    for one in found:
        edited = read_changes(one, edit, changes or ()) if is_edit else None
        ids.append(_approve_one(kernel, one, edited, content_hash, window=window, quiet=as_json))
    is_done = commit_approved(kernel, ids)
    told: list[JsonObject] = [
        {"id": one, "state": state}
        for kind, state in (("fact", "asserted"), ("duplicate", "merged"))
        for one in named[kind]
    ]
    _show([*told, *(outcome(kernel, one) for one in ids)], as_json=as_json)
    codes = [exit_code(kernel, one) for one in ids] if is_done else [INTERRUPTED]
    raise typer.Exit(max(codes, default=0))


def _named(kernel: "Kernel", given: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids meant, by kind, each once."""
    from aios_defs.cli.session import find

    found = dict.fromkeys(find(kernel, one, _ANSWERED) for one in given)
    return {kind: [one.id for one in found if one.kind == kind] for kind in _ANSWERED}


def _check_single(found: Sequence["JsonObject"], *, is_single: bool) -> None:
    from aios_defs.core.errors import UsageInvalid

    if is_single and len(found) > 1:
        raise UsageInvalid(
            "--edit, --set and --hash are about one decision.", remedy="Approve one at a time."
        )


def _approve_one(
    kernel: "Kernel",
    found: "JsonObject",
    edited: "JsonObject | None",
    content_hash: str | None,
    *,
    window: int | None,
    quiet: bool,
) -> str:
    """Approve what a preview shows; returns the id of the action that stands for it now."""
    from aios_defs.cli.preview import print_preview
    from aios_defs.core.errors import ApprovalStale, PreviewAgain
    from aios_defs.services.approve import approve as grant
    from aios_defs.services.approve import edit_and_approve
    from aios_defs.services.preview import preview

    action_id = str(found["id"])
    if not quiet:
        print_preview(kernel, found)
    if content_hash is not None and content_hash != found["content_hash"]:
        raise ApprovalStale(
            f"Action {action_id} has another content hash than {content_hash!r}.",
            remedy=f"Look at it again: aios show {action_id}",
            action_id=action_id,
        )
    if edited is None:
        shown = str(found["content_hash"])
        return grant(kernel, action_id, content_hash=shown, window=window).id
    try:
        return edit_and_approve(kernel, action_id, edited, window=window).id
    except PreviewAgain as again:
        if not quiet:
            print_preview(kernel, preview(kernel, str(again.fields["action_id"])))
        raise


def _show(outcomes: Sequence["JsonObject"], *, as_json: bool) -> None:
    if as_json:
        emit(outcomes[0] if len(outcomes) == 1 else [*outcomes])
        return
    for one in outcomes:
        about = one.get("outside_ref") or one.get("remedy") or one.get("rule")
        state = str(one["state"]).replace("_", " ")
        say(f"{short(str(one['id']))}: {state}" + (f" ({about})" if about else ""))


def reject(
    given: Id,
    reason: Annotated[str, typer.Option(help="Why, for the record; it is sealed.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Reject a decision or a fact: nothing is sent, and its mail counts as ignored.

    Of two profiles that may be the same it says that they are not.

    Example:
      aios reject 3f9a17c2 --reason "I will call them"
    """
    from aios_defs.cli.session import find, open_session
    from aios_defs.services.approve import reject as refuse
    from aios_defs.services.facts import retract_fact
    from aios_defs.services.identity.merging import keep_apart

    kernel = open_session().kernel
    named = find(kernel, given, _ANSWERED)
    if named.kind == "action":
        state = str(refuse(kernel, named.id, reason).state)
    elif named.kind == "duplicate":
        state = keep_apart(kernel, named.id).state
    else:
        with kernel.ledger.transaction(actor="operator") as tx:
            retract_fact(tx, named.id, reason="the operator rejected it")
        state = "rejected"
    if as_json:
        emit({"id": named.id, "state": state})
    else:
        say(f"{short(named.id)}: {state}")


def undo(given: Id, *, as_json: Json = False) -> None:
    """Take a decision back while its undo window lasts: it waits in the inbox again.

    Example:
      aios undo 3f9a17c2
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.approve import undo as take_back

    kernel = open_session().kernel
    row = take_back(kernel, find_id(kernel, given, "action"))
    if as_json:
        emit({"id": row.id, "state": str(row.state)})
    else:
        say(f"{short(row.id)}: taken back, it waits in the inbox again")
        remark(f"aios approve {short(row.id)}, or: aios reject {short(row.id)}")
