"""Owns the commands about who is who: describe, merge, split, duplicates."""

from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, short

Who = Annotated[
    str,
    typer.Argument(metavar="WHO", help="An id, address, phone number, handle or whole name."),
]


def merge(kept: Who, other: Who, *, as_json: Json = False) -> None:
    """Make two profiles one: what is known of both stands together, and nothing is rewritten.

    The first one's name stands for both, unless only the other is known to you. It can be taken
    back with `aios memory split`.

    Example:
      aios memory merge ana@example.org "A. Silva"
    """
    from aios_defs.cli.memory_subjects import profile_of
    from aios_defs.cli.session import open_session
    from aios_defs.services.identity.merging import merge as make_one

    kernel = open_session().kernel
    root = make_one(kernel, profile_of(kernel, kept), profile_of(kernel, other))
    _told({"id": root, "state": "merged"}, f"They are one: {short(root)}", as_json=as_json)


def split(other: Who, *, as_json: Json = False) -> None:
    """Take a merge back: name the profile that was merged into another, by its id.

    What was merged into it before stays with it, and the two are not proposed again.

    Example:
      aios memory duplicates --merged
      aios memory split 3f9a17c2
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.identity.merging import split as take_back

    kernel = open_session().kernel
    profile_id = find_id(kernel, other, "profile")
    left = take_back(kernel, profile_id)
    told = f"{short(profile_id)} is apart from {short(left)} again"
    _told({"id": profile_id, "left": left, "state": "apart"}, told, as_json=as_json)


def duplicates(
    *,
    is_merged: Annotated[
        bool, typer.Option("--merged", help="List what was merged, instead.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look for profiles that may be the same, and list those that wait for your answer.

    `aios approve ID` makes two one, `aios reject ID` keeps them apart for good. Nothing is merged
    by itself but what shares an address, a phone number or a handle.

    Example:
      aios memory duplicates
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.identity.merging import every_merge
    from aios_defs.services.identity.proposing import look_for_duplicates, open_duplicates

    kernel = open_session().kernel
    if is_merged:
        merges = every_merge(kernel)
        if as_json:
            emit(merges)
            return
        rows = [
            (short(str(one["id"])), str(one["name"]), short(str(one["into"])), str(one["evidence"]))
            for one in merges
        ]
        print_table(("id", "name", "is one with", "because"), rows)
        return
    look_for_duplicates(kernel)
    found = open_duplicates(kernel)
    if as_json:
        emit(found)
        return
    listed = [
        (short(str(one["id"])), str(one["score"]), str(one["title"]), str(one["evidence"]))
        for one in found
    ]
    print_table(("id", "score", "who", "alike by"), listed)


def describe(
    who: Who,
    *,
    new: Annotated[
        str | None,
        typer.Option("--new", metavar="KIND", help="Create it: a person, company or project."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    kind: Annotated[str | None, typer.Option(help="person, company or project.")] = None,
    stage: Annotated[str | None, typer.Option(help="lead, customer or former.")] = None,
    status: Annotated[
        str | None, typer.Option(help="Of a project: planned, active, paused, done; or none.")
    ] = None,
    company: Annotated[
        str | None, typer.Option(metavar="WHO", help="The company it belongs to; or none.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="Such as de or pt-BR; or none.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a person, company or project is, or create one; what is not named stays.

    What it was stays in its versions: `aios memory list profiles WHO --known-at T`.

    Example:
      aios memory describe "Acme" --new company
      aios memory describe "New site" --new project --status planned --company Acme
      aios memory describe ana@example.org --stage customer --language pt-BR
    """
    from aios_defs.cli.memory_subjects import profile_of
    from aios_defs.cli.session import open_session
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.identity import describing

    said = describing.Description(
        name=name, kind=kind, stage=stage, status=status, company=company, language=language
    )
    if new is None and said == describing.Description():
        raise UsageInvalid("Nothing is said of it.", remedy="See: aios memory describe --help")
    kernel = open_session().kernel
    if new is None:
        row = describing.describe(kernel, profile_of(kernel, who), said)
    else:
        row = describing.create(kernel, who, new, said)
    told = {"id": row.id, "kind": row.kind, "stage": row.stage, "status": row.status or ""}
    words = f"It is a {row.kind} now ({short(row.id)}): {row.status or row.stage}"
    _told(told, words, as_json=as_json)


def _told(value: dict[str, str], text: str, *, as_json: bool) -> None:
    if as_json:
        emit(dict(value))
    else:
        say(text)
