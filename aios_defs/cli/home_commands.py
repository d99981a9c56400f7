"""Owns the commands about the home as a whole: init, status, version."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, print_table, say, shown_path
from aios_defs.settings.version import aios_version

_EXPLAINED = {
    "operator.yaml": "who you are: name, signature, time zone, currency, language",
    "catalog.yaml": "your workflows: what agents do, by which examples they tell mails apart",
    "connectors.yaml": "where mail comes in and goes out, and since when it counts",
    "policies.yaml": "what may happen without asking you; what no rule names is asked",
    "facts.yaml": "prices, times and other facts that replies may state",
    "contacts.csv": "people you know: only they are participants from the start",
    "templates": "the texts of your replies, with placeholders for facts",
    "ledger.db": "everything that ever happened, append-only",
    "keys.db": "the keys of personal text; back it up apart from the ledger",
    "blobs": "sealed mails and attachments too large for the database",
    "lance": "tables built from the ledger; can be rebuilt",
    "dagster": "Dagster's own storage: runs and lineage, never personal text",
}


def init(
    *,
    sample: Annotated[
        bool, typer.Option("--sample", help="Fill it with a sample business and its mail.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a home: a folder with your business files and the ledger.

    Nothing that is there is overwritten. The home is ./.aios, or what AIOS_HOME names.

    Example:
      aios init
      aios init --sample
    """
    from aios_defs.settings.environment import load_settings
    from resources.begun_home import begin, seed

    settings = load_settings()
    before = _files(settings.home)
    seed(settings.home, sample=sample)
    is_new = begin(settings, is_demo=False)
    after = _files(settings.home)
    made = {name: ("kept" if name in before else "made") for name in after}
    if as_json:
        emit({"home": str(settings.home), "created": is_new, "files": _explained(made)})
    else:
        _print_home(settings.home, made, is_new=is_new)


def _files(home: Path) -> list[str]:
    places = (*sorted((home / "business").glob("*")), *sorted(home.glob("*")))
    return [str(one.relative_to(home)) for one in places if one.name in _EXPLAINED]


def _explained(made: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"path": path, "state": state, "explanation": _EXPLAINED[Path(path).name]}
        for path, state in made.items()
    ]


def _print_home(home: Path, made: Mapping[str, str], *, is_new: bool) -> None:
    say(f"{'Made' if is_new else 'Kept'} the home {shown_path(home)}, readable by you only.")
    rows = [(one["path"], one["state"], one["explanation"]) for one in _explained(made)]
    print_table(("file", "", "what it is for"), rows)
    say("Next: edit the files under business/, then look them over with: aios doctor")
    say("Let the mail connector send with: aios connector trust mail --for 7d")
    say("Then: aios run support, and: aios inbox")


def status(*, as_json: Json = False) -> None:
    """Show where everything stands: messages, tasks, actions, connectors, pauses.

    Example:
      aios status
    """
    from aios_defs.cli.session import open_session
    from aios_defs.services import views

    home = open_session()
    found = views.status(home.kernel)
    if as_json:
        emit(found)
    else:
        say(f"Home {shown_path(home.path)}")
        print_status(found)


def print_status(found: Mapping[str, object]) -> None:
    """Print a status for people."""
    rows: list[tuple[str, str]] = []
    for part in ("messages", "tasks", "actions", "connectors"):
        counts = found[part]
        assert isinstance(counts, dict)  # noqa: S101 - the shape of views.status
        rows.append((part, ", ".join(f"{value} {name}" for name, value in counts.items()) or "-"))
    paused = found["paused"]
    ledger = found["ledger"]
    assert isinstance(paused, list)  # noqa: S101 - the shape of views.status
    assert isinstance(ledger, dict)  # noqa: S101 - the shape of views.status
    rows.append(("paused", ", ".join(map(str, paused)) or "nothing"))
    rows.append(("ledger", f"{ledger['position']} events, head {str(ledger['head'])[:12]}"))
    print_table(("", "where it stands"), rows)


def version(*, as_json: Json = False) -> None:
    """Print the version of AIOS.

    Example:
      aios version
    """
    if as_json:
        emit({"version": aios_version()})
    else:
        say(f"aios {aios_version()}")
