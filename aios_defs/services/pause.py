"""Owns the operator's brake: after a pause's position nothing starts in its scope (G9)."""

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.events.system import OverridePaused, OverrideResumed
from aios_defs.core.ports import View
from aios_defs.core.rows.house import PauseRow
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import dismiss

_KINDS = ("workflow", "agent", "connector", "credential")


def check_scope(kernel: Kernel, scope: str) -> None:
    """Raise UsageInvalid unless it is `all` or names a workflow, agent, connector or its login."""
    kind, _, name = scope.partition(":")
    known = {
        "workflow": [one.name for one in kernel.business.workflows],
        "agent": list(kernel.agents),
        "connector": list(kernel.connectors),
        "credential": list(kernel.connectors),
    }
    if scope != "all" and name not in known.get(kind, []):
        choices = ["all", *(f"{kind}:{one}" for kind in _KINDS for one in known[kind])]
        raise UsageInvalid(
            f"There is no scope {scope!r}.", remedy=f"Use one of: {', '.join(choices)}"
        )


def pause(kernel: Kernel, scope: str, reason: str = "") -> int:
    """Stop a scope; returns the position after which nothing starts in it. Idempotent."""
    check_scope(kernel, scope)
    with kernel.ledger.transaction(actor="operator") as tx:
        row = tx.get(PauseRow, scope)
        if row is not None:
            return row.position
        data = OverridePaused(scope=scope, reason=reason)
        return tx.append(Draft(stream="override", data=data, correlation_id="override")).position


def resume(kernel: Kernel, scope: str) -> bool:
    """Let a scope go on; returns whether it was paused."""
    check_scope(kernel, scope)
    with kernel.ledger.transaction(actor="operator") as tx:
        if tx.get(PauseRow, scope) is None:
            return False
        data = OverrideResumed(scope=scope)
        tx.append(Draft(stream="override", data=data, correlation_id="override"))
        dismiss(tx, "connector", scope)
        return True


def credential_scope(connector: str) -> str:
    """Return the scope that is paused while a connector's login is refused."""
    return f"credential:{connector}"


def is_paused(view: View, *scopes: str) -> bool:
    """Return whether everything, or one of the scopes, is paused."""
    return any(view.get(PauseRow, scope) is not None for scope in ("all", *scopes))
