"""Proves that what the gateway logs names errors and places, and quotes nobody."""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest

from aios_defs.gateway.quiet_log import QuietFormatter, quieten_ends

PERSONAL = "the bank account of Mrs Ivanova"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What every logger writes through our formatter."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(QuietFormatter("%(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def _ends() -> Iterator[None]:
    thread, broken = threading.excepthook, sys.unraisablehook
    quieten_ends()
    yield
    threading.excepthook, sys.unraisablehook = thread, broken


def fail() -> None:
    raise ValueError(PERSONAL)


async def _leave_a_task_behind() -> None:
    loop = asyncio.get_running_loop()
    error = ValueError(PERSONAL)
    future = loop.create_future()
    future.set_exception(error)
    context = {"message": "never retrieved", "exception": error, "future": future}
    loop.call_exception_handler(context)
    assert future.exception() is error


def test_an_error_is_logged_by_its_class(written: StringIO) -> None:
    """With its trace, as a value of the line, and where another formatter wrote it out before."""
    log = logging.getLogger("some.library")

    try:
        fail()
    except ValueError as error:
        log.exception("it broke")
        log.warning("it broke: %s, %r", error, error)
        known = log.makeRecord("x", logging.ERROR, "", 0, "again", (), sys.exc_info())
        logging.Formatter().format(known)
        log.handle(known)

    assert PERSONAL not in written.getvalue()
    assert written.getvalue().count("ValueError") == 4


def test_the_loop_quotes_no_error_of_a_task(written: StringIO) -> None:
    """An error that nobody asked a task for is named, not told."""
    asyncio.run(_leave_a_task_behind())

    assert PERSONAL not in written.getvalue()
    assert "asyncio never retrieved\nValueError" in written.getvalue()


@pytest.mark.usefixtures("_ends")
def test_a_thread_that_breaks_says_its_class_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    """What Python would write of it, with its text, goes into the log of the process."""
    broken = threading.Thread(target=fail)

    broken.start()
    broken.join()

    told = capsys.readouterr().err
    assert told.startswith("a thread ended by ValueError at test_quiet_log.py:")
    assert PERSONAL not in told
