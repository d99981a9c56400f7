"""Owns the table of the commands about memory; each concept's commands stand in a file beside."""

import typer

from aios_defs.cli import (
    memory_commitments,
    memory_erasure,
    memory_export,
    memory_facts,
    memory_identity,
    memory_import,
    memory_labels,
    memory_list,
    memory_quality,
    memory_report,
    memory_search,
    memory_setting,
    memory_sinks,
)

group = typer.Typer(
    help="What is known: facts, where they come from, and what they were before.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

for _name, _command in (
    ("show", memory_facts.show),
    ("list", memory_list.list_memory),
    ("history", memory_facts.history),
    ("set", memory_setting.set_fact),
    ("rollback", memory_setting.rollback),
    ("conflicts", memory_facts.conflicts),
    ("merge", memory_identity.merge),
    ("split", memory_identity.split),
    ("describe", memory_identity.describe),
    ("duplicates", memory_identity.duplicates),
    ("import", memory_import.import_memory),
    ("search", memory_search.search),
    ("report", memory_report.report),
    ("label", memory_labels.label),
    ("trust", memory_sinks.trust),
    ("sinks", memory_sinks.sinks),
    ("distrust", memory_sinks.distrust),
    ("export", memory_export.export),
    ("kept", memory_commitments.kept),
    ("broken", memory_commitments.broken),
    ("forget", memory_erasure.forget),
    ("certificate", memory_erasure.certificate),
    ("quality", memory_quality.quality),
    ("erasures", memory_erasure.erasures),
):
    group.command(_name)(_command)
