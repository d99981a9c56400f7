"""Owns letting a connector write: a recorded, expiring act of the operator."""

from datetime import timedelta

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import OperatorError, UsageInvalid
from aios_defs.core.events.messages import HomeCreated
from aios_defs.core.events.system import ConnectorSuspended, ConnectorTrusted
from aios_defs.core.rows.house import ConnectorRow
from aios_defs.core.rows.messages import HomeRow
from aios_defs.services.kernel import Kernel

LONGEST = timedelta(days=90)


def begin_home(kernel: Kernel, *, is_demo: bool, version: str) -> bool:
    """Append the home's first event if there is none; returns whether it was appended."""
    with kernel.ledger.transaction(actor="operator") as tx:
        if tx.get(HomeRow, "home") is not None:
            return False
        created = HomeCreated(is_demo=is_demo, aios_version=version)
        tx.append(Draft(stream="home", data=created, correlation_id="home"), expect=0)
        return True


def trust(kernel: Kernel, name: str, duration: timedelta) -> ConnectorRow:
    """Let a connector write for a while.

    Raises:
        ConfigurationInvalid: there is no such connector.
        UsageInvalid: the duration is not between a second and ninety days.
        OperatorError: a demo home does not trust a connector that reaches beyond this machine.

    """
    description = kernel.connector(name).describe()
    if not timedelta(0) < duration <= LONGEST:
        raise UsageInvalid(
            f"Trust for {duration} is not possible.",
            remedy="Use a duration such as 7d, at most 90d.",
        )
    with kernel.ledger.transaction(actor="operator") as tx:
        home = tx.get(HomeRow, "home")
        if home is not None and home.is_demo and not description.is_loopback:
            raise OperatorError(
                f"This is a demo home: connector {name!r} reaches beyond this machine.",
                remedy="Make a home of your own with: aios init",
                connector=name,
            )
        trusted = ConnectorTrusted(
            connector=name,
            account=kernel.address_hash(description.account),
            expires_at=tx.now + duration,
        )
        tx.append(Draft(stream=f"connector-{name}", data=trusted, correlation_id=name))
        row = tx.get(ConnectorRow, name)
    assert row is not None  # noqa: S101 - the fold of the event just appended
    return row


def suspend(kernel: Kernel, name: str, reason: str) -> None:
    """Take a connector back to read-only; raises ConfigurationInvalid when there is none."""
    description = kernel.connector(name).describe()
    with kernel.ledger.transaction(actor="operator") as tx:
        data = ConnectorSuspended(
            connector=name, account=kernel.address_hash(description.account), reason=reason
        )
        tx.append(Draft(stream=f"connector-{name}", data=data, correlation_id=name))
