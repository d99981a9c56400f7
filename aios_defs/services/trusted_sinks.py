"""Owns the operator's word on a sink (G5): trusted exactly as it is, until taken back, or its end.

It clears that one sink and nothing else: what a task has read stays tainted, and every other rule
is asked as before.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from aios_defs.core.decision import PackItem
from aios_defs.core.envelope import Draft
from aios_defs.core.errors import UnknownId, UsageInvalid
from aios_defs.core.events.sinks import SinkDistrusted, SinkKind, SinkTrusted
from aios_defs.core.policy.facts import strange_sinks
from aios_defs.core.policy.request import PolicyRequest
from aios_defs.core.policy.trusted import normal_sink
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.core.rows.sinks import SinkRow
from aios_defs.core.sealed import SubjectRef
from aios_defs.services.kernel import Kernel
from aios_defs.services.profiles import find_profile

LISTED = "See: aios memory sinks"
_KINDS: dict[str, SinkKind] = {
    "address": "address",
    "payee": "payee",
    "link": "link",
    "source": "source",
}


def trust_sink(kernel: Kernel, kind: str, value: str, *, lasts: timedelta | None = None) -> SinkRow:
    """Trust exactly this sink; said again, the newer end holds.

    A `source` is the id of a fact or of a message: what stands in exactly that one vouches.

    Raises:
        UsageInvalid: there is no such kind, the value is none of it, or it would have ended.
        UnknownId: there is no fact or message of that id.

    """
    if lasts is not None and lasts <= timedelta(0):
        raise UsageInvalid("It would have ended already.", remedy="Give a span such as 90d.")
    with kernel.ledger.transaction(actor="operator") as tx:
        known = _kind(kind)
        normal = _source_event(tx, value.strip()) if known == "source" else _normal(known, value)
        trusted = SinkTrusted(
            sink_id=trust_id(kernel, known, normal),
            kind=known,
            value=kernel.vault.seal(_owner(kernel, tx, known, normal), normal),
            expires_at=tx.now + lasts if lasts else None,
        )
        tx.append(_of_sink(trusted.sink_id, trusted))
        row = tx.get(SinkRow, trusted.sink_id)
    assert row is not None  # noqa: S101 - the fold of the event just appended
    return row


def distrust_sink(kernel: Kernel, sink_id: str) -> None:
    """Take a trust back; raises UnknownId when there is none of that id."""
    with kernel.ledger.transaction(actor="operator") as tx:
        if tx.get(SinkRow, sink_id) is None:
            raise UnknownId("Nothing of that id is trusted.", remedy=LISTED, id=sink_id)
        tx.append(_of_sink(sink_id, SinkDistrusted(sink_id=sink_id)))


def distrust_of(kernel: Kernel, tx: Transaction, addresses: Iterable[str]) -> None:
    """Take back every trust of these addresses, in an open unit of work."""
    for one in addresses:
        sink_id = trust_id(kernel, "address", normal_sink("address", one))
        if tx.get(SinkRow, sink_id) is not None:
            tx.append(_of_sink(sink_id, SinkDistrusted(sink_id=sink_id)))


def find_sink(kernel: Kernel, given: str) -> str:
    """Return the id of the one trust that an id, or the beginning or end of one, means.

    Raises:
        UnknownId: there is none, or there are several.

    """
    with kernel.ledger.view() as view:
        ids = [str(one) for one in view.column(SinkRow, "id")]
    found = [one for one in ids if one.startswith(given) or one.endswith(given)] if given else []
    if len(found) != 1:
        raise UnknownId(f"{len(found)} trusts have an id like that.", remedy=LISTED, id=given)
    return found[0]


def trusted_sinks(kernel: Kernel, view: View) -> list[SinkRow]:
    """Return what is trusted now, the oldest word first."""
    now = kernel.clock.now()
    rows = view.select(SinkRow, order="position")
    return [row for row in rows if row.expires_at is None or row.expires_at > now]


def with_trust(
    kernel: Kernel, view: View, request: PolicyRequest, items: Sequence[PackItem]
) -> PolicyRequest:
    """Return a request with what the operator trusts of it; the same one when that is nothing."""
    strange = {(one.kind, one.normal) for one in strange_sinks(request) if one.normal}
    wanted = {trust_id(kernel, kind, normal): (kind, normal) for kind, normal in strange}
    standing = {row.id for row in trusted_sinks(kernel, view)} if _has_any(view) else set[str]()
    found = frozenset(pair for key, pair in wanted.items() if key in standing)
    sources = frozenset(_vouching(kernel, items, standing)) if standing else frozenset[str]()
    if not found and not sources:
        return request
    return request.model_copy(update={"trusted": found, "trusted_sources": sources})


def _has_any(view: View) -> bool:
    return bool(view.select(SinkRow, limit=1))


def _vouching(kernel: Kernel, items: Iterable[PackItem], standing: set[str]) -> Iterable[str]:
    """Yield the items that are a trusted source themselves; what derives from one is not."""
    for item in items:
        if trust_id(kernel, "source", item.source) in standing:
            yield item.name


def _kind(given: str) -> SinkKind:
    found = _KINDS.get(given)
    if found is None:
        raise UsageInvalid(
            f"{given!r} is no kind of sink.", remedy=f"Give one of: {', '.join(_KINDS)}."
        )
    return found


def _normal(kind: SinkKind, value: str) -> str:
    found = normal_sink(kind, value)
    if found is None:
        raise UsageInvalid(f"That is no {kind}.", remedy=f"Write the whole {kind}, and only it.")
    return found


def _source_event(view: View, given: str) -> str:
    fact = view.get(FactRow, given)
    if fact is not None:
        return fact.event_id
    message = view.get(MessageRow, given)
    if message is None:
        raise UnknownId(
            "There is no fact or message of that id.",
            remedy="Look at what is known with: aios memory show WHO",
            id=given,
        )
    return message.event_id


def trust_id(kernel: Kernel, kind: str | None, normal: str | None) -> str:
    """Return the id of the trust of a sink: the keyed hash of its kind and normal form."""
    return kernel.vault.digest("sink", kind or "", normal or "")


def _owner(kernel: Kernel, view: View, kind: SinkKind, normal: str) -> SubjectRef:
    """Return whose key seals the value: that of the person whose address it is, or the house's."""
    profile: ProfileRow | None = find_profile(kernel, view, normal) if kind == "address" else None
    return profile.subject_ref if profile else kernel.vault.house


def _of_sink(sink_id: str, data: SinkTrusted | SinkDistrusted) -> Draft:
    return Draft(stream=f"sink-{sink_id[:32]}", data=data, correlation_id=sink_id[:32])
