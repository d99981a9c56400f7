"""Owns the sinks of a waiting action that nobody stands behind, and the operator's word on each.

What an outsider named is shown as such, with what taught it. Trusting one trusts exactly it; the
decision keeps waiting, and offers to go by the rules where they let it go now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aios_defs.core.actions import ActionState
from aios_defs.core.decision import PackItem
from aios_defs.core.errors import AiosError, UnknownId
from aios_defs.core.events.sinks import SinkKind
from aios_defs.core.labels import Trust
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.policy.facts import derive_facts, strange_sinks
from aios_defs.core.policy.unknown import UnknownSink
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.tasks import TaskRow
from aios_defs.services.authority import matter_of
from aios_defs.services.judge import observed_of, request_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.trusted_sinks import distrust_sink, trust_id, trust_sink, trusted_sinks

TRUST, DISTRUST = "trust_sink", "distrust_sink"
"""The acts of a card on one of its sinks."""
_ASKS = (ActionState.AWAITING_APPROVAL, ActionState.DRAFTED, ActionState.DENIED)
_TEACHING = ("fact", "message")
"""The kinds of items that can be trusted as a source."""
_WORDS = {"address": "this address", "payee": "this account", "link": "this link"}
_SOURCES = {"fact": "this fact as a source", "message": "this message as a source"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange:
    """A sink that nobody stands behind, or what taught one.

    `id` is that of its trust, empty for what can't be trusted by itself (an amount, or what has no
    form). `value` is what it would be trusted by: of a `source` the id of the fact or message.
    `teachers` are the names of the items from outside that hold it.
    """

    id: str
    kind: SinkKind | None
    value: str
    argument: str
    words: str
    is_trusted: bool
    teachers: tuple[str, ...]


def strange_of(kernel: Kernel, view: View, action: ActionRow) -> list[Strange]:
    """Return the sinks that make an action wait, those trusted meanwhile too, then their sources.

    Empty where nothing from outside was read, or the text was erased.
    """
    task = view.get(TaskRow, action.task_id)
    if task is None or action.state not in _ASKS or action.connector not in kernel.connectors:
        return []
    try:
        matter = matter_of(kernel, view, action, task)
        request = request_of(kernel, view, matter)
    except AiosError:
        return []
    if not derive_facts(request).action.tainted:
        return []
    standing = {row.id for row in trusted_sinks(kernel, view)}
    found = dict.fromkeys(strange_sinks(request))
    sinks = [_sink(kernel, one, matter.items, standing) for one in found]
    return [*sinks, *_sources(kernel, sinks, matter.items, standing)]


def strange_view(found: Sequence[Strange], action_id: str) -> list[JsonValue]:
    """Return them as a card shows them.

    Shape of each: `id`, `kind`, `value`, `argument`, `words`, `is_trusted`, `taught_by` (each
    `kind` and `id`), `act` and `about` (what its nonce is for; both None without an id).
    """
    return [_shown(one, action_id) for one in found]


def trust_strange(kernel: Kernel, action_id: str, sink: str) -> None:
    """Trust exactly one sink of an action; raises UnknownId when it has none of that id."""
    one = _named(kernel, action_id, sink)
    trust_sink(kernel, str(one.kind), one.value)


def distrust_strange(kernel: Kernel, action_id: str, sink: str) -> None:
    """Take back the trust of one sink of an action; raises UnknownId when it has none."""
    distrust_sink(kernel, _named(kernel, action_id, sink).id)


def about_sink(act: str, action_id: str, sink: str) -> str:
    """Return what the nonce of an act on a sink is about: exactly that one, on that card."""
    return f"{act}:{action_id}:{sink}"


def _named(kernel: Kernel, action_id: str, sink: str) -> Strange:
    with kernel.ledger.view() as view:
        action = view.get(ActionRow, action_id)
        found = strange_of(kernel, view, action) if action else []
    for one in found:
        if one.id and one.id == sink:
            return one
    raise UnknownId(
        "That is none of the places this action waits for.",
        remedy="Load the card anew: it may have been decided or changed meanwhile.",
        id=action_id,
    )


def _sink(
    kernel: Kernel, one: UnknownSink, items: Sequence[PackItem], standing: set[str]
) -> Strange:
    normal = one.normal
    key = trust_id(kernel, one.kind, normal) if one.kind and normal else ""
    return Strange(
        id=key,
        kind=one.kind,
        value=one.value,
        argument=one.argument,
        words=_WORDS.get(one.kind or "", ""),
        is_trusted=key in standing,
        teachers=tuple(_teachers(items, one.value)) if one.value else (),
    )


def _sources(
    kernel: Kernel, sinks: Sequence[Strange], items: Sequence[PackItem], standing: set[str]
) -> Iterator[Strange]:
    by_name = {item.name: item for item in items}
    for name in dict.fromkeys(name for one in sinks for name in one.teachers):
        kind, _, named = name.partition(":")
        if kind not in _TEACHING:
            continue
        key = trust_id(kernel, "source", by_name[name].source)
        yield Strange(
            id=key,
            kind="source",
            value=named,
            argument="",
            words=_SOURCES[kind],
            is_trusted=key in standing,
            teachers=(name,),
        )


def _teachers(items: Sequence[PackItem], value: str) -> Iterator[str]:
    """Yield the names of the items from outside whose text holds a value."""
    sought = _bare(value)
    read = [one for one in observed_of(items) if one.trust is Trust.THIRD_PARTY]
    yield from dict.fromkeys(one.source for one in read if sought in _bare(one.text))


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _shown(one: Strange, action_id: str) -> JsonObject:
    act = (DISTRUST if one.is_trusted else TRUST) if one.id else None
    named = [name.partition(":") for name in one.teachers]
    return {
        "id": one.id,
        "kind": one.kind,
        "value": one.value,
        "argument": one.argument,
        "words": one.words,
        "is_trusted": one.is_trusted,
        "taught_by": [{"kind": kind, "id": item} for kind, _, item in named if kind in _TEACHING],
        "act": act,
        "about": about_sink(act, action_id, one.id) if act else None,
    }
