"""Owns the edges to foreign code: what it raises leaves here with a code, without its words."""

from collections.abc import Callable
from typing import TypeVar

from aios_defs.core.errors import AgentFailed, AiosError, InboundUnreadable, OutsideFailed

T = TypeVar("T")


def outside(step: Callable[[], T]) -> T:
    """Run a step that calls a connector; raises OutsideFailed for whatever has no code."""
    try:
        return step()
    except AiosError:
        raise
    except Exception as error:  # noqa: BLE001 - foreign code, whose words must not travel
        raise OutsideFailed(
            f"A connector broke ({type(error).__name__}).", remedy="See: aios doctor"
        ) from None


def inbound(step: Callable[[], T]) -> T:
    """Run a step that handles an item from outside; raises InboundUnreadable likewise."""
    try:
        return step()
    except AiosError:
        raise
    except Exception as error:  # noqa: BLE001 - any text from outside may break us
        raise InboundUnreadable(
            f"It could not be taken in ({type(error).__name__}).",
            remedy="Look at it with `aios quarantine show`, answer it by hand if it is genuine, "
            "then skip it.",
            reason=f"could not be taken in ({type(error).__name__})",
        ) from None


def deciding(step: Callable[[], T], task_id: str) -> T:
    """Run a step that decides a task; raises AgentFailed likewise."""
    try:
        return step()
    except AiosError:
        raise
    except Exception as error:  # noqa: BLE001 - what an agent answers may break on its way in
        raise AgentFailed(
            f"Task {task_id} could not be decided ({type(error).__name__}).",
            remedy=f"Answer by hand, or try again: aios retry {task_id}",
            task_id=task_id,
        ) from None
