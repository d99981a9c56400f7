"""Owns the commands about what may be written to: trust a sink, list them, take one back."""

from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, short


def trust(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="address, payee, link, or source (an id).")
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Exactly what is trusted.")],
    *,
    lasts: Annotated[
        str | None, typer.Option("--for", metavar="SPAN", help="Until then: 90d. Else for good.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let work that has read outside mail write to exactly this; your other rules still hold.

    A source is a fact or a message: what stands in exactly that one is believed to be a place to
    write to.

    Example:
      aios memory trust address orders@supplier.example --for 90d
      aios memory trust payee "GB29 NWBK 6016 1331 9268 19"
    """
    from aios_defs.cli.moments import parse_span
    from aios_defs.cli.session import find_id, open_session
    from aios_defs.core.model import rfc3339
    from aios_defs.services.trusted_sinks import trust_sink

    kernel = open_session().kernel
    if kind == "source":
        value = find_id(kernel, value, "fact", "message")
    row = trust_sink(kernel, kind, value, lasts=parse_span(lasts) if lasts else None)
    until = rfc3339(row.expires_at) if row.expires_at else None
    if as_json:
        emit({"id": row.id, "kind": row.kind, "expires_at": until})
    else:
        say(f"Trusted until {until or 'you take it back'}: aios memory distrust {short(row.id)}")


def sinks(*, as_json: Json = False) -> None:
    """List what you trust to be written to, the oldest word first.

    Example:
      aios memory sinks
    """
    from aios_defs.cli.session import open_session
    from aios_defs.core.model import rfc3339
    from aios_defs.services.cards import readable
    from aios_defs.services.trusted_sinks import trusted_sinks

    kernel = open_session().kernel
    with kernel.ledger.view() as view:
        rows = trusted_sinks(kernel, view)
    found = [
        {
            "id": row.id,
            "kind": row.kind,
            "value": readable(kernel, row.value),
            "expires_at": rfc3339(row.expires_at) if row.expires_at else None,
        }
        for row in rows
    ]
    if as_json:
        emit({"sinks": found})
    elif not found:
        say("Nothing is trusted by itself. To trust something: aios memory trust KIND VALUE")
    else:
        shown = [
            (short(row["id"] or ""), row["kind"], row["value"], row["expires_at"] or "for good")
            for row in found
        ]
        print_table(("id", "kind", "value", "until"), shown)


def distrust(
    given: Annotated[str, typer.Argument(metavar="ID", help="As `sinks` lists it.")],
    *,
    as_json: Json = False,
) -> None:
    """Take a trust back: what would be written there is asked about again.

    Example:
      aios memory distrust 3f9a17c2
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services.trusted_sinks import distrust_sink, find_sink

    kernel = open_session().kernel
    sink_id = find_sink(kernel, given)
    distrust_sink(kernel, sink_id)
    if as_json:
        emit({"id": sink_id})
    else:
        say("It is not trusted any more.")
