"""Owns the one shape of a card, and the texts that cards and previews share."""

from aios_defs.core.connector import Operation
from aios_defs.core.errors import KeyErased
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rendering import value_text
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.sealed import Sealed
from aios_defs.services.kernel import Kernel

UNTRUSTED = "builtin:connector"
"""The built-in that drafts what a connector without a certificate or trust would write."""


def card(card_id: str, kind: str, summary: str, **more: JsonValue) -> JsonObject:
    """Return a card with every key of the shape; `more` fills those that apply."""
    blank: JsonObject = {
        "id": card_id,
        "kind": kind,
        "workflow": None,
        "summary": summary,
        "operation": None,
        "recipients": None,
        "rule": None,
        "risk": None,
        "content_hash": None,
        "expires_at": None,
        "state": None,
        "remedy": None,
        "remembers": None,
    }
    return {**blank, **more}


def readable(kernel: Kernel, sealed: Sealed) -> str:
    """Return a sealed text, or that it was erased."""
    try:
        return kernel.vault.open(sealed)
    except KeyErased:
        return "(erased)"


def fact_text(kernel: Kernel, row: FactRow) -> str:
    """Return a fact's value as people write it, or that it was erased."""
    try:
        return value_text(kernel.open_json(row.value), kernel.business.operator.language)
    except KeyErased:
        return "(erased)"


def recipients(kernel: Kernel, row: ActionRow) -> list[str]:
    """Return whom an action would reach, from its typed arguments."""
    return reached(kernel, row, operation_of(kernel, row))


def operation_of(kernel: Kernel, row: ActionRow) -> Operation | None:
    """Return the operation of an action, or None when its connector or the operation is gone."""
    connector = kernel.connectors.get(row.connector)
    return connector.describe().operation(row.operation) if connector else None


def operation_title(kernel: Kernel, name: str) -> str:
    """Return what an operation does, for people (`Send a mail`); its name when nothing says it."""
    connectors = kernel.connectors.values()
    found = (connector.describe().operation(name) for connector in connectors)
    return next((one.title for one in found if one and one.title), name)


def reached(kernel: Kernel, row: ActionRow, operation: Operation | None) -> list[str]:
    """Return whom an action would reach, as its operation names the arguments that say so."""
    try:
        arguments = kernel.open_json(row.arguments)
    except KeyErased:
        return []
    names = operation.recipients if operation else ()
    values = [arguments.get(name) for name in names]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [str(one) for one in flat if one]


def draft_remedy(row: ActionRow) -> str:
    """Return the way out of a draft: trust its connector, or change the rule that drafts it."""
    if row.rule == UNTRUSTED:
        return f"Only a draft: let it write with: aios connector trust {row.connector} --for 7d"
    return (
        f"Only a draft, as the rule {row.rule} says: change business/policies.yaml "
        f"(aios policy check), then: aios retry {row.id}"
    )
