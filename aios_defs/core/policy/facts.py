"""Owns the facts that policy conditions see: one typed model, derived from a request.

Everything here comes from our own records or is read from the typed arguments; what an agent claims
about itself is in none of it. Names and types are the vocabulary of `when` in policies.yaml, which
`aios policy check` walks, and they stand in docs/reference/policy.md.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Literal

from aios_defs.core.connector import Operation
from aios_defs.core.containment import Carried, open_text
from aios_defs.core.labels import Level, Trust, stricter_level
from aios_defs.core.model import Model
from aios_defs.core.policy.provenance import Provenance, house_provenance
from aios_defs.core.policy.request import Observed, PolicyRequest
from aios_defs.core.policy.sinks import Leaf, Sinks, bare_address, classify
from aios_defs.core.policy.unknown import UnknownSink, unknown_sinks


class TaskFacts(Model):
    """What conditions see of the task; addresses are bare and in lower case."""

    workflow: str
    intent: str
    operations: tuple[str, ...]
    participants: tuple[str, ...]
    sensitive: tuple[str, ...]
    before_restore: bool


class ActionFacts(Model):
    """What conditions see of the action.

    `amounts_minor` and `cost_minor` are None when unknown, so that comparing them fails and asks.
    `unknown_sinks` counts the sinks that `sinks_known` misses; `unknown_arguments` names those
    declared arguments. Violations name the source of each text that would leak. `level` is the
    strictest level of all that the task has read. `answered_in_thread` and `answered_to_recipient`
    count the automatic answers of the last 24 hours.
    """

    operation: str
    connector: str
    effect: Literal["read", "write"]
    is_known: bool
    recipients: tuple[str, ...]
    recipient_count: int
    invalid_recipients: int
    new_recipients: tuple[str, ...]
    payees: tuple[str, ...]
    links: tuple[str, ...]
    amounts_minor: tuple[int, ...] | None
    tainted: bool
    in_scope: bool
    sinks_known: bool
    unknown_sinks: int
    unknown_arguments: tuple[str, ...]
    claims_unverified: bool
    audience_violations: tuple[str, ...]
    clearance_violations: tuple[str, ...]
    addresses_people: bool
    strategy: str
    reversibility: str
    cost_minor: int | None
    blast_radius: int | None
    level: str
    answered_in_thread: int
    answered_to_recipient: int


class ConnectorFacts(Model):
    """What conditions see of the connector."""

    standing: str
    clearance: str


class PolicyFacts(Model):
    """All that conditions see, by the names they use."""

    task: TaskFacts
    action: ActionFacts
    connector: ConnectorFacts


def derive_facts(request: PolicyRequest) -> PolicyFacts:
    """Derive the facts of a request; pure, and total for every valid request."""
    sinks = classify(request.operation, request.arguments)
    known = _known(request)
    unknown = tuple(one.argument for one in unknown_sinks(sinks, known, request.trusted))
    return PolicyFacts(
        task=_task_facts(request),
        action=ActionFacts.model_validate(
            {
                **_sink_facts(request, sinks),
                **_operation_facts(request),
                **_leaks(request, sinks, known),
                "tainted": any(one.trust is Trust.THIRD_PARTY for one in request.observed),
                "in_scope": request.operation_name in request.task.operations,
                "sinks_known": not unknown,
                "unknown_sinks": len(unknown),
                "unknown_arguments": _declared_names(request.operation, unknown),
                "claims_unverified": bool(request.unverified_claims),
                "level": stricter_level(*(one.level for one in request.observed)).value,
                "answered_in_thread": request.recent.in_thread,
                "answered_to_recipient": request.recent.to_recipient,
            }
        ),
        connector=ConnectorFacts(
            standing=request.connector.standing, clearance=request.connector.clearance.value
        ),
    )


def strange_sinks(request: PolicyRequest) -> tuple[UnknownSink, ...]:
    """Return the sinks of a request that nobody stands behind, in argument order; pure."""
    sinks = classify(request.operation, request.arguments)
    return tuple(unknown_sinks(sinks, _known(request), request.trusted))


def _task_facts(request: PolicyRequest) -> TaskFacts:
    task = request.task
    return TaskFacts(
        workflow=task.workflow,
        intent=task.intent,
        operations=task.operations,
        participants=tuple(_participants(request)),
        sensitive=task.sensitive,
        before_restore=task.before_restore,
    )


def _participants(request: PolicyRequest) -> Iterator[str]:
    for one in request.task.participants:
        if one.strip():
            yield bare_address(one) or one.strip()


def _operation_facts(request: PolicyRequest) -> dict[str, object]:
    operation = request.operation
    if operation is None:
        return _UNKNOWN_OPERATION | _named(request)
    return _named(request) | {
        "effect": operation.effect,
        "is_known": True,
        "addresses_people": operation.addresses_people,
        "strategy": operation.strategy.value,
        "reversibility": operation.reversibility.value,
        "cost_minor": operation.cost_minor,
        "blast_radius": operation.blast_radius,
    }


_UNKNOWN_OPERATION: dict[str, object] = {
    "effect": "write",
    "is_known": False,
    "addresses_people": False,
    "strategy": "unknown",
    "reversibility": "irreversible",
    "cost_minor": None,
    "blast_radius": None,
}


def _named(request: PolicyRequest) -> dict[str, object]:
    name = request.operation_name
    return {"operation": name, "connector": name.partition(".")[0]}


def _sink_facts(request: PolicyRequest, sinks: Sinks) -> dict[str, object]:
    participants = set(_participants(request))
    return {
        "recipients": sinks.recipients,
        "recipient_count": len(sinks.recipients),
        "invalid_recipients": sinks.invalid,
        "new_recipients": tuple(one for one in sinks.recipients if one not in participants),
        "payees": tuple(str(leaf.value) for leaf in sinks.payees),
        "links": tuple(str(leaf.value) for leaf in sinks.links),
        "amounts_minor": _amounts_minor(request.operation, sinks.amounts),
    }


def _amounts_minor(operation: Operation | None, amounts: Iterable[Leaf]) -> tuple[int, ...] | None:
    """Return the money of declared arguments; a name ending in `_minor` is in minor units."""
    try:
        found = [_minor(leaf) for leaf in amounts]
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return tuple(found) if operation is not None else None


def _minor(leaf: Leaf) -> int:
    factor = 1 if leaf.argument.endswith("_minor") else 100
    return int((Decimal(str(leaf.value)) * factor).to_integral_value())


def _known(request: PolicyRequest) -> Provenance:
    """Return what vouches for sinks; the house's public texts apart, because they seldom change."""
    house: list[str] = []
    others = [request.task.intent]
    for one in request.observed:
        if one.source in request.trusted_sources:
            others.append(one.text)
        elif not one.is_vouching:
            continue
        elif one.trust is Trust.OPERATOR and one.level is Level.PUBLIC and one.subject is None:
            house.append(one.text)
        elif one.trust is not Trust.THIRD_PARTY:
            others.append(one.text)
    return Provenance(others, request.task.participants, house_provenance(tuple(house)))


def _declared_names(operation: Operation | None, arguments: Iterable[str]) -> tuple[str, ...]:
    """Keep names that the connector declares: others are the agent's words, perhaps private."""
    if operation is None:
        return ()
    declared = {"recipients", *operation.payees, *operation.links, *operation.amounts}
    return tuple(name for name in dict.fromkeys(arguments) if name in declared)


def _leaks(request: PolicyRequest, sinks: Sinks, known: Provenance) -> dict[str, tuple[str, ...]]:
    """Name the sources whose text the arguments carry too far, looking only where that could be.

    An address that nobody stands behind is read as text too: it may be made of what it carries.
    """
    strange = (address for address in sinks.recipients if not known.vouches(address))
    carried = Carried([*sinks.texts, *strange])
    clearance = request.connector.clearance
    cleared = {level for level in Level if stricter_level(clearance, level) is clearance}
    is_write = request.operation is None or request.operation.effect == "write"
    readers = _Readers(request, sinks) if is_write else None
    held = [one for one in request.observed if one.level not in cleared]
    aside = [one for one in request.observed if readers and readers.include_others(one)]
    return {
        "clearance_violations": tuple(dict.fromkeys(_told(request, carried, held, cleared))),
        "audience_violations": tuple(dict.fromkeys(_told(request, carried, aside, {Level.PUBLIC}))),
    }


def _told(
    request: PolicyRequest, carried: Carried, protected: list[Observed], allowed: set[Level]
) -> Iterator[str]:
    """Yield the source of each protected text that is carried, or that the content says it states.

    An amount may be too short to be found by its text.
    """
    yield from _carried_sources(request, carried, protected, allowed)
    yield from (one.source for one in protected if one.source in request.stated)


def _carried_sources(
    request: PolicyRequest, carried: Carried, protected: list[Observed], allowed: set[Level]
) -> Iterator[str]:
    """Yield the source of each protected text that is carried; texts of allowed levels are open."""
    if not protected:
        return
    texts = (one.text for one in request.observed if one.level in allowed)
    elsewhere = open_text((request.task.intent, *request.task.participants, *texts))
    for one in protected:
        if carried.holds(one.text, elsewhere):
            yield one.source


class _Readers:
    """Those who would read the arguments: recipients, payees and the hosts behind links."""

    def __init__(self, request: PolicyRequest, sinks: Sinks) -> None:
        participants = set(_participants(request))
        intent = Provenance((request.task.intent,), request.task.participants)
        elsewhere = (str(leaf.value) for leaf in (*sinks.payees, *sinks.links))
        self._all = (*sinks.recipients, *elsewhere)
        self._subject_of = {
            bare_address(address) or address: subject
            for address, subject in request.subject_of.items()
        }
        is_steered = any(one.trust is Trust.THIRD_PARTY for one in request.observed)
        self._strangers = any(
            one not in participants and (is_steered or not intent.vouches(one)) for one in self._all
        )

    def include_others(self, item: Observed) -> bool:
        """Return whether someone reads who may not read a text like that.

        Text about a subject is for that subject alone; text of the house for participants and, as
        long as nothing strange could have chosen what to tell them, those whom the intent names.
        """
        if item.level is Level.PUBLIC:
            return False
        if item.subject is None:
            return self._strangers
        return any(self._subject_of.get(one) != item.subject for one in self._all)
