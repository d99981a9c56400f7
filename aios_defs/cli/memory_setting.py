"""Owns the commands by which the operator changes what is held for true: set and rollback."""

from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, say, short


def set_fact(
    subject: Annotated[
        str, typer.Argument(metavar="SUBJECT", help="`house`, or a person as in `show`.")
    ],
    predicate: Annotated[str, typer.Argument(metavar="PREDICATE", help="Such as price.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Words, or an amount: 45 EUR.")],
    *,
    topic: Annotated[str | None, typer.Option(help="What a fact of the house is about.")] = None,
    begins: Annotated[
        str | None, typer.Option("--from", metavar="T", help="Since when; a day or a moment.")
    ] = None,
    ends: Annotated[str | None, typer.Option("--to", metavar="T", help="Until when.")] = None,
    level: Annotated[str | None, typer.Option(help="local, shareable or public.")] = None,
    review: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Ask again after a span: 90d.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what is true: it takes the place of what stood, which answers for the time before.

    What you say is not disputed by anybody else. Said again as it stands, it counts as looked at.

    Example:
      aios memory set house price "45 EUR" --topic "blue widget" --from 2031-08-01
      aios memory set ana@example.org delivery_address "1 Main Street"
    """
    from aios_defs.cli.memory_subjects import subject_of
    from aios_defs.cli.moments import parse_span
    from aios_defs.cli.session import open_session
    from aios_defs.services.answer_memory import named_level
    from aios_defs.services.fact_setting import Word
    from aios_defs.services.fact_setting import set_fact as take_in
    from aios_defs.services.fact_times import moment_in

    kernel = open_session().kernel
    word = Word(
        predicate=predicate,
        text=value,
        subject_id=subject_of(kernel, subject),
        topic=topic,
        valid_from=moment_in(kernel, begins) if begins else None,
        valid_to=moment_in(kernel, ends) if ends else None,
        level=named_level(level) if level else None,
        review_in=parse_span(review) if review else None,
    )
    learnt = take_in(kernel, word)
    if as_json:
        emit({"id": learnt.fact_id, "outcome": learnt.outcome})
    elif learnt.outcome == "evidenced":
        say(f"It stands so already ({short(learnt.fact_id)}); noted that you said it again.")
    else:
        say(
            f"Held for true: {short(learnt.fact_id)}. To look back: aios memory history "
            f"{short(learnt.fact_id)}"
        )


def rollback(
    given: Annotated[
        str | None, typer.Argument(metavar="[FACT]", help="The version to go back to.")
    ] = None,
    *,
    source: Annotated[
        str | None,
        typer.Option(help="All that one taught: a message, event, import, agent:NAME or file."),
    ] = None,
    is_yes: Annotated[bool, typer.Option("--yes", help="Do it; without, it is shown.")] = False,
    as_json: Json = False,
) -> None:
    """Go back to a version of a fact, or take back all that one source taught.

    Nothing is erased, so it can be taken back the same way. What a source taught is shown first;
    --yes takes it back.

    Example:
      aios memory rollback 3f9a17c2
      aios memory rollback --source agent:support --yes
    """
    from aios_defs.cli.memory_untaught import untaught_source
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.core.errors import UsageInvalid
    from aios_defs.services.fact_rollback import rollback_fact

    if (given is None) == (source is None):
        raise UsageInvalid("Name a version, or --source.", remedy="See: aios memory history FACT")
    kernel = open_session().kernel
    if source is not None:
        untaught_source(kernel, source, is_yes=is_yes, as_json=as_json)
        return
    restored = rollback_fact(kernel, find_id(kernel, given or "", "fact"))
    if as_json:
        emit({"id": restored})
    else:
        say(f"It holds again, as {short(restored)}.")
