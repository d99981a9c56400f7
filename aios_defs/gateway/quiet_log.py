"""Owns what the gateway writes to its log: times, names and codes, never the text of an error."""

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


_LOOP = "asyncio"
"""Its logger quotes an error in the lines below its message."""


class QuietFormatter(logging.Formatter):
    """Names the class and the places of an error; its text may be personal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; an error among its values is named by its class."""
        if isinstance(record.args, tuple):
            record.args = tuple(map(_named, record.args))
        record.exc_text = None  # what another handler's formatter left there
        if record.name == _LOOP and isinstance(record.msg, str):
            record.msg = record.msg.partition("\n")[0]
        return super().format(record)

    def formatException(self, ei: _Error) -> str:  # noqa: N802 - the name that logging calls
        """Return one line for the class and one for each of the innermost places."""
        kind, _, trace = ei
        places = [
            f"  at {Path(one.filename).name}:{one.lineno} in {one.name}"
            for one in traceback.extract_tb(trace)[-8:]
        ]
        return "\n".join([kind.__name__ if kind else "no error", *places])


def _named(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


def quieten_ends() -> None:
    """Let what ends a thread, or breaks where nobody can catch it, be told by its class only."""
    threading.excepthook = _thread_ended
    sys.unraisablehook = _broken


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit:
        _tell("a thread", ended.exc_type, ended.exc_traceback)


def _broken(broken: "sys.UnraisableHookArgs") -> None:
    _tell("a clean-up", broken.exc_type, broken.exc_traceback)


def _tell(what: str, kind: type[BaseException], trace: TracebackType | None) -> None:
    places = traceback.extract_tb(trace)[-1:]
    where = "".join(f" at {Path(one.filename).name}:{one.lineno}" for one in places)
    sys.stderr.write(f"{what} ended by {kind.__name__}{where}\n")


def set_up_log(level: str) -> None:
    """Let everything that logs in this process write to stderr, quietly."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
