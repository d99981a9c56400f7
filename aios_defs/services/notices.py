"""Owns raising and ending cards about what does not work: one open card for each thing."""

from dataclasses import dataclass

from aios_defs.core.envelope import Draft
from aios_defs.core.events.system import NoticeDismissed, NoticeKind, NoticeRaised
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.house import NoticeRow
from aios_defs.services.kernel import Kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a card says: what it is about, what happened, and what the operator can do."""

    kind: NoticeKind
    about: str
    summary: str
    remedy: str


def tell(
    kernel: Kernel,
    tx: Transaction,
    notice: Notice,
    *,
    correlation_id: str | None = None,
    actor: str | None = None,
) -> None:
    """Raise a card within a transaction, whether or not one of its kind is open.

    `correlation_id` is what a trace gathers it by (None: what it is about).
    """
    raised = NoticeRaised(
        notice_id=kernel.ids.new(),
        kind=notice.kind,
        about=notice.about,
        summary=notice.summary,
        remedy=notice.remedy,
    )
    tx.append(
        Draft(
            stream=f"notice-{raised.notice_id}",
            data=raised,
            correlation_id=correlation_id or notice.about,
            actor=actor,
        )
    )


def open_notices(view: View, kind: NoticeKind, about: str) -> list[NoticeRow]:
    """Return the open cards of a kind about a thing."""
    rows = view.select(NoticeRow, about=about, state="open")
    return [row for row in rows if row.kind == kind]


def raise_notice(kernel: Kernel, kind: NoticeKind, about: str, summary: str, remedy: str) -> None:
    """Raise a card unless one of the kind about the same thing is open."""
    with kernel.ledger.transaction(actor="sweep") as tx:
        if not open_notices(tx, kind, about):
            notice = Notice(kind=kind, about=about, summary=summary, remedy=remedy)
            tell(kernel, tx, notice)


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
