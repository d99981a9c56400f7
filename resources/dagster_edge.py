"""Owns the edge between our code and Dagster: what fails inside leaves as a code, never as a text.

Dagster stores the message, the traceback and the chain of every exception. An exception of foreign
code may quote a mail, so only the code of ours, or the name of the class, gets through.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dagster import Failure

from aios_defs.core.errors import AiosError


@contextmanager
def edge(step: str) -> Iterator[None]:
    """Turn whatever the block raises into a Failure with its code.

    An interrupt passes, without what it interrupted.

    Raises:
        dagster.Failure: with `step` and `code` as metadata.

    """
    try:
        yield
    except Failure:
        raise
    except AiosError as error:
        raise _failure(step, error.code) from None
    except Exception as error:  # noqa: BLE001 - the op edge: nothing gets through as it is
        raise _failure(step, f"internal.{type(error).__name__}") from None
    except BaseException as error:  # an interrupt, without what it interrupted
        raise error from None


def _failure(step: str, code: str) -> Failure:
    return Failure(
        f"{step} failed: {code}. See docs/reference/errors.md, and: aios doctor",
        metadata={"step": step, "code": code},
    )
