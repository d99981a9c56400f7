"""Owns the sinks that nobody stands behind: neither a trusted text nor a word of the operator."""

from collections.abc import Iterator
from typing import NamedTuple

from aios_defs.core.events.sinks import SinkKind
from aios_defs.core.policy.provenance import Provenance
from aios_defs.core.policy.sinks import Sinks
from aios_defs.core.policy.trusted import normal_sink, sink_kind


class UnknownSink(NamedTuple):
    """One sink: the argument it stands in (empty inside free text), its kind and its value.

    `kind` is None for what can't be trusted by itself: amounts, and what has no form.
    """

    argument: str
    kind: SinkKind | None
    value: str

    @property
    def normal(self) -> str | None:
        """The form by which the operator would trust it; None when that is not possible."""
        return normal_sink(self.kind, self.value) if self.kind else None


def unknown_sinks(
    sinks: Sinks, known: Provenance, trusted: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[UnknownSink]:
    """Yield each sink that neither the texts nor `trusted` (kind, normal form) vouch for."""
    for one in _unvouched(sinks, known):
        if one.kind is None or (one.kind, one.normal) not in trusted:
            yield one
    yield from (UnknownSink("", None, ""),) * sinks.invalid


def _unvouched(sinks: Sinks, known: Provenance) -> Iterator[UnknownSink]:
    for address in sinks.recipients:
        if not known.vouches(address):
            yield UnknownSink("recipients", "address", address)
    for leaf in (*sinks.payees, *sinks.links, *sinks.others):
        is_end = leaf.key.startswith("end") and known.vouches_day(leaf.value)
        if not is_end and not known.vouches(leaf.value):
            yield UnknownSink(leaf.argument, sink_kind(str(leaf.value)), str(leaf.value))
    yield from _amounts(sinks, known)
    for value in sinks.embedded:
        if not known.vouches(value):
            yield UnknownSink("", sink_kind(value), value)


def _amounts(sinks: Sinks, known: Provenance) -> Iterator[UnknownSink]:
    for leaf in sinks.amounts:
        is_minor = leaf.argument.endswith("_minor")
        if not known.vouches_number(leaf.value, is_minor=is_minor):
            yield UnknownSink(leaf.argument, None, str(leaf.value))
