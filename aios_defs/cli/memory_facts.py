"""Owns the commands that read facts."""

from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, short

About = Annotated[
    str,
    typer.Argument(metavar="SUBJECT|FACT", help="The id of a person or a fact, or `house`."),
]


def show(given: About, *, as_json: Json = False) -> None:
    """Show the facts of a subject, or one fact with its source and history.

    Example:
      aios memory show house
      aios memory show 3f9a17c2
    """
    from aios_defs.cli.session import find, open_session
    from aios_defs.services.fact_view import fact_view, house_facts
    from aios_defs.services.person_view import person_facts

    kernel = open_session().kernel
    if given == "house":
        facts = house_facts(kernel)
    else:
        named = find(kernel, given, ("fact", "profile"))
        if named.kind == "fact":
            facts = [fact_view(kernel, named.id)]
        else:
            facts = person_facts(kernel, named.id)
    if as_json:
        emit({"facts": facts})
        return
    rows = [
        (short(str(one["id"])), str(one["name"]), str(one["value"]), str(one["state"]))
        for one in facts
        if isinstance(one, dict)
    ]
    print_table(("id", "fact", "value", "state"), rows)
