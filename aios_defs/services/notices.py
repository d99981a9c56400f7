"""Owns raising and ending cards about what does not work: one open card for each thing."""

from typing import Literal

from aios_defs.core.envelope import Draft
from aios_defs.core.events.system import NoticeDismissed, NoticeRaised
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.house import NoticeRow
from aios_defs.services.kernel import Kernel

NoticeKind = Literal["connector", "mirror", "count", "approval_expired"]


def open_notices(view: View, kind: NoticeKind, about: str) -> list[NoticeRow]:
    """Return the open cards of a kind about a thing."""
    rows = view.select(NoticeRow, about=about, state="open")
    return [row for row in rows if row.kind == kind]


def raise_notice(kernel: Kernel, kind: NoticeKind, about: str, summary: str, remedy: str) -> None:
    """Raise a card unless one of the kind about the same thing is open."""
    with kernel.ledger.transaction(actor="sweep") as tx:
        if open_notices(tx, kind, about):
            return
        raised = NoticeRaised(
            notice_id=kernel.ids.new(), kind=kind, about=about, summary=summary, remedy=remedy
        )
        stream = f"notice-{raised.notice_id}"
        tx.append(Draft(stream=stream, data=raised, correlation_id=about))


def end_notices(kernel: Kernel, kind: NoticeKind, about: str) -> None:
    """Dismiss the open cards of a kind about a thing, because it works again."""
    with kernel.ledger.view() as view:
        if not open_notices(view, kind, about):
            return
    with kernel.ledger.transaction(actor="sweep") as tx:
        dismiss(tx, kind, about)


def dismiss(tx: Transaction, kind: NoticeKind, about: str) -> int:
    """Dismiss the open cards of a kind about a thing, within a transaction; returns how many."""
    rows = open_notices(tx, kind, about)
    for row in rows:
        data = NoticeDismissed(notice_id=row.id)
        tx.append(Draft(stream=f"notice-{row.id}", data=data, correlation_id=about))
    return len(rows)
