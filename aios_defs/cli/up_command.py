"""Owns `aios up`: everything at work, until Ctrl-C."""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import as_typed, emit_line, in_trouble, remark, say, shown_path
from aios_defs.gateway.ports import DEFAULT_PORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from aios_defs.core.model import JsonObject

_LAST_PORT = 65533


def up(
    *,
    port: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=_LAST_PORT,
            help="Console on N, Dagster's pages on N+1, hooks on N+2.",
        ),
    ] = DEFAULT_PORT,
    is_demo: Annotated[
        bool, typer.Option("--demo", help="A sample business in ./.aios-demo, made if need be.")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Open no browser; the address is printed.")
    ] = False,
    take_over: Annotated[
        bool,
        typer.Option("--take-over", help="Although another machine held it: that one is off."),
    ] = False,
    unit: Annotated[
        Literal["systemd", "launchd"] | None,
        typer.Option("--print-unit", help="Print a unit that starts this, and start nothing."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Start everything: console, Dagster's pages, mail, schedules. Ctrl-C ends it.

    What dies is started again. Ctrl-C lets what is on its way finish; a second one is less patient.
    With --json each event is one line.

    Example:
      aios up
      aios up --demo --port 4000 --no-browser
      aios up --print-unit systemd > ~/.config/systemd/user/aios.service
    """
    home = _home(is_demo=is_demo)
    if unit is not None:
        _print_unit(unit, home, port=port, is_demo=is_demo)
        return
    told = _as_line if as_json else _Told(home, opens_browser=not no_browser)
    failure = _supervise(home, port, told, is_demo=is_demo, take_over=take_over)
    if failure is not None:
        _report(failure, as_json=as_json)
        raise typer.Exit(1)


def _supervise(
    home: Path,
    port: int,
    told: "Callable[[JsonObject], None]",
    *,
    is_demo: bool,
    take_over: bool,
) -> "JsonObject | None":
    """Keep everything running until a signal; returns what kept it from starting, if anything."""
    from aios_defs.gateway.ports import listen
    from aios_defs.gateway.programs import programs
    from aios_defs.gateway.single import only_copy, only_one
    from aios_defs.gateway.supervisor import Supervisor
    from resources.clock import SystemClock
    from resources.machine_lease import MachineLease, this_machine
    from resources.process_status import run_folder

    lease = MachineLease(home=home, clock=SystemClock(), machine=this_machine())
    with (
        only_one(run_folder(home)),
        only_copy(home),
        lease.held(take_over=take_over) as beat,
    ):
        sockets = listen(port)
        supervisor = Supervisor(
            home=home,
            ports=sockets.ports,
            programs=programs(home, sockets, is_demo=is_demo),
            told=told,
            beat=beat,
        )
        try:
            supervisor.run()
        finally:
            sockets.close()
    return supervisor.failure


def _print_unit(kind: str, home: Path, *, port: int, is_demo: bool) -> None:
    from aios_defs.gateway.units import UnitOf

    demo = ("--demo",) if is_demo else ()
    script = Path(sys.executable).with_name("aios")
    command = (str(script), "up", "--no-browser", "--port", str(port), *demo)
    unit = UnitOf(command=command, home=home)
    sys.stdout.write(unit.systemd() if kind == "systemd" else unit.launchd())


def _home(*, is_demo: bool) -> Path:
    """Return the home; of one that is no demo the folder has to be there."""
    from aios_defs.core.errors import HomeMissing
    from aios_defs.settings.environment import DEFAULT_HOME, DEMO_HOME, load_settings

    home = load_settings(default_home=DEMO_HOME if is_demo else DEFAULT_HOME).home
    if not is_demo and not (home / "business").is_dir():
        raise HomeMissing(
            f"There is no AIOS home at {str(home)!r}.",
            remedy="Make one with: aios init (or see one at work: aios up --demo)",
        )
    return home


class _Told:
    """Tells a person what happens, in sentences; the browser opens when the console answers."""

    def __init__(self, home: Path, *, opens_browser: bool) -> None:
        self._home = home
        self._opens_browser = opens_browser

        self._is_ending = False

    def __call__(self, event: "JsonObject") -> None:
        with contextlib.suppress(BrokenPipeError):
            for sentence in self._sentences(event):
                say(sentence)
            sys.stdout.flush()

    def _sentences(self, event: "JsonObject") -> "tuple[str, ...]":
        self._is_ending = self._is_ending or event["event"] == "stopping"
        if event["event"] == "process":
            return self._of_process(str(event["process"]), str(event["what"]))
        if not event.get("is_first", True) and event["event"] != "taking_in":
            return ()
        if event["event"] == "console":
            return self._welcome(str(event["address"]), str(event["link"]))
        from aios_defs.core.holding import REMEDY, SAID

        told = {
            "opening": f"Opening the home {shown_path(self._home)}…",
            "held": f"{SAID} {REMEDY}",
            "taking_in": f"  Taking mail in: {event.get('messages')} messages, {_waiting(event)}.",
            "settled": f"Mail is in: {event.get('messages')} messages, {_waiting(event)}."
            " Dagster's pages are starting…",
            "dagster": f"Dagster's pages are at {event.get('address')}. Ctrl-C ends everything.",
            "stopping": "Ending: nothing new begins, what is on its way finishes…",
            "stopped": "Ended.",
        }
        sentence = told.get(str(event["event"]))
        return (sentence,) if sentence else ()

    def _of_process(self, name: str, what: str) -> "tuple[str, ...]":
        """Tell of an end that nobody asked for; a start is no news."""
        if self._is_ending or not what.startswith("ended"):
            return ()
        log = shown_path(self._home / "logs" / f"{name}.log")
        return (f"  The process {name} {what}; it is started again. Its log: {log}",)

    def _welcome(self, address: str, link: str) -> "tuple[str, ...]":
        from aios_defs.settings.environment import has_display

        if self._opens_browser and has_display():
            import webbrowser

            webbrowser.open(link)
        another = f"{as_typed(self._home)} login"
        return (
            f"The console is at {address}",
            f"  Log in with this link (once, within 10 minutes; another: {another}):",
            f"  {link}",
        )


def _waiting(event: "JsonObject") -> str:
    counts = event.get("waiting")
    kinds = counts if isinstance(counts, dict) else {}
    total = sum(one for one in kinds.values() if isinstance(one, int))
    return f"{total} wait for you" if total else "nothing waits for you"


def _as_line(event: "JsonObject") -> None:
    """Print an event as one line; a reader that is gone ends nothing."""
    with contextlib.suppress(BrokenPipeError):
        emit_line(event)


def _report(failure: "JsonObject", *, as_json: bool) -> None:
    if as_json:
        emit_line({"error": failure})
    else:
        remark(in_trouble(failure))
