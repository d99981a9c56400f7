"""Owns what goes wrong in the gateway's threads: its code, the pause after it, and one card.

A thread lives on whatever happens. The text of an error is never kept: it may be personal.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from aios_defs.core.errors import (
    AiosError,
    DatabaseAway,
    HomeLocked,
    LedgerBroken,
    StorageFailed,
)
from aios_defs.core.events.system import NoticeKind
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import end_notices, raise_notice

T = TypeVar("T")

DEGRADING = (HomeLocked, StorageFailed, LedgerBroken)
"""Nothing can be written while these last, so they end a round."""
LONGEST_PAUSE = 30.0
_FIRST_PAUSE = 0.5
STORAGE = "storage"
"""What the one card about where the ledger lies concerns, whichever thread met it first."""
_RESTS = "Nothing is taken in or sent meanwhile, and nothing is lost."
_NO_STORAGE = {
    StorageFailed.code: (
        f"The home can't be written: the disk is full, read-only or failing. {_RESTS}",
        "Make room.",
    ),
    DatabaseAway.code: (
        f"The database server of the ledger does not answer. {_RESTS}",
        "Start the database server.",
    ),
}
"""What is said where nothing can be written, by code, and what to do."""
_log = logging.getLogger(__name__)


def code_of(error: Exception) -> str:
    """Return the code of an error; of one that is not ours the name of its class."""
    return error.code if isinstance(error, AiosError) else f"internal.{type(error).__name__}"


@dataclass(slots=True)
class Troubles:
    """The troubles of one thread: how many rounds in a row went wrong, and why the last did."""

    kernel: Kernel
    about: str
    summary: str
    kind: NoticeKind = "lane"
    code: str | None = field(default=None, init=False)
    since: str | None = field(default=None, init=False)
    in_a_row: int = field(default=0, init=False)
    _may_have_card: bool = field(default=True, init=False)

    def attempt(self, step: Callable[[], T]) -> T | None:
        """Return what the step returns; None when it failed, which is recorded."""
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - the edge of a thread that must live on
            self.record(code_of(error))
        return None

    def record(self, code: str) -> None:
        """Keep what went wrong, and tell the operator once."""
        self.in_a_row += 1
        if code != self.code:
            _log.warning("%s: %s", self.about, code)
            self.since = rfc3339(self.kernel.clock.now())
        self.code = code
        self._tell(lambda: self._raise_card(code))
        self._may_have_card = True

    def clear(self) -> None:
        """Say that it works (again): the card ends."""
        self.code, self.since, self.in_a_row = None, None, 0
        if self._may_have_card and self._tell(self._end_cards):
            self._may_have_card = False

    @property
    def pause(self) -> float:
        """How many seconds to wait before the next round; 0 when the last one went well."""
        if not self.in_a_row:
            return 0.0
        return min(_FIRST_PAUSE * 2 ** min(self.in_a_row - 1, 10), LONGEST_PAUSE)

    @property
    def is_about_storage(self) -> bool:
        """Whether the last round ended because nothing could be written."""
        return self.code in _NO_STORAGE

    def told(self) -> JsonObject:
        """Return the trouble as health tells it."""
        return {"error": self.code, "since": self.since}

    def _raise_card(self, code: str) -> None:
        goes_on = "It goes on by itself as soon as it can; see: aios doctor"
        if code in _NO_STORAGE and self.kind != "mirror":  # that one is Dagster's storage
            summary, remedy = _NO_STORAGE[code]
            raise_notice(self.kernel, "lane", STORAGE, summary, f"{remedy} {goes_on}")
        else:
            raise_notice(self.kernel, self.kind, self.about, f"{self.summary} ({code}).", goes_on)

    def _end_cards(self) -> None:
        end_notices(self.kernel, self.kind, self.about)
        end_notices(self.kernel, "lane", STORAGE)

    def _tell(self, step: Callable[[], object]) -> bool:
        """Raise or end a card; a ledger that can't be written gets it at a later round."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("%s: no card could be written: %s", self.about, code_of(error))
            return False
        return True
