"""Owns the table of the commands about memory; each concept's commands stand in a file beside."""

import typer

from aios_defs.cli import memory_facts, memory_identity, memory_search

group = typer.Typer(
    help="What is known: facts, where they come from, and what they were before.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

for _name, _command in (
    ("show", memory_facts.show),
    ("merge", memory_identity.merge),
    ("split", memory_identity.split),
    ("duplicates", memory_identity.duplicates),
    ("search", memory_search.search),
):
    group.command(_name)(_command)
