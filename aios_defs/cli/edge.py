"""Owns the edge of the command: every way out of it, as an exit code and a report.

Exit codes: 0 done, 1 failed, 2 usage, 3 refused by policy, 130 interrupted. What we raise on
purpose is shown with its remedy; anything else only by its type and place, because its text may be
personal.
"""

import errno
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aios_defs.cli.output import emit, in_trouble, remark

if TYPE_CHECKING:
    from aios_defs.core.errors import AiosError

INTERRUPTED = 130
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_ROOT = Path(__file__).parent.parent.parent


def run_guarded(run: Callable[[Sequence[str]], object], arguments: Sequence[str]) -> int:
    """Run a command line; returns its exit code and prints what went wrong.

    `run` takes the arguments and returns the exit code, or None for 0.
    """
    as_json = is_json(arguments)
    try:
        code = run(arguments)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _interrupted(as_json=as_json)
    except BrokenPipeError:
        return _reader_left()
    except click.ClickException as error:
        return _usage(error, as_json=as_json)
    except Exception as error:  # noqa: BLE001 - the command's edge: reported, never a traceback
        return _failed(error, as_json=as_json)
    return code if isinstance(code, int) else 0


def is_json(arguments: Sequence[str]) -> bool:
    """Return whether a command line asks for JSON."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _interrupted(*, as_json: bool) -> int:
    _report(
        {"code": "interrupted", "message": "Interrupted.", "remedy": "See: aios status"},
        as_json=as_json,
    )
    return INTERRUPTED


def _reader_left() -> int:
    """Keep quiet when the reader of our output is gone; the interpreter's last flush too."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _usage(error: click.ClickException, *, as_json: bool) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and not as_json:
        remark(error.format_message())
        return error.exit_code
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "aios"
    message = error.format_message() or "The command lacks its arguments."
    _report(
        {"code": "usage_invalid", "message": message, "remedy": f"See: {path} --help"},
        as_json=as_json,
    )
    return error.exit_code


def _failed(error: Exception, *, as_json: bool) -> int:
    from aios_defs.core.errors import AiosError

    if _is_debugging():
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        error = _no_room(error)
    if not isinstance(error, AiosError):
        _report(_unexpected(error), as_json=as_json)
        return 1
    about = {"code": error.code, "message": error.message, "remedy": error.remedy}
    _report({**error.fields, **about}, as_json=as_json)
    return error.exit_code


def _no_room(error: OSError) -> "AiosError":
    """Return as ours what the disk said to a part that writes plain files."""
    from aios_defs.core.errors import StorageFailed

    return StorageFailed(
        f"A file can't be written ({error.strerror}); nothing stands there in part.",
        remedy="Free some space or make the disk writable, then try again.",
    )


def _unexpected(error: Exception) -> dict[str, object]:
    place = _place(error)
    return {
        "code": "internal",
        "message": f"An unexpected {type(error).__name__} at {place}: a fault of AIOS.",
        "remedy": "What was durable stays so. Look with: aios doctor. "
        "AIOS_LOG_LEVEL=DEBUG shows more; look it through before you pass it on.",
        "at": place,
    }


def _place(error: Exception) -> str:
    """Return the innermost place in our own source, which names no person."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if Path(one.filename).is_relative_to(_ROOT)]
    own = [one for one in ours if ".venv" not in one.filename]
    if not own:
        return "an unknown place"
    return f"{Path(own[-1].filename).relative_to(_ROOT)}:{own[-1].lineno}"


def _is_debugging() -> bool:
    from aios_defs.core.errors import AiosError
    from aios_defs.settings.environment import load_settings

    try:
        return load_settings().log_level == "DEBUG"
    except AiosError:
        return False


def _report(about: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        emit({"error": about})
        return
    remark(in_trouble(about))
