"""Owns the commands that read facts: show, history, conflicts."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aios_defs.cli.options import Id, Json
from aios_defs.cli.output import emit, print_table, say, short

if TYPE_CHECKING:
    from aios_defs.services.kernel import Kernel

About = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT|FACT",
        help="`house`, a fact's id, or a person: id, address, phone number, handle or whole name.",
    ),
]


def show(
    given: About,
    *,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="T", help="What was valid then.")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", metavar="T", help="By what was known then; or #POSITION."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the facts of a subject, or one fact with its source and versions.

    T is a day (the end of it) or a moment, in your time zone. Without either, it is what holds
    now, and what waits for your word.

    Example:
      aios memory show house
      aios memory show ana@example.org --as-of 2031-03-03 --known-at 2031-03-03
    """
    from aios_defs.cli.memory_subjects import meant
    from aios_defs.cli.session import open_session
    from aios_defs.services.fact_times import asked_point, known_facts, known_versions
    from aios_defs.services.fact_view import fact_view

    kernel = open_session().kernel
    fact_id, subject_id = meant(kernel, given)
    if as_of is not None or known_at is not None:
        with kernel.ledger.view() as view:
            at = asked_point(kernel, view, as_of or "", known_at or "")
        facts = (
            known_versions(kernel, fact_id, at) if fact_id else known_facts(kernel, subject_id, at)
        )
        found: Any = {"valid_at": at.valid_at.isoformat(), "known_at": at.known_at, "facts": facts}
    elif fact_id is not None:
        found = {"facts": [fact_view(kernel, fact_id)]}
    else:
        found = {"facts": _current(kernel, subject_id)}
    if as_json:
        emit(found)
    else:
        print_table(_COLUMNS, [_cells(one) for one in found["facts"]])


def _current(kernel: "Kernel", subject_id: str | None) -> Any:  # noqa: ANN401 - JSON
    from aios_defs.services.fact_view import house_facts
    from aios_defs.services.person_view import person_facts

    return house_facts(kernel) if subject_id is None else person_facts(kernel, subject_id)


_SHOWN = 200
_COLUMNS = ("id", "fact", "value", "state", "from", "until", "source")


def _cells(one: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    source = one.get("source") or {}
    state = f"{one['state']}, review due" if one["is_review_due"] else str(one["state"])
    return (
        short(str(one["id"])),
        str(one["name"]),
        _cut(str(one["value"])),
        state,
        str(one["valid_from"] or "-")[:10],
        str(one["valid_to"] or "-")[:10],
        str(source.get("file") or source.get("kind") or ""),
    )


def _cut(text: str) -> str:
    """Return a text as a table shows it; `history` shows all of it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def history(given: Id, *, as_json: Json = False) -> None:
    """Tell a fact's story: each version, what became of it, who said so and when.

    Example:
      aios memory history 3f9a17c2
    """
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.services.fact_view import fact_view

    kernel = open_session().kernel
    found: Any = fact_view(kernel, find_id(kernel, given, "fact"))
    if as_json:
        emit(found)
        return
    say(f"{found['name']}, of {found['subject']['name'] if found['subject'] else 'the house'}")
    for one in found["history"]:
        say()
        say(f"{one['value']}  ({one['state']}, {short(str(one['id']))})")
        span = f"valid from {one['valid_from'] or 'always'} until {one['valid_to'] or 'further'}"
        say(f"  {span}; believed as {str(one['trust']).replace('_', ' ')}")
        if one["source"]["sentence"]:
            say(f"  taken from: {one['source']['sentence']!r}")
        for step in one["story"]:
            say(f"  {step['at'][:16]}  {step['text']} (by {step['by']}, #{step['position']})")


def conflicts(*, as_json: Json = False) -> None:
    """List what sources disagree on, side by side; each waits for your word.

    Example:
      aios memory conflicts
      aios approve 3f9a17c2
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.card_detail import card_detail
    from aios_defs.services.fact_conflicts import conflicts as open_conflicts

    kernel = open_session().kernel
    with kernel.ledger.view() as view:
        ids = [row.id for row in open_conflicts(view)]
    found: Any = [card_detail(kernel, one) for one in ids]
    if as_json:
        emit({"conflicts": found})
        return
    for one in found:
        print_table(_COLUMNS, [_cells(side) for side in one["sides"]], title=one["title"])
        say(f"Keep the newer: aios approve {one['id']}; the older: aios reject {one['id']}")
    if not found:
        say("No sources disagree.")
