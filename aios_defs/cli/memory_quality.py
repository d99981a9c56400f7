"""Owns `aios memory quality`: what the checks of the artifacts found, and the way out."""

from typing import TYPE_CHECKING, Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject


def quality(
    artifact: Annotated[
        str | None, typer.Argument(metavar="ARTIFACT", help="One of them, with its rows.")
    ] = None,
    *,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Fold all rows anew from the ledger.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what the last hourly check said of each artifact, and the rows that fail.

    With --rebuild what the artifacts are read from is folded anew from the ledger, which puts right
    what did not come from it; the next build is checked again.

    Example:
      aios memory quality facts
      aios memory quality --rebuild
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.quality.view import verdict_views
    from resources.quality.verdicts import Verdicts, known_artifact

    home = open_session()
    if rebuild:
        events = home.kernel.ledger.rebuild()
        if as_json:
            emit({"events": events})
        else:
            say(f"{events} events were folded anew. The next hourly build is checked again.")
        return
    named = known_artifact(artifact) if artifact else None
    every = Verdicts(home.path).every()
    shown = verdict_views(home.kernel, [one for one in every if named in (None, one.artifact)])
    if as_json:
        emit({"artifacts": shown})
    elif not shown:
        say("Nothing was checked yet: the hourly jobs of aios up do it.")
    else:
        _print(shown, with_rows=named is not None)


def _print(shown: "list[JsonObject]", *, with_rows: bool) -> None:
    rows = [
        (str(one["artifact"]), _standing(one), str(one["rows"]), str(one["at"])) for one in shown
    ]
    print_table(("artifact", "standing", "rows looked at", "looked at"), rows)
    for one in shown:
        for finding in (*_list(one["unmet"]), *_list(one["drifted"])):
            say(f"{one['artifact']}: {finding['words']} ({finding['count']} rows are not so)")
            if with_rows:
                _print_rows(finding)
        if one["remedy"]:
            say(str(one["remedy"]))


def _print_rows(finding: "JsonObject") -> None:
    found = [
        (str(row["id"]), str(row["kind"]), str(row["about"])) for row in _list(finding["rows"])
    ]
    if found:
        print_table(("row", "about", "id"), found)


def _standing(one: "JsonObject") -> str:
    if not one["is_sound"]:
        return "kept back" if one["is_kept_back"] else "FAILS"
    return "late" if one["is_late"] else "drifted" if one["drifted"] else "good"


def _list(value: object) -> "list[JsonObject]":
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
