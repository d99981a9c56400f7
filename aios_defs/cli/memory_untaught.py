"""Owns showing what a source or an import taught, and taking it back on the operator's word."""

from typing import TYPE_CHECKING

from aios_defs.cli.output import emit, print_table, say, short

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject
    from aios_defs.services.fact_rollback import Taught
    from aios_defs.services.kernel import Kernel

_SHOWN = 200
_NAMES = 10


def untaught_source(kernel: "Kernel", source: str, *, is_yes: bool, as_json: bool) -> None:
    """Show what a source taught, or take it back; of an import everything, not the facts alone."""
    from aios_defs.services.fact_rollback import taught_by, untaught
    from aios_defs.services.imports.undo import import_of

    import_id = import_of(kernel, source)
    if import_id is not None:
        undone_import(kernel, import_id, is_yes=is_yes, as_json=as_json)
        return
    if is_yes:
        found = untaught(kernel, source)
    else:
        with kernel.ledger.view() as view:
            found = taught_by(view, source)
    if as_json:
        emit({"source": source, "is_done": is_yes, **_ids(found)})
        return
    _print_taught(kernel, found)
    if not is_yes:
        say("Nothing was done. To take it back, add --yes.")


def undone_import(kernel: "Kernel", import_id: str, *, is_yes: bool, as_json: bool) -> None:
    """Show what taking an import back would do, or do it."""
    from aios_defs.services.imports.undo import look, undo

    taken = look(kernel, import_id)
    if is_yes:
        undo(kernel, import_id)
    if as_json:
        emit(
            {
                "source": import_id,
                "is_done": is_yes,
                **_ids(taken.facts),
                "profiles": taken.profile_count,
                "interactions": taken.interactions,
            }
        )
        return
    _print_taught(kernel, taken.facts)
    more = taken.profile_count - len(taken.profiles[:_NAMES])
    names = ", ".join(taken.profiles[:_NAMES]) + (f" and {more} more" if more > 0 else "")
    are, gone = ("are", "gone") if is_yes else ("would be", "that would go")
    say(f"Profiles that {are} what they are without it: {taken.profile_count} ({names or '-'}).")
    say(f"Interactions {gone}: {taken.interactions}.")
    if not is_yes:
        say("Nothing was done. To take it back, add --yes.")


def _ids(found: "Taught") -> "JsonObject":
    return {
        "retracted": [row.id for row in found.retracted],
        "kept": [row.id for row in found.kept],
        "restored": [row.id for row in found.restored],
    }


def _print_taught(kernel: "Kernel", found: "Taught") -> None:
    from aios_defs.services.fact_words import fact_text

    parts = (
        ("holds no more", found.retracted),
        ("stays: said elsewhere as well", found.kept),
        ("holds again", found.restored),
    )
    rows = [
        (short(row.id), fact_text(kernel, row)[:_SHOWN], words)
        for words, some in parts
        for row in some
    ]
    if rows:
        print_table(("id", "fact", "what becomes of it"), rows)
