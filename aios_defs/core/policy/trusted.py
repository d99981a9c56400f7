"""Owns the exact form in which the operator trusts a sink: by it two spellings are the same.

A value is trusted whole or not at all: never a part of it, and never what merely looks like it.
"""

from aios_defs.core.events.sinks import SinkKind
from aios_defs.core.policy.embedded import is_link
from aios_defs.core.policy.provenance import link_form
from aios_defs.core.policy.sinks import account, bare_address


def sink_kind(value: str) -> SinkKind | None:
    """Return what a value is by its form alone; None when it is no sink that can be trusted."""
    if bare_address(value) is not None:
        return "address"
    if account(value) is not None:
        return "payee"
    return "link" if is_link(value.strip()) else None


def normal_sink(kind: SinkKind, value: str) -> str | None:
    """Return the one form of a value of that kind; None when it is no such value.

    An address is bare, an account without blanks, a link without scheme and with its host in lower
    case; a payee is its account number, and a source its id.
    """
    words = " ".join(value.split())
    if not words or not words.isprintable():
        return None
    if kind == "address":
        return bare_address(words)
    if kind == "link":
        return link_form(words) if is_link(words) else None
    if kind == "payee":
        return account(words)
    return words
