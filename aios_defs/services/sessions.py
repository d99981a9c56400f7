"""Owns sessions: one-time links, the sessions they open, tickets from one origin to the other.

A secret is shown once; only its keyed hash is kept. A session lives until 12 hours without a sign
of its user. One at Dagster's origin is bound to the console session it came from, and ends with it.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import HomeLocked, StorageFailed, UnknownId
from aios_defs.core.events.access import SessionEnded, SessionOpened
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.access import LinkKind, LinkRow, SessionKind, SessionRow
from aios_defs.services.attempts import refusal
from aios_defs.services.kernel import Kernel

LINK_LIFE = timedelta(minutes=10)
TICKET_LIFE = timedelta(seconds=60)
IDLE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
"""How stale `last_seen_at` may be: a page read more often than this writes nothing."""

_AGENT_LENGTH = 160


def make_link(kernel: Kernel) -> str:
    """Return the secret of a new login link: 10 minutes, redeemed once."""
    return _make(kernel, "login", None, LINK_LIFE)


def log_in(kernel: Kernel, secret: str, *, agent: str) -> str:
    """Redeem a login link and return the cookie's secret of a new console session.

    `agent` is what the browser calls itself. The session is always a new one, whatever cookie came
    with the request.

    Raises:
        LoginRefused: the link is unknown, used or too old; with `retry_after_s` after too many.

    """
    if not _is_known(kernel, "login", secret):
        raise refusal(kernel, "login")
    with kernel.ledger.transaction(actor="operator") as tx:
        _prune(tx)
        if _redeem(kernel, tx, "login", secret) is not None:
            session, cookie = _new_session(kernel, "console", None, agent=agent, now=tx.now)
            _open(tx, session)
            return cookie
    raise refusal(kernel, "login")


def find_session(
    kernel: Kernel, secret: str, *, kind: SessionKind, is_active: bool = True
) -> SessionRow | None:
    """Return the live session of a cookie's secret, or None.

    `is_active` says that its user did something: it writes a new `last_seen_at`, at most every five
    minutes. What a page fetches by itself keeps no session alive.
    """
    with kernel.ledger.view() as view:
        found = view.select(SessionRow, secret_hash=_hash(kernel, kind, secret))
        row = found[0] if found else None
        now = kernel.clock.now()
        if row is None or not _is_live(view, row, now):
            return None
    if is_active and now - row.last_seen_at >= SEEN_EVERY:
        with suppress(HomeLocked, StorageFailed):  # reading goes on while nothing can be written
            _touch(kernel, row)
    return row


def lasts(kernel: Kernel, session_id: str) -> bool:
    """Return whether a session is still live; says nothing about who asks."""
    with kernel.ledger.view() as view:
        row = view.get(SessionRow, session_id)
        return row is not None and _is_live(view, row, kernel.clock.now())


def end_session(kernel: Kernel, session_id: str) -> None:
    """End a session and those bound to it.

    Raises:
        UnknownId: no session has this id (any more).

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        row = tx.get(SessionRow, session_id)
        if row is None:
            raise UnknownId(
                "There is no such session: it has ended.",
                remedy="See those that last with: aios login --list",
                id=session_id,
            )
        _end(tx, row, "ended")


def end_all(kernel: Kernel) -> int:
    """End every session and every link that was not redeemed; returns how many sessions ended."""
    with kernel.ledger.transaction(actor="operator") as tx:
        for link in tx.select(LinkRow):
            tx.delete(LinkRow, link.secret_hash)
        rows = tx.select(SessionRow)
        for row in rows:
            if row.parent_id is None:
                _end(tx, row, "ended")
        return len(rows)


def end_others(kernel: Kernel, session_id: str) -> int:
    """End every session but this one and those bound to it, and every link; returns how many."""
    with kernel.ledger.transaction(actor="operator") as tx:
        for link in tx.select(LinkRow, kind="login"):
            tx.delete(LinkRow, link.secret_hash)
        before = tx.count(SessionRow)
        for row in tx.select(SessionRow):
            if row.parent_id is None and row.id != session_id:
                _end(tx, row, "ended")
        return before - tx.count(SessionRow)


def sessions(kernel: Kernel) -> list[SessionRow]:
    """Return the live sessions, latest sign of life first."""
    with kernel.ledger.view() as view:
        now = kernel.clock.now()
        rows = view.select(SessionRow, order="-last_seen_at")
        return [row for row in rows if _is_live(view, row, now)]


def make_ticket(kernel: Kernel, session_id: str) -> str:
    """Return the secret of a way from a console session to Dagster's origin: 60 s, used once."""
    return _make(kernel, "ticket", session_id, TICKET_LIFE)


def redeem_ticket(kernel: Kernel, secret: str) -> str:
    """Use a ticket up and return the cookie's secret of the session at Dagster's origin.

    A console session has one there: a later ticket gives it another secret and voids the earlier.

    Raises:
        LoginRefused: the ticket is unknown, used or too old, or its console session ended.

    """
    if not _is_known(kernel, "ticket", secret):
        raise refusal(kernel, "ticket")
    with kernel.ledger.transaction(actor="operator") as tx:
        link = _redeem(kernel, tx, "ticket", secret)
        parent = tx.get(SessionRow, link.session_id) if link and link.session_id else None
        if parent is not None and _is_live(tx, parent, tx.now):
            return _renew_child(kernel, tx, parent)
    raise refusal(kernel, "ticket")


def _make(kernel: Kernel, kind: LinkKind, session_id: str | None, life: timedelta) -> str:
    secret = kernel.vault.new_secret()
    digest = _hash(kernel, kind, secret)
    with kernel.ledger.transaction(actor="operator") as tx:
        for old in tx.select(LinkRow, expires_at__lte=tx.now):
            tx.delete(LinkRow, old.secret_hash)
        until = tx.now + life
        tx.put(LinkRow(secret_hash=digest, kind=kind, session_id=session_id, expires_at=until))
    return secret


def _is_known(kernel: Kernel, kind: LinkKind, secret: str) -> bool:
    """Return whether there may be such a link: who guesses never takes the write lock."""
    with kernel.ledger.view() as view:
        return view.get(LinkRow, _hash(kernel, kind, secret)) is not None


def _redeem(kernel: Kernel, tx: Transaction, kind: LinkKind, secret: str) -> LinkRow | None:
    link = tx.get(LinkRow, _hash(kernel, kind, secret))
    if link is None:
        return None
    tx.delete(LinkRow, link.secret_hash)
    return link if link.kind == kind and tx.now < link.expires_at else None


def _new_session(
    kernel: Kernel, kind: SessionKind, parent_id: str | None, *, agent: str, now: datetime
) -> tuple[SessionRow, str]:
    secret = kernel.vault.new_secret()
    row = SessionRow(
        id=kernel.ids.new(),
        kind=kind,
        secret_hash=_hash(kernel, kind, secret),
        parent_id=parent_id,
        agent="".join(one for one in agent if one.isprintable())[:_AGENT_LENGTH],
        opened_at=now,
        last_seen_at=now,
    )
    return row, secret


def _open(tx: Transaction, row: SessionRow) -> None:
    kind: SessionKind = "console" if row.kind == "console" else "dagster"
    tx.put(row)
    data = SessionOpened(session_id=row.id, kind=kind, parent_id=row.parent_id)
    tx.append(Draft(stream=f"session-{row.id}", data=data, correlation_id=_family(row)))


def _end(tx: Transaction, row: SessionRow, reason: str) -> None:
    for child in tx.select(SessionRow, parent_id=row.id):
        _end(tx, child, "parent")
    for link in tx.select(LinkRow, session_id=row.id):
        tx.delete(LinkRow, link.secret_hash)
    tx.delete(SessionRow, row.id)
    data = SessionEnded.model_validate({"session_id": row.id, "reason": reason})
    tx.append(Draft(stream=f"session-{row.id}", data=data, correlation_id=_family(row)))


def _renew_child(kernel: Kernel, tx: Transaction, parent: SessionRow) -> str:
    fresh, secret = _new_session(kernel, "dagster", parent.id, agent=parent.agent, now=tx.now)
    known = tx.select(SessionRow, parent_id=parent.id)
    if known:
        tx.put(known[0].but(secret_hash=fresh.secret_hash, last_seen_at=tx.now))
    else:
        _open(tx, fresh)
    return secret


def _touch(kernel: Kernel, row: SessionRow) -> None:
    with kernel.ledger.transaction(actor="gateway") as tx:
        for session_id in filter(None, (row.id, row.parent_id)):
            current = tx.get(SessionRow, session_id)
            if current is not None:
                tx.put(current.but(last_seen_at=tx.now))


def _prune(tx: Transaction) -> None:
    """End what is idle, so that a home that is used keeps few rows."""
    for row in tx.select(SessionRow, last_seen_at__lte=tx.now - IDLE):
        if tx.get(SessionRow, row.id) is not None:
            _end(tx, row, "idle")


def _is_live(view: View, row: SessionRow, now: datetime) -> bool:
    if now - row.last_seen_at >= IDLE:
        return False
    if row.parent_id is None:
        return True
    parent = view.get(SessionRow, row.parent_id)
    return parent is not None and _is_live(view, parent, now)


def _family(row: SessionRow) -> str:
    return row.parent_id or row.id


def _hash(kernel: Kernel, purpose: str, secret: str) -> str:
    return kernel.vault.digest(f"secret:{purpose}", secret)
