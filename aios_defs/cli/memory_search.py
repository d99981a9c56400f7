"""Owns the command that asks memory."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from aios_defs.cli.options import Json

Asked = Annotated[str, typer.Argument(metavar="QUESTION", help="What to look for, in your words.")]
Of = Annotated[
    str,
    typer.Option(
        "--subject",
        metavar="SUBJECT",
        help="Only what is about one: an id, address, phone number, name, or `house`.",
    ),
]
ValidAt = Annotated[
    str, typer.Option("--as-of", metavar="WHEN", help="What was true then: a day, or a time.")
]
KnownAt = Annotated[
    str, typer.Option("--known-at", metavar="WHEN", help="What was known then: a day, or a time.")
]
UpTo = Annotated[
    str,
    typer.Option(
        "--level", metavar="LEVEL", help="As who is cleared for: local (all), shareable, public."
    ),
]
Short = Annotated[
    bool, typer.Option("--short", help="Days in short, instead of what was said and is known.")
]
Most = Annotated[int, typer.Option("--limit", min=1, max=50, help="How many at most.")]


def search(
    question: Asked,
    *,
    subject: Of = "",
    as_of: ValidAt = "",
    known_at: KnownAt = "",
    level: UpTo = "local",
    limit: Most = 10,
    is_short: Short = False,
    as_json: Json = False,
) -> None:
    """Ask memory: mails, replies and facts, the best first, and why each was found.

    Example:
      aios memory search "what did Ana say about the invoice last spring"
      aios memory search "price of the blue widget" --as-of 2026-03-01
      aios memory search "delivery date" --subject "Ana Silva"
    """
    from aios_defs.cli.output import emit
    from aios_defs.cli.session import open_session
    from aios_defs.services.recall import recall_anyway
    from aios_defs.services.recall_view import Typed, question_of, recall_view

    home = open_session()
    typed = Typed(
        text=question,
        subject=subject,
        as_of=as_of,
        known_at=known_at,
        level=level,
        limit=limit,
        is_short=is_short,
    )
    asked = question_of(home.kernel, typed)
    shown = recall_view(home.kernel, recall_anyway(home.kernel, home.memories.serving(), asked))
    if as_json:
        emit(shown)
    else:
        _print(shown)


def _print(shown: Mapping[str, Any]) -> None:
    from aios_defs.cli.output import remark, say

    if shown["left_out"]:
        remark(f"{shown['left_out']} newer events were not searched: run cold_memory_fill first.")
    if shown["trouble"]:
        told = shown["trouble"]
        remark(f"Only words were compared. {told['message']} {told['remedy']}")
    elif shown["by_words_alone"]:
        remark("Only words were compared: the question may not go where vectors are made.")
    if not shown["is_answered"]:
        say("Memory holds no answer." + (" What comes nearest:" if shown["hits"] else ""))
    for number, hit in enumerate(shown["hits"], start=1):
        say()
        for line in _lines(number, hit):
            say(line)


def _lines(number: int, hit: Mapping[str, Any]) -> list[str]:
    from aios_defs.cli.output import short
    from aios_defs.core.visible import one_line

    whose = hit["subject"]["name"] if hit["subject"] else "the house"
    said = f"{hit['speaker']}, " if hit["speaker"] else ""
    why = ", ".join(f"{one['part']} {one['adds']:+.2f}" for one in hit["why"][:3])
    kind = f"{hit['made_by']} summary" if hit["made_by"] else hit["kind"]
    what = f"{kind} of {whose}, {hit['level']}, {hit['trust'].replace('_', ' ')}"
    return [
        f"{number}. {said}{hit['at'][:16].replace('T', ' ')} ({what}){_valid(hit)}",
        f"   {one_line(hit['text'])[:300]}",
        f"   why: {why}; source: {short(hit['source'])}, {hit['link']}",
    ]


def _valid(hit: Mapping[str, Any]) -> str:
    start, end = hit["valid_from"], hit["valid_to"]
    times = f", true {(start or '…')[:10]} to {(end or '…')[:10]}" if start or end else ""
    due = f", to be looked at again since {hit['review_due'][:10]}" if hit["review_due"] else ""
    return times + due
