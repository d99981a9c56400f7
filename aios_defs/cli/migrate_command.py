"""Owns `aios migrate`."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, say


def migrate(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The database to move into.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be copied; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Move the ledger into another database: from SQLite to PostgreSQL, or back.

    End `aios up` first. The old database is only read, and kept. Killed on the way, the same
    command goes on. Every event is compared, the chain verified, and every table folded anew.

    Example:
      aios migrate --to postgresql://aios@db.example/aios --dry-run
      PGPASSWORD=... aios migrate --to postgresql://aios@db.example/aios
    """
    from aios_defs.gateway.single import only_one
    from aios_defs.settings.environment import load_settings
    from resources.migration import Migration
    from resources.process_status import run_folder

    settings = load_settings()
    with only_one(run_folder(settings.home)):
        migration = Migration.of(settings, to, _progress(as_json=as_json))
        done = migration.plan() if dry_run else migration.run()
    if as_json:
        emit(done.model_dump(mode="json"))
    elif dry_run:
        say(f"{done.events} events and {done.blobs} blobs would go from {done.source}")
        say(f"to {done.target}, which holds {done.copied} events so far. Nothing was written.")
    else:
        say(f"Moved {done.events} events and {done.blobs} blobs to {done.target}; all compared.")
        say("From now on, in every shell, unit and cron job of this home:")
        say(f"  export AIOS_DATABASE_URL={done.target}   (with its password)")
        say(f"The old database is kept as it is: {done.source}. It is not opened any more.")


def _progress(*, as_json: bool) -> Callable[[str, int, int], None]:
    is_shown = not as_json and sys.stderr.isatty()

    def tell(step: str, done: int, total: int) -> None:
        if is_shown:
            sys.stderr.write(f"\r\033[K{done} of {total} {step}")
            sys.stderr.flush()

    return tell
