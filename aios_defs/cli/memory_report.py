"""Owns `aios memory report`: how far what one workflow learns serves the others."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, short

_SHOWN = 10
_COLUMNS = (
    ("packs", "packs"),
    ("items", "items"),
    ("items_own", "from its own work"),
    ("items_other", "from another workflow"),
    ("answers", "answers"),
    ("answers_citing", "that state a fact"),
)


def report(
    since: Annotated[str, typer.Option(metavar="SPAN", help="How far back: 30d, 90d.")] = "30d",
    *,
    as_json: Json = False,
) -> None:
    """Show how knowledge compounds: what agents were given, from where, and what answers state.

    Counted from the ledger; docs/reference/metrics.md says what each number means.

    Example:
      aios memory report
      aios memory report --since 90d --json
    """
    from aios_defs.cli.moments import parse_span
    from aios_defs.cli.session import open_session
    from aios_defs.services.compounding import compounding

    found: Any = compounding(open_session().kernel, parse_span(since))
    if as_json:
        emit(found)
        return
    totals = found["totals"]
    say(
        f"Of what agents were given from memory, {_percent(totals['share_other'])} came from "
        f"another workflow; {_percent(totals['share_citing'])} of the answers state a fact."
    )
    say(
        f"{totals['facts_packed']} facts were in packs, {totals['facts_cited']} in answers, "
        f"{totals['facts_shared']} in more than one workflow."
    )
    busy = [one for one in found["series"] if one["packs"] or one["answers"]]
    print_table((found["step"], *_heads()), [(one["at"], *_cells(one)) for one in busy])
    print_table(
        ("workflow", *_heads()), [(one["name"], *_cells(one)) for one in found["by_workflow"]]
    )
    print_table(
        ("id", "fact", "learnt in", "packs", "answers", "workflows"),
        [_fact(one) for one in found["facts"][:_SHOWN]],
    )


def _heads() -> list[str]:
    return [words for _, words in _COLUMNS]


def _cells(one: Mapping[str, Any]) -> list[str]:
    return [str(one[name]) for name, _ in _COLUMNS]


def _fact(one: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (str(one[name]) for name in ("packs", "cited", "workflows"))
    return (short(one["id"]), one["name"], one["workflow"] or "your word", *counts)


def _percent(part: float | None) -> str:
    return "none" if part is None else f"{part:.0%}"
