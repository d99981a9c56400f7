"""Owns the start of a child process: its leash first, then what it is for.

The edge of every child: what fails leaves as a code or a class, never as a text, because its
output is kept in a log.
"""

import argparse
import contextlib
import faulthandler
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from aios_defs.core.errors import (
    AiosError,
    HomeLocked,
    KeyMissing,
    OperatorError,
    StorageFailed,
)
from aios_defs.gateway.leash import Leash
from aios_defs.gateway.news import Teller
from aios_defs.gateway.programs import CODE, DAEMON, GATEWAY
from aios_defs.gateway.quiet_log import quieten_ends

_LOOK_EVERY = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the child that the command line names; returns its exit code."""
    given = _parsed(arguments)
    os.umask(0o077)
    quieten_ends()
    # Dagster answers SIGTERM as it answers SIGINT, which a shell in the background has ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # `kill -USR1` writes where each thread stands into the log: names of files and functions only.
    faulthandler.register(signal.SIGUSR1)
    leash = Leash(given.leash)
    teller = Teller(given.news)
    try:
        return _run(given, teller)
    except AiosError as error:
        return _refused(error, teller)
    except Exception as error:  # noqa: BLE001 - the edge of a process: its class and place are kept
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(
            f"ended by {type(error).__name__} at {Path(place.filename).name}:{place.lineno}\n"
        )
        return 1
    finally:
        leash.finish()


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="aios-child")
    parser.add_argument("name", choices=(GATEWAY, CODE, DAEMON))
    parser.add_argument("--leash", type=int, required=True)
    parser.add_argument("--news", type=int, required=True)
    parser.add_argument("--sockets", default="")
    parser.add_argument("--demo", action="store_true")
    return parser.parse_args(arguments)


def _run(given: argparse.Namespace, teller: Teller) -> int:
    if given.name == GATEWAY:
        from aios_defs.gateway.serve import serve

        fds = tuple(int(one) for one in given.sockets.split(","))
        return serve(fds, teller, is_demo=given.demo)
    return _run_dagster(given.name, teller)


def _run_dagster(name: str, teller: Teller) -> int:
    """Run a command of Dagster in this process, so that the leash holds it."""
    from aios_defs.settings.environment import load_settings
    from resources.dagster_instance import open_instance
    from resources.dagster_workspace import LOCATION, code_socket, render_workspace

    home = load_settings().home
    with open_instance(home):  # its storage is made by one of us, not by two at once
        pass
    if name == DAEMON:
        words = ["run", "--workspace", str(render_workspace(home)), "--log-level", "warning"]
        return _call("dagster-daemon", words)
    path = code_socket(home)
    path.unlink(missing_ok=True)
    threading.Thread(target=_tell_when_open, args=(path, teller), daemon=True).start()
    target = ["--module-name", "aios_defs.definitions", "--attribute", "defs"]
    place = ["--socket", str(path), "--location-name", LOCATION, "--empty-working-directory"]
    return _call("dagster", ["api", "grpc", *target, *place, "--log-level", "warning"])


def _tell_when_open(path: Path, teller: Teller) -> None:
    """Tell when the code server takes calls: what needs it starts then."""
    from resources.dagster_workspace import is_served

    while not is_served(path):
        time.sleep(_LOOK_EVERY)
    teller.tell("code")


def _call(script: str, words: list[str]) -> int:
    (found,) = entry_points(group="console_scripts", name=script)
    sys.argv = [script, *words]
    try:
        found.load()()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _refused(error: AiosError, teller: Teller) -> int:
    is_passing = isinstance(error, HomeLocked | StorageFailed)
    is_final = isinstance(error, OperatorError | KeyMissing) and not is_passing
    sys.stderr.write(f"ended by {error.code}\n")
    about = {"code": error.code, "message": error.message, "remedy": error.remedy}
    teller.tell("failed", **about, is_final=is_final)
    return error.exit_code


def _leave(code: int) -> None:
    """End this process at once: all is closed, and Python would take seconds to forget it all."""
    logging.shutdown()
    for one in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # the supervisor is gone, and with it who reads
            one.flush()
    os._exit(code)


if __name__ == "__main__":
    _leave(main())
