"""Owns `aios doctor`: what is wrong with this machine and this home, and what to do about it."""

from typing import TYPE_CHECKING

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, shown_path

if TYPE_CHECKING:
    from aios_defs.services.doctor import Finding


def doctor(*, as_json: Json = False) -> None:
    """Look over machine and home: Python, disk, ledger, keys, policy, connectors, artifacts.

    Changes nothing. Each finding says what to do. Exits 1 when one is a failure.

    Example:
      aios doctor
    """
    found = _findings()
    is_well = all(one.level != "failure" for one in found)
    if as_json:
        emit({"ok": is_well, "findings": [one.to_json() for one in found]})
    else:
        marks = {"ok": "ok", "warning": "look", "failure": "WRONG"}
        rows = [
            (marks[one.level], one.name, f"{one.message} {one.remedy}".strip()) for one in found
        ]
        print_table(("", "what", "finding"), rows)
        say("All is well." if is_well else "Something is wrong: see the remedies above.")
    if not is_well:
        raise typer.Exit(1)


def _findings() -> list["Finding"]:
    from aios_defs.core.errors import AiosError
    from aios_defs.services.doctor import Finding, examine_home, well
    from aios_defs.settings.environment import load_settings
    from resources.home import open_home
    from resources.machine import examine_machine
    from resources.quality.findings import examine_quality

    found: list[Finding] = []
    try:
        settings = load_settings()
        found += examine_machine(settings.home, shown=shown_path)
        home = open_home(settings)
        found.append(well("database", f"{home.ledger.describe()}."))
        found += examine_home(home.kernel, home.ledger)
        found += examine_quality(home)
    except AiosError as error:
        found.append(
            Finding(name="home", level="failure", message=error.message, remedy=error.remedy)
        )
    return found
