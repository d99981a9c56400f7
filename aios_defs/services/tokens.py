"""Owns bearer tokens: how a program of the operator's may hand work in at `/flows`."""

import re
from datetime import timedelta

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import UnknownId, UsageInvalid
from aios_defs.core.events.access import TokenGranted, TokenRevoked
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.access import TokenRow
from aios_defs.services.attempts import refusal
from aios_defs.services.kernel import Kernel

LONGEST = timedelta(days=366)

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def grant_token(kernel: Kernel, name: str, span: timedelta) -> str:
    """Return the secret of a new token that lasts for a span; it is shown this once only.

    Raises:
        UsageInvalid: the name is no short plain word or is taken, or the span is none.

    """
    if not _NAME.fullmatch(name):
        raise UsageInvalid(
            f"{name!r} is no name for a token.",
            remedy="Use up to 40 small letters, digits, dots and dashes: website-form",
        )
    if not timedelta(0) < span <= LONGEST:
        raise UsageInvalid(
            "A token lasts between a second and 366 days.", remedy="Say for how long: --for 30d"
        )
    secret = kernel.vault.new_secret()
    with kernel.ledger.transaction(actor="operator") as tx:
        _drop_expired(tx)
        _refuse_taken(tx, name)
        row = TokenRow(
            id=kernel.ids.new(),
            name=name,
            secret_hash=_hash(kernel, secret),
            granted_at=tx.now,
            expires_at=tx.now + span,
        )
        tx.put(row)
        data = TokenGranted(token_id=row.id, name=name, expires_at=row.expires_at)
        tx.append(Draft(stream=f"token-{row.id}", data=data, correlation_id=row.id))
    return secret


def find_token(kernel: Kernel, secret: str) -> TokenRow | None:
    """Return the valid token of a secret, or None; writes nothing."""
    with kernel.ledger.view() as view:
        found = view.select(TokenRow, secret_hash=_hash(kernel, secret))
    return found[0] if found and kernel.clock.now() < found[0].expires_at else None


def admit_token(kernel: Kernel, secret: str) -> TokenRow:
    """Return the valid token of a secret; raises LoginRefused, counted, when there is none."""
    token = find_token(kernel, secret)
    if token is None:
        raise refusal(kernel, "token")
    return token


def revoke_token(kernel: Kernel, token_id: str) -> None:
    """Make a token worth nothing; raises UnknownId when there is none of this id."""
    with kernel.ledger.transaction(actor="operator") as tx:
        row = tx.get(TokenRow, token_id)
        if row is None:
            raise UnknownId(
                "There is no such token.",
                remedy="See those that last with: aios login --list",
                id=token_id,
            )
        tx.delete(TokenRow, row.id)
        data = TokenRevoked(token_id=row.id, name=row.name)
        tx.append(Draft(stream=f"token-{row.id}", data=data, correlation_id=row.id))


def tokens(kernel: Kernel) -> list[TokenRow]:
    """Return the valid tokens by name."""
    with kernel.ledger.view() as view:
        return view.select(TokenRow, order="name", expires_at__gt=kernel.clock.now())


def _drop_expired(tx: Transaction) -> None:
    for row in tx.select(TokenRow, expires_at__lte=tx.now):
        tx.delete(TokenRow, row.id)


def _refuse_taken(tx: Transaction, name: str) -> None:
    if tx.select(TokenRow, name=name):
        raise UsageInvalid(
            f"There is a token {name!r} already.",
            remedy=f"End it first: aios login --end {name}, or choose another name.",
        )


def _hash(kernel: Kernel, secret: str) -> str:
    return kernel.vault.digest("secret:token", secret)
