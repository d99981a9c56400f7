"""Owns bringing a message to the operator over each channel, effectively once.

    start (one transaction) -> wire -> record (one transaction)

The intent is written ahead of the wire. Whoever is killed in between leaves a delivery `started`;
after its lease the channel is asked: what it has is told, what it has not is sent again under the
same key, and what it can't know is asked about for a day and never repeated.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import FenceLost, OutsideFailed, OutsideUncertain
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.telling import OperatorTold, TellingFailed, TellingStarted
from aios_defs.core.ports import Messenger, Transaction, View
from aios_defs.core.projections.telling import delivery_id
from aios_defs.core.rows.messages import HomeRow
from aios_defs.core.rows.telling import DeliveryRow, TellingRow
from aios_defs.core.telling import Message, TellingKind
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import end_notices, raise_notice
from aios_defs.services.pause import is_paused
from aios_defs.services.views import standing_of

BEGIN_WITHIN = timedelta(hours=1)
"""A message that no channel began within this is old news: it is not begun any more."""
TRY_WITHIN = timedelta(hours=24)
"""How long a message is tried, or asked about."""
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=1)
_TROUBLE_AFTER = 3
"""After how many failed attempts a card says that a channel does not work."""


@dataclass(slots=True)
class Watch:
    """What one process saw at its last look, so that the next one is cheap."""

    position: int = -1
    at: datetime | None = None


def _nowhere() -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Messengers:
    """The channels to the operator; `console` tells where the console is now, for links."""

    channels: tuple[Messenger, ...] = ()
    console: Callable[[], str | None] = _nowhere
    watch: Watch = field(default_factory=Watch, compare=False)

    def link(self, path: str) -> str:
        """Return the address of a page of the console; empty while it is nowhere."""
        origin = self.console()
        return origin.rstrip("/") + path if origin else ""


def hindrance(kernel: Kernel, view: View, messenger: Messenger) -> str | None:
    """Return why a channel may not be used now, or None."""
    home, name = view.get(HomeRow, "home"), messenger.connector
    if home is not None and home.is_demo and not messenger.is_loopback:
        return "a demo tells nobody beyond this machine"
    if is_paused(view, *((f"connector:{name}",) if name else ())):
        return "it is paused"
    if name is not None and standing_of(kernel, view, name) not in ("certified", "trusted"):
        return f"connector {name} may not write"
    return None


def usable(
    kernel: Kernel, view: View, messengers: Messengers, kind: TellingKind
) -> Iterator[Messenger]:
    """Yield the channels that messages of this kind may leave over now."""
    for one in messengers.channels:
        if one.takes(kind) and hindrance(kernel, view, one) is None:
            yield one


def deliver(kernel: Kernel, messengers: Messengers) -> int:
    """Bring every recent message on its way over every channel; returns how many were told."""
    with kernel.ledger.view() as view:
        since = kernel.clock.now() - TRY_WITHIN
        recent = view.select(TellingRow, made_at__gt=since, order="made_at")
        due = [
            (row, one)
            for row in recent
            for one in messengers.channels
            if one.takes(cast("TellingKind", row.kind)) and _is_due(kernel, view, row, one)
        ]
    return sum(_bring(kernel, row, one) for row, one in due)


def _is_due(kernel: Kernel, view: View, row: TellingRow, messenger: Messenger) -> bool:
    now = kernel.clock.now()
    found = view.get(DeliveryRow, delivery_id(row.id, messenger.channel))
    if found is None:
        return now - row.made_at <= BEGIN_WITHIN and hindrance(kernel, view, messenger) is None
    if found.state == "started":
        return now >= found.at + kernel.lease
    return found.state != "told" and found.retry_at is not None and now >= found.retry_at


def _bring(kernel: Kernel, row: TellingRow, messenger: Messenger) -> bool:
    """Take one delivery a step on; returns whether the operator is told now."""
    with kernel.ledger.view() as view:
        found = view.get(DeliveryRow, delivery_id(row.id, messenger.channel))
    if found is not None and found.state in ("started", "uncertain"):
        return _ask(kernel, row, messenger, found)
    started = _start(kernel, row, messenger)
    return started is not None and _send(kernel, row, messenger, started)


def _start(kernel: Kernel, row: TellingRow, messenger: Messenger) -> DeliveryRow | None:
    """Write the intent, unless another worker was first or the channel may not be used."""
    key = kernel.vault.digest("telling", row.id, messenger.channel)
    name = delivery_id(row.id, messenger.channel)
    with _writing(kernel) as tx:
        if not _is_due(kernel, tx, row, messenger) or hindrance(kernel, tx, messenger):
            return None
        found = tx.get(DeliveryRow, name)
        started = TellingStarted(
            telling_id=row.id,
            channel=messenger.channel,
            key=key,
            attempt=found.attempts + 1 if found else 1,
        )
        _append(tx, row.id, started)
        delivery = tx.get(DeliveryRow, name)
    kernel.points.reached("telling.started")
    return delivery


def _send(kernel: Kernel, row: TellingRow, messenger: Messenger, started: DeliveryRow) -> bool:
    message = _message(row, started)
    try:
        outside_ref = messenger.send(message, lambda: _fence(kernel, started))
    except FenceLost:
        return False
    except OutsideFailed as error:
        return _record_failure(kernel, row, started, error)
    except OutsideUncertain as error:
        kernel.points.reached("telling.unanswered")
        _record(kernel, started, _uncertain(kernel, row, started, error.message))
        return False
    kernel.points.reached("telling.answered")
    return _record_told(kernel, started, outside_ref)


def _ask(kernel: Kernel, row: TellingRow, messenger: Messenger, found: DeliveryRow) -> bool:
    """Ask the channel about a message that may be outside; never repeats what it can't know."""
    finding = messenger.find(_message(row, found))
    if finding.answer == "found":
        return _record_told(kernel, found, finding.receipt.outside_ref if finding.receipt else "")
    if finding.answer == "absent":
        again = TellingFailed(
            telling_id=row.id,
            channel=found.channel,
            error="It was not sent.",
            retry_at=_retry_at(kernel, row),
        )
        _record(kernel, found, again)
        return False
    _record(kernel, found, _uncertain(kernel, row, found, "Nobody can tell whether it was told."))
    return False


def _record_told(kernel: Kernel, delivery: DeliveryRow, outside_ref: str) -> bool:
    told = OperatorTold(
        telling_id=delivery.telling_id, channel=delivery.channel, outside_ref=outside_ref
    )
    is_recorded = _record(kernel, delivery, told)
    end_notices(kernel, "telling", delivery.channel)
    return is_recorded


def _record_failure(
    kernel: Kernel, row: TellingRow, delivery: DeliveryRow, error: OutsideFailed
) -> bool:
    is_retryable = bool(error.fields.get("retryable", False))
    failed = TellingFailed(
        telling_id=row.id,
        channel=delivery.channel,
        error=error.message,
        retry_at=_retry_at(kernel, row) if is_retryable else None,
    )
    _record(kernel, delivery, failed)
    if failed.retry_at is None or delivery.attempts >= _TROUBLE_AFTER:
        raise_notice(
            kernel,
            "telling",
            delivery.channel,
            f"You can't be told by {delivery.channel}: {error.message}",
            error.remedy,
        )
    return False


def _uncertain(kernel: Kernel, row: TellingRow, delivery: DeliveryRow, error: str) -> TellingFailed:
    return TellingFailed(
        telling_id=row.id,
        channel=delivery.channel,
        error=error,
        is_uncertain=True,
        retry_at=_retry_at(kernel, row),
    )


def _retry_at(kernel: Kernel, row: TellingRow) -> datetime | None:
    """Return when to try or ask next: after as long again as it has taken, within bounds."""
    now = kernel.clock.now()
    age = now - row.made_at
    return None if age > TRY_WITHIN else now + min(max(age, _SHORTEST), _LONGEST)


def _record(kernel: Kernel, known: DeliveryRow, data: EventData) -> bool:
    """Write the outcome, unless the delivery moved on since it was `known`."""
    with _writing(kernel) as tx:
        if tx.get(DeliveryRow, known.id) != known:
            return False
        _append(tx, known.telling_id, data)
        return True


def _fence(kernel: Kernel, started: DeliveryRow) -> None:
    """Raise FenceLost unless the delivery is still this worker's."""
    with kernel.ledger.view() as view:
        found = view.get(DeliveryRow, started.id)
    if found != started or kernel.clock.now() >= started.at + kernel.lease:
        raise FenceLost(
            f"Message {started.telling_id} is no longer this worker's.",
            remedy="Nothing to do: whoever took it over settles it.",
            telling_id=started.telling_id,
        )


def _message(row: TellingRow, delivery: DeliveryRow) -> Message:
    return Message.model_validate(
        {
            "key": delivery.key,
            "kind": row.kind,
            "title": row.title,
            "text": row.text,
            "link": row.link,
            "made_at": row.made_at,
        }
    )


def _writing(kernel: Kernel) -> AbstractContextManager[Transaction]:
    return kernel.ledger.transaction(actor=f"worker:{kernel.workers.me}")


def _append(tx: Transaction, telling_id: str, data: EventData) -> None:
    tx.append(Draft(stream=f"telling-{telling_id}", data=data, correlation_id=telling_id))
