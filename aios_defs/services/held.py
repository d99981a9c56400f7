"""Owns the hold on a connector whose password or token was refused: a pause that ends by itself.

Only the action that was refused is tried again, ever more seldom; every other one keeps its state,
so that a dead password locks no account. The first that succeeds, or the operator, ends the hold.
"""

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import CredentialRefused
from aios_defs.core.events.system import OverridePaused, OverrideResumed
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.house import PauseRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, dismiss, tell
from aios_defs.services.pause import credential_scope


def hold(kernel: Kernel, tx: Transaction, connector: str, error: CredentialRefused) -> None:
    """Hold the actions of a connector, with one card that names the remedy; idempotent."""
    scope = credential_scope(connector)
    if tx.get(PauseRow, scope) is not None:
        return
    data = OverridePaused(scope=scope, reason=error.code)
    tx.append(Draft(stream="override", data=data, correlation_id="override"))
    notice = Notice(
        kind="connector",
        about=scope,
        summary=f"The login of connector {connector} was refused: what it would do is held.",
        remedy=f"{error.remedy} Then start AIOS again, and: aios resume {scope}",
    )
    tell(kernel, tx, notice)


def release(tx: Transaction, connector: str) -> None:
    """End the hold, if there is one, because the login works again."""
    scope = credential_scope(connector)
    if tx.get(PauseRow, scope) is not None:
        data = OverrideResumed(scope=scope)
        tx.append(Draft(stream="override", data=data, correlation_id="override"))
        dismiss(tx, "connector", scope)
