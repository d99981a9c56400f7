"""Owns `aios memory list`: what memory holds, by type."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, short

if TYPE_CHECKING:
    from aios_defs.services.kernel import Kernel
    from aios_defs.services.memory_lists import Asked

_PAGE = 100
_SHOWN = 200


def list_memory(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="TYPE", help="profiles, facts, leads, projects, intents or commitments."
        ),
    ],
    subject: Annotated[
        str | None,
        typer.Argument(metavar="[SUBJECT]", help="Of one only: `house`, or a person as in `show`."),
    ] = None,
    *,
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", metavar="T", help="By what was known then; or #POSITION."),
    ] = None,
    skip: Annotated[int, typer.Option(metavar="N", min=0, help="Leave out the first N.")] = 0,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many at most.")] = _PAGE,
    as_json: Json = False,
) -> None:
    """List what memory holds of a type, the latest known first, with its version.

    Example:
      aios memory list leads
      aios memory list facts ana@example.org
      aios memory list projects --known-at 2031-03-03
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.memory_lists import LISTS, memory_list

    kernel = open_session().kernel
    asked = _asked(kernel, subject, known_at, skip=skip, limit=limit)
    found: Any = memory_list(kernel, kind, asked)
    if as_json:
        emit(found)
        return
    columns = LISTS[kind].columns
    heads = [name.removeprefix("is_").replace("_", " ") for name in columns]
    print_table(heads, [_cells(columns, one) for one in found["items"]])
    if found["more"] is not None:
        say(f"{found['total']} in all; the next: --skip {found['more']}")


def _asked(
    kernel: "Kernel", subject: str | None, known_at: str | None, *, skip: int, limit: int
) -> "Asked":
    from aios_defs.cli.memory_subjects import subject_of
    from aios_defs.services.fact_times import asked_point
    from aios_defs.services.identity.find import HOUSE_WORD
    from aios_defs.services.memory_lists import Asked

    place = None
    if known_at is not None:
        with kernel.ledger.view() as view:
            place = asked_point(kernel, view, "", known_at).known_at
    return Asked(
        subject_id=None if subject is None else subject_of(kernel, subject),
        is_house=subject == HOUSE_WORD,
        known_at=place,
        skip=skip,
        size=limit,
    )


def _cells(columns: tuple[str, ...], item: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        short(str(item[name])) if name == "id" else _cell(name, item[name]) for name in columns
    )


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - JSON
    """Return a value as a table shows it: of a thing its name, of a moment its day."""
    if isinstance(value, Mapping):
        return str(value["name"])
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _MOMENTS:
        return str(value or "-")[:10]
    return "-" if value is None else str(value)[:_SHOWN]


_MOMENTS = ("since", "valid_from", "valid_to", "due")
