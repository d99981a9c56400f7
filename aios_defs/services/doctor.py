"""Owns the doctor's findings about a home: each says what is wrong and what to do about it.

It looks and changes nothing. What concerns the machine (disk, permissions, versions) is found by
the command, which may ask the system.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from aios_defs.core.actions import ActionState
from aios_defs.core.audit import event_seal_content, head_seal_content
from aios_defs.core.errors import AiosError, KeyErased
from aios_defs.core.holding import REMEDY, SAID
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import LedgerAudit
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.clock_back import clock_is_behind, words
from aios_defs.services.hold import is_held
from aios_defs.services.kernel import Kernel
from aios_defs.services.views import count_mismatches, standing_of

Level = Literal["ok", "warning", "failure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the doctor looked at; `remedy` is empty when it is well."""

    name: str
    level: Level
    message: str
    remedy: str = ""

    def to_json(self) -> JsonObject:
        """Return the finding as an object of `aios doctor --json`."""
        return {
            "name": self.name,
            "level": self.level,
            "message": self.message,
            "remedy": self.remedy,
        }


def well(name: str, message: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(name=name, level="ok", message=message)


def examine_home(kernel: Kernel, audit: LedgerAudit) -> Iterator[Finding]:
    """Yield the findings about ledger, keys, policy, connectors, counts, leases and clock.

    A part that can't be looked at is a finding itself; it hides none of the others.
    """
    parts: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("ledger", lambda: _ledger(kernel, audit)),
        ("keys", lambda: _keys(kernel)),
        ("restore", lambda: _hold(kernel)),
        ("policy", lambda: _policy(kernel)),
        ("connectors", lambda: _connectors(kernel)),
        ("counts", lambda: _counts(kernel)),
        ("leases", lambda: _leases(kernel)),
        ("clock", lambda: _clock(kernel)),
    )
    for name, look in parts:
        try:
            yield from look()
        except AiosError as error:
            yield Finding(name=name, level="failure", message=error.message, remedy=error.remedy)


def _ledger(kernel: Kernel, audit: LedgerAudit) -> Iterator[Finding]:
    """Look at the seals only, of the head and of the last event; `ledger verify` reads it all."""
    with audit.audit() as log:
        head, guards = log.head(), log.missing_guards()
    with kernel.ledger.view() as view:
        seen = view.head()
    if guards:
        yield Finding(
            name="ledger",
            level="failure",
            message=f"The database no longer refuses changes to the log ({', '.join(guards)}).",
            remedy="Run: aios ledger verify",
        )
    is_sealed = head is not None and kernel.vault.mac(head_seal_content(head)) == head.mac
    if not seen.position:
        yield well("ledger", "The ledger is empty.")
    elif not is_sealed or head is None or event_seal_content(head.hash).hex() != seen.hash:
        yield Finding(
            name="ledger",
            level="failure",
            message=f"The seal of the ledger's head (position {seen.position}) does not hold.",
            remedy="Run: aios ledger verify, then restore from a backup.",
        )
    else:
        yield well("ledger", f"The head is sealed at position {seen.position}.")


def _hold(kernel: Kernel) -> Iterator[Finding]:
    if is_held(kernel.ledger):
        yield Finding(name="restore", level="failure", message=SAID, remedy=REMEDY)


def _keys(kernel: Kernel) -> Iterator[Finding]:
    with kernel.ledger.view() as view:
        profiles = view.select(ProfileRow)
    missing = [row.id for row in profiles if not _opens(kernel, row)]
    if missing:
        yield Finding(
            name="keys",
            level="failure",
            message=f"keys.db lacks the keys of {len(missing)} profiles, first {missing[0]}.",
            remedy="Restore keys.db from the backup that goes with ledger.db.",
        )
    else:
        yield well("keys", f"The keys of {len(profiles)} profiles are there or were erased.")


def _opens(kernel: Kernel, row: ProfileRow) -> bool:
    try:
        kernel.vault.open(row.name)
    except KeyErased:
        return True
    except AiosError:
        return False
    return True


_WITHOUT = {True: "safe mode, nothing is written", False: "the last good rules stay in force"}


def _policy(kernel: Kernel) -> Iterator[Finding]:
    mistakes, then = kernel.policy.mistakes, _WITHOUT[kernel.policy.is_safe_mode]
    if not mistakes:
        yield well("policy", "business/policies.yaml validates.")
        return
    yield Finding(
        name="policy",
        level="failure",
        message=f"{len(mistakes)} mistakes in policies.yaml: {then}.",
        remedy="See them with: aios policy check",
    )


def _connectors(kernel: Kernel) -> Iterator[Finding]:
    for name, connector in kernel.connectors.items():
        label = f"connector {name}"
        try:
            stored = connector.count()
        except AiosError as error:
            yield Finding(name=label, level="failure", message=error.message, remedy=error.remedy)
            continue
        with kernel.ledger.view() as view:
            standing = standing_of(kernel, view, name)
        if standing in ("certified", "trusted"):
            yield well(label, f"Reachable, {stored} items, {standing}.")
        else:
            yield Finding(
                name=label,
                level="warning",
                message=f"Reachable, {stored} items, {standing}: what it would write is drafted.",
                remedy=f"Let it write with: aios connector trust {name} --for 7d",
            )


def _counts(kernel: Kernel) -> Iterator[Finding]:
    """Tell of what waits there; fewer than were received were moved or deleted by their owner."""
    found = count_mismatches(kernel)
    waiting = [one for one in found if int(str(one["stored"])) > int(str(one["received"]))]
    for one in waiting:
        yield Finding(
            name="counts",
            level="warning",
            message=f"Connector {one['connector']} holds {one['stored']} items, "
            f"{one['received']} were received.",
            remedy="Take them in with: aios run",
        )
    if not waiting:
        yield well("counts", "Every item of every connector was received.")


def _leases(kernel: Kernel) -> Iterator[Finding]:
    with kernel.ledger.view() as view:
        rows = view.select(ActionRow, state=ActionState.COMMITTING)
    now = kernel.clock.now()
    stale = [
        row.id
        for row in rows
        if row.lease_until is None
        or row.lease_until <= now
        or kernel.workers.is_gone(row.worker or "")
    ]
    if stale:
        yield Finding(
            name="leases",
            level="warning",
            message=f"{len(stale)} actions are held by workers that are gone, first {stale[0]}.",
            remedy="The next run settles them: aios run WORKFLOW",
        )
    else:
        yield well("leases", "No action is held by a worker that is gone.")


def _clock(kernel: Kernel) -> Iterator[Finding]:
    behind = clock_is_behind(kernel)
    if behind is None:
        yield well("clock", "The clock is not behind what happened last.")
        return
    yield Finding(
        name="clock",
        level="warning",
        message=f"The clock stands {words(behind)} behind what happened last.",
        remedy="Set it right: timedatectl. What is due by the clock waits until then.",
    )
