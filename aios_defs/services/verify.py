"""Owns the check of the ledger: every link, every seal, the head, and what is known elsewhere.

Streams the log once. The first position that does not hold is named; what stands behind it can't be
judged, so the check ends there. Whoever holds the head key can forge everything; an older copy of
the whole file, with its own valid head, is only found by an anchor from outside.
"""

from collections.abc import Callable, Sequence

from aios_defs.core.audit import (
    SealedHead,
    StoredEvent,
    StoredLog,
    event_seal_content,
    head_seal_content,
)
from aios_defs.core.envelope import ZERO_HASH, Envelope, Head, envelope_hash
from aios_defs.core.errors import LedgerBroken
from aios_defs.core.model import Model
from aios_defs.core.ports import LedgerAudit, Vault

Progress = Callable[[int, int], None]
_EVERY = 500


class Anchor(Model):
    """A head that someone outside remembers: a mirrored run, a digest; `source` says who."""

    position: int
    hash: str
    source: str


class VerifyReport(Model):
    """What the check found.

    `events` is how many were checked and hold; `head_position` and `head_hash` are those of the
    last of them. `first_bad_position` is None when all holds, or when what is wrong is no event's.
    `anchors` says what the log was compared with.
    """

    ok: bool
    events: int
    head_position: int
    head_hash: str
    first_bad_position: int | None = None
    finding: str | None = None
    anchors: str


class _Broken(Exception):
    """The check ends here."""

    def __init__(self, finding: str, position: int | None) -> None:
        super().__init__(finding)
        self.finding = finding
        self.position = position


def verify_ledger(
    ledger: LedgerAudit,
    vault: Vault,
    *,
    anchors: Sequence[Anchor] = (),
    progress: Progress | None = None,
) -> VerifyReport:
    """Check the whole log and compare it with what is remembered elsewhere; writes nothing.

    Args:
        ledger: the store to check, read in one snapshot.
        vault: holds the head key.
        anchors: positions and hashes from outside.
        progress: called with (events checked, events in all), every few hundred and at the end.

    """
    check = _Check(vault, anchors)
    try:
        with ledger.audit() as log:
            check.run(log, progress)
    except _Broken as broken:
        return check.report(broken)
    except LedgerBroken as error:
        return check.report(check.unreadable(error))
    return check.report(None)


class _Check:
    """One run over the log."""

    def __init__(self, vault: Vault, anchors: Sequence[Anchor]) -> None:
        self._vault = vault
        self._anchors = anchors
        self._by_position: dict[int, list[Anchor]] = {}
        for anchor in anchors:
            self._by_position.setdefault(anchor.position, []).append(anchor)
        self._last = Head(position=0, hash=ZERO_HASH)

    def run(self, log: StoredLog, progress: Progress | None) -> None:
        total = _counted(log)
        for stored in log.events():
            self._last = self._checked(stored)
            if progress is not None and self._last.position % _EVERY == 0:
                progress(self._last.position, total)
        if progress is not None:
            progress(self._last.position, total)
        self._check_head(log.head())
        self._check_anchors()
        self._check_guards(log.missing_guards())

    def unreadable(self, error: LedgerBroken) -> _Broken:
        """Return what a file says that can't be read from some place on."""
        after = self._last.position + 1
        return _Broken(f"The event at position {after} can't be read: {error.message}", after)

    def report(self, broken: _Broken | None) -> VerifyReport:
        return VerifyReport(
            ok=broken is None,
            events=self._last.position,
            head_position=self._last.position,
            head_hash=self._last.hash,
            first_bad_position=broken.position if broken else None,
            finding=broken.finding if broken else None,
            anchors=self._compared(),
        )

    def _checked(self, stored: StoredEvent) -> Head:
        expected = self._last.position + 1
        if stored.position != expected:
            what = "comes twice" if stored.position == self._last.position else "is missing"
            where = stored.position if stored.position == self._last.position else expected
            raise _Broken(f"The event at position {where} {what}.", where)
        envelope = stored.envelope
        if envelope is None or stored.flaw:
            raise _Broken(f"The event at position {expected} was changed: {stored.flaw}.", expected)
        self._check_link(envelope)
        if not self._is_sealed(stored.seal, envelope.hash):
            raise _Broken(
                f"The event at position {expected} was written without the head key: "
                "the chain was made anew from here on.",
                expected,
            )
        head = Head(position=expected, hash=envelope.hash)
        for anchor in self._by_position.get(expected, ()):
            self._check_anchor(anchor, head)
        return head

    def _check_link(self, envelope: Envelope) -> None:
        position = self._last.position + 1
        if envelope.position != position or envelope.hash != envelope_hash(envelope):
            raise _Broken(f"The event at position {position} is not what was written.", position)
        if envelope.prev_hash != self._last.hash:
            raise _Broken(
                f"The event at position {position} does not follow the one before it.", position
            )

    def _is_sealed(self, seal: str, event_hash: str) -> bool:
        return self._vault.mac(event_seal_content(event_hash)) == seal

    def _check_head(self, head: SealedHead | None) -> None:
        after = self._last.position + 1
        if head is None:
            raise _Broken("The head is gone: what followed the last event is unknown.", after)
        if self._vault.mac(head_seal_content(head)) != head.mac:
            raise _Broken("The head was changed: its seal does not hold.", after)
        if head.position > self._last.position:
            raise _Broken(
                f"The events from position {after} to {head.position} are missing.", after
            )
        if (head.position, head.hash) != (self._last.position, self._last.hash):
            raise _Broken(
                f"The head stands at position {head.position}, "
                f"but there are events up to {self._last.position}.",
                head.position + 1,
            )

    def _check_anchors(self) -> None:
        beyond = [one for one in self._anchors if one.position > self._last.position]
        if beyond:
            farthest = max(beyond, key=lambda one: one.position)
            raise _Broken(
                f"This is an older copy: {farthest.source} knows position {farthest.position}, "
                f"so {farthest.position - self._last.position} events are missing.",
                self._last.position + 1,
            )

    def _check_anchor(self, anchor: Anchor, head: Head) -> None:
        if anchor.hash != head.hash:
            raise _Broken(
                f"The event at position {anchor.position} is another than the one "
                f"{anchor.source} knows.",
                anchor.position,
            )

    def _check_guards(self, missing: Sequence[str]) -> None:
        if missing:
            raise _Broken(
                "All events hold, but the database no longer refuses every change: "
                f"{', '.join(missing)} is gone or was changed.",
                None,
            )

    def _compared(self) -> str:
        if not self._anchors:
            return (
                "There is no head from outside to compare with: an older copy of the whole "
                "ledger would not be noticed."
            )
        highest = max(self._anchors, key=lambda one: one.position)
        return (
            f"Compared with {len(self._anchors)} heads from outside, "
            f"the highest at position {highest.position} ({highest.source})."
        )


def _counted(log: StoredLog) -> int:
    """Return how many events there are, for progress; 0 where the database can't count them."""
    try:
        return log.count()
    except LedgerBroken:
        return 0
