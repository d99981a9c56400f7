"""Owns the `aios` command: its table of commands and its entry point.

Imports only typer and our own light modules; a command imports what it needs when it runs.
Below it, each module owns the commands of one concept; edge.py owns every way out.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import click
import typer

from aios_defs.cli import (
    answer_commands,
    backup_commands,
    connector_commands,
    decision_commands,
    demo_command,
    digest_command,
    doctor_command,
    export_command,
    home_commands,
    import_commands,
    inbox_commands,
    ledger_commands,
    login_command,
    memory_commands,
    metrics_command,
    migrate_command,
    override_commands,
    policy_commands,
    quarantine_commands,
    recovery_commands,
    replay_command,
    run_command,
    trace_command,
    up_command,
)
from aios_defs.cli.edge import run_guarded
from aios_defs.cli.options import laid_out, summary

_HELP = """An operating system for a one-person company.

AIOS takes your mail in, its agents propose replies, your policy decides which need you, and you
answer the rest. Nothing leaves unless a rule or you let it, and every step can be traced.

\b
The first five commands of a day:
  aios run support          take mail in, decide, send what is allowed
  aios inbox                see what waits for you
  aios show ID              read one decision: exact text, recipients, reasons
  aios approve ID           send it, after a few seconds in which Ctrl-C undoes
  aios status               see where everything stands

\b
New here?
  aios demo                 watch a sample business at work, on this machine only
  aios init                 make a home of your own in ./.aios (AIOS_HOME names another)

Ids may be shortened to six characters of their beginning or their end. Each command takes --json.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by policy.
"""

_SETTINGS: dict[str, object] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

app = typer.Typer(
    name="aios",
    help=_HELP,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
)

for _name, _command in (
    ("init", home_commands.init),
    ("up", up_command.up),
    ("demo", demo_command.demo),
    ("run", run_command.run),
    ("status", home_commands.status),
    ("inbox", inbox_commands.inbox),
    ("show", inbox_commands.show),
    ("approve", decision_commands.approve),
    ("reject", decision_commands.reject),
    ("answer", answer_commands.answer),
    ("later", inbox_commands.later),
    ("undo", decision_commands.undo),
    ("retry", recovery_commands.retry),
    ("skip", recovery_commands.skip),
    ("resolve", recovery_commands.resolve),
    ("trace", trace_command.trace),
    ("replay", replay_command.replay),
    ("pause", override_commands.pause),
    ("resume", override_commands.resume),
    ("metrics", metrics_command.metrics),
    ("login", login_command.login),
    ("digest", digest_command.digest),
    ("backup", backup_commands.backup),
    ("restore", backup_commands.restore),
    ("migrate", migrate_command.migrate),
    ("doctor", doctor_command.doctor),
    ("version", home_commands.version),
):
    app.command(_name)(_command)

ledger_commands.group.command("export")(export_command.export)

for _name, _group in (
    ("quarantine", quarantine_commands.group),
    ("connector", connector_commands.group),
    ("import", import_commands.group),
    ("ledger", ledger_commands.group),
    ("memory", memory_commands.group),
    ("policy", policy_commands.group),
):
    app.add_typer(_group, name=_name)


for _group in (app, *(one.typer_instance for one in app.registered_groups)):
    for _info in _group.registered_commands if _group else ():
        _info.help = laid_out(_info.callback)
        _info.short_help = summary(_info.callback)


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    *,
    is_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if is_version:
        home_commands.version()
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default this process's; returns the exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # pyright: ignore[reportAttributeAccessIssue] - a stand-in has none
    command = typer.main.get_command(app)
    return run_guarded(
        lambda words: command.main(_readable(words), prog_name="aios", standalone_mode=False), given
    )


def _readable(words: Sequence[str]) -> list[str]:
    """Return the words; raises UsageError for one that is no text, unless it names a file."""
    for number, word in enumerate(words, start=1):
        try:
            word.encode()
        except UnicodeEncodeError:
            if not Path(word).exists():
                raise click.UsageError(f"Word {number} after `aios` is no UTF-8.") from None
    return list(words)


if __name__ == "__main__":
    sys.exit(main())
