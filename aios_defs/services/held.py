"""Owns the hold on a connector whose password or token was refused: a pause that ends by itself.

Only the action that was refused is tried again, ever more seldom; every other one keeps its state,
so that a dead password locks no account. The first that succeeds, or the operator, ends the hold.
"""

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import CredentialRefused, TransitionRefused
from aios_defs.core.events.system import OverridePaused, OverrideResumed
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.house import NoticeRow, PauseRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, dismiss, tell
from aios_defs.services.pause import credential_scope

_KIND = "connector"


def hold(kernel: Kernel, tx: Transaction, connector: str, error: CredentialRefused) -> None:
    """Hold the actions of a connector, with one card that names the remedy; idempotent."""
    scope = credential_scope(connector)
    if tx.get(PauseRow, scope) is not None:
        return
    data = OverridePaused(scope=scope, reason=error.code)
    tx.append(Draft(stream="override", data=data, correlation_id="override"))
    notice = Notice(
        kind=_KIND,
        about=scope,
        summary=f"The login of connector {connector} was refused: what it would do is held.",
        remedy=f"{error.remedy} Start AIOS again if you changed its environment, then let it go on:"
        f" aios resume {scope}",
    )
    tell(kernel, tx, notice)


def release(tx: Transaction, connector: str) -> None:
    """End the hold, if there is one, because the login works again."""
    scope = credential_scope(connector)
    if tx.get(PauseRow, scope) is not None:
        data = OverrideResumed(scope=scope)
        tx.append(Draft(stream="override", data=data, correlation_id="override"))
        dismiss(tx, _KIND, scope)


def is_hold(row: NoticeRow) -> bool:
    """Return whether a notice is the card of a hold, which ends with the hold alone."""
    return row.kind == _KIND and row.about.startswith(credential_scope(""))


def let_go_on(kernel: Kernel, notice: NoticeRow) -> str:
    """End the hold that a card stands for, because the operator put the login right; idempotent."""
    with kernel.ledger.transaction(actor="operator") as tx:
        release(tx, notice.about.removeprefix(credential_scope("")))
        dismiss(tx, _KIND, notice.about)
    return "resumed"


def refuse_dismissal(notice: NoticeRow) -> None:
    """Raise TransitionRefused for the card of a hold: nothing else says what does not happen."""
    if is_hold(notice):
        raise TransitionRefused(
            "Its connector is held until its login works; this card can't be dismissed before.",
            remedy=f"Put the login right, then let it go on: aios retry {notice.id}",
            state="held",
        )
