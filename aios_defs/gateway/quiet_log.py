"""Owns what the gateway writes to its log: times, names and codes, never the text of an error."""

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """Names the class and the places of an error; its text may be personal."""

    def formatException(self, ei: _Error) -> str:  # noqa: N802 - the name that logging calls
        """Return one line for the class and one for each of the innermost places."""
        kind, _, trace = ei
        places = [
            f"  at {Path(one.filename).name}:{one.lineno} in {one.name}"
            for one in traceback.extract_tb(trace)[-8:]
        ]
        return "\n".join([kind.__name__ if kind else "no error", *places])


def set_up_log(level: str) -> None:
    """Let everything that logs in this process write to stderr, quietly."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
