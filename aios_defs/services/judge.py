"""Owns asking policy: from an action and all its task has read to a verdict (G3, G4, G5).

The same function judges at the proposal and at the commit, always on the exact content. What the
agent says of itself is not asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from aios_defs.core.claims import unverified_claims
from aios_defs.core.connector import Operation, recipients_of, sinks
from aios_defs.core.decision import PackItem
from aios_defs.core.folding import own_words
from aios_defs.core.labels import Level, Trust
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.policy.facts import strange_sinks
from aios_defs.core.policy.request import (
    ConnectorView,
    Observed,
    PolicyRequest,
    RecentAnswers,
    TaskView,
    Verdict,
)
from aios_defs.core.ports import View
from aios_defs.core.rendering import value_text
from aios_defs.core.rows.house import ConnectorRow
from aios_defs.core.rows.messages import HomeRow, InteractionRow, MessageRow
from aios_defs.core.rows.profiles import IdentityRow
from aios_defs.core.rows.tasks import IntentRow, TaskRow
from aios_defs.services.address_book import LOOKALIKE
from aios_defs.services.automatic import recent_answers
from aios_defs.services.before_restore import came_before_restore
from aios_defs.services.context import task_signs
from aios_defs.services.identity.whole import members, roots
from aios_defs.services.kernel import Kernel
from aios_defs.services.lowering import with_standing_labels
from aios_defs.services.messages import read_message
from aios_defs.services.profiles import believed_addresses, find_profile
from aios_defs.services.trusted_sinks import with_trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is judged: an operation with its exact arguments, and what was read before it.

    `cited` names the facts the text claims to state; `is_operators` says that the operator wrote
    the content, so that its claims are theirs. `action_id` is empty for what is no action yet.
    """

    task: TaskRow
    connector: str
    operation: str
    arguments: JsonObject
    items: Sequence[PackItem]
    cited: Sequence[str] = ()
    is_operators: bool = False
    action_id: str = ""


Standing = Literal["certified", "trusted", "none"]


def judge(kernel: Kernel, view: View, matter: Matter) -> Verdict:
    """Return policy's verdict on a matter, as the world stands in this view.

    What the operator trusts is looked up only for sinks that nobody else stands behind.
    """
    from aios_defs.core.policy.engine import evaluate  # who only looks at cards asks it nothing

    request = request_of(kernel, view, matter)
    verdict = evaluate(kernel.policy.rules, request)
    if not strange_sinks(request):
        return verdict
    trusting = with_trust(kernel, view, request, matter.items)
    return verdict if trusting is request else evaluate(kernel.policy.rules, trusting)


def request_of(kernel: Kernel, view: View, matter: Matter) -> PolicyRequest:
    """Return what policy is asked of a matter, before what the operator trusts is looked up."""
    description = kernel.connector(matter.connector).describe()
    operation = description.operation(matter.operation)
    return PolicyRequest(
        task=_task_view(kernel, view, matter.task),
        operation_name=matter.operation,
        operation=operation,
        arguments=matter.arguments,
        observed=_of_wholes(view, observed_of(with_standing_labels(view, matter.items))),
        connector=ConnectorView(
            standing=_standing(kernel, view, matter.connector), clearance=description.clearance
        ),
        subject_of=_subjects(kernel, view, operation, matter.arguments),
        unverified_claims=_claims(matter, operation),
        stated=() if matter.is_operators else tuple(f"fact:{one}" for one in matter.cited),
        recent=_recent(kernel, view, matter, operation),
    )


def _task_view(kernel: Kernel, view: View, task: TaskRow) -> TaskView:
    intent = view.get(IntentRow, task.workflow)
    return TaskView(
        workflow=task.workflow,
        intent=intent.text if intent else "",
        operations=intent.operations if intent else (),
        participants=participants(kernel, view, task),
        sensitive=task_signs(view, task),
        before_restore=came_before_restore(view, task),
    )


def participants(kernel: Kernel, view: View, task: TaskRow) -> tuple[str, ...]:
    """Return the addresses a task may write to (DESIGN §2, participant).

    Those of the thread's profiles that the operator created, imported or wrote to, and the sender
    of a message of this very task whose From the trusted receiver showed aligned, unless it only
    looks like someone known.
    """
    rows = view.select(InteractionRow, thread_id=task.thread_id)
    wholes = set(roots(view, (task.profile_id, *(row.profile_id for row in rows))).values())
    profile_ids = [one for whole in sorted(wholes) for one in members(view, whole)]
    believed = believed_addresses(kernel, view, profile_ids)
    return (*believed, *_shown_senders(kernel, view, task))


def _shown_senders(kernel: Kernel, view: View, task: TaskRow) -> tuple[str, ...]:
    """Return the addresses whose own messages were shown to be theirs.

    Of somebody with one address it is that one; of several only those that wrote, as one address
    does not vouch for another.
    """
    messages = [view.get(MessageRow, one) for one in task.message_ids]
    shown = [
        row
        for row in messages
        if row and row.authenticated == "pass" and LOOKALIKE not in row.signs
    ]
    if not shown:
        return ()
    whose = members(view, task.profile_id)
    rows = view.select(IdentityRow, profile_id=whose, kind="address")
    if len(rows) == 1:
        return (kernel.vault.open(rows[0].value),)
    return tuple(dict.fromkeys(read_message(kernel, view, row).sender for row in shown))


def _of_wholes(view: View, found: tuple[Observed, ...]) -> tuple[Observed, ...]:
    """Return what was read as about whom merges lead to, so that one is not an other to itself."""
    leads = roots(view, (one.subject for one in found))
    return tuple(
        one.model_copy(update={"subject": leads[one.subject]})
        if one.subject and leads[one.subject] != one.subject
        else one
        for one in found
    )


def observed_of(items: Iterable[PackItem]) -> tuple[Observed, ...]:
    """Return what a task has read, as policy sees it: every text with who stands behind it.

    What we sent vouches only for its own words: not for what it quotes, and not at all when an
    agent wrote it, because that derives from what the agent had read (G5). Nor does anything that
    was recalled. What a fact is called
    vouches for nothing: an agent may have named it, in a question that the operator answered.
    """
    return tuple(one for item in items for one in _read_in(item) if one.text.strip())


def _read_in(item: PackItem) -> Iterable[Observed]:
    if item.recalled:
        yield _observed(item, item.text, Trust.THIRD_PARTY)
        return
    if item.kind == "fact":
        yield _observed(item, _value_of(item), item.label.trust)
        if item.data.get("topic") is not None:
            named = _words({one: item.data.get(one) for one in ("topic", "predicate")})
            yield _observed(item, named, item.label.trust).model_copy(update={"is_vouching": False})
        return
    if item.kind == "message" and item.label.level is Level.LOCAL:
        # an answer carries what it is called: that is no closer than the person it is about
        named = _observed(item, _named(item), Trust.THIRD_PARTY)
        yield named.model_copy(update={"level": Level.SHAREABLE, "is_vouching": False})
        item = item.model_copy(update={"data": {}})
    if item.kind == "answer":
        # its label is as strict as what the question beside it quotes: the answer was written now
        said = _observed(item, item.text, item.label.trust)
        yield said.model_copy(update={"level": Level.SHAREABLE})
        return
    if item.kind != "message" or item.label.trust is Trust.THIRD_PARTY:
        yield _observed(item, _text_of(item), item.label.trust)
        return
    own = own_words(item.text)
    is_ours = not item.name.startswith("action:") and not own.lstrip().startswith(">")
    yield _observed(item, own, item.label.trust if is_ours else Trust.THIRD_PARTY)
    yield _observed(item, _text_of(item), Trust.THIRD_PARTY)


def _observed(item: PackItem, text: str, trust: Trust) -> Observed:
    return Observed(
        source=item.name,
        trust=trust,
        level=item.label.level,
        subject=item.subject,
        text=text,
    )


def _text_of(item: PackItem) -> str:
    """Return all of an item that could be told."""
    if item.kind == "message":
        return "\n".join(filter(None, (item.text, _named(item))))
    return item.text or _words(item.data)


def _named(item: PackItem) -> str:
    """Return what a message is called, and its sender."""
    named = (item.data.get("subject"), item.data.get("from_name"))
    return "\n".join(str(one) for one in named if one)


def _value_of(item: PackItem) -> str:
    """Return what a fact says, its amount as people write it, too."""
    data = {name: one for name, one in item.data.items() if name not in ("topic", "predicate")}
    value = data.get("value")
    amount = value_text(value, "en") if isinstance(value, dict) else ""
    return "\n".join(filter(None, (item.text or _words(data), amount)))


def _words(data: JsonObject) -> str:
    return "\n".join(_leaves(data))


def _leaves(value: JsonValue) -> Iterable[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield value


def _standing(kernel: Kernel, view: View, name: str) -> Standing:
    """Return certified, trusted or none; a demo home trusts nothing beyond loopback."""
    row = view.get(ConnectorRow, name)
    description = kernel.connector(name).describe()
    home = view.get(HomeRow, "home")
    is_beyond = home is not None and home.is_demo and not description.is_loopback
    is_other = row is not None and row.account != kernel.address_hash(description.account)
    if row is None or row.suspended or is_beyond or is_other:
        return "none"
    now = kernel.clock.now()
    if row.certified_until and row.certified_until > now:
        return "certified"
    return "trusted" if row.trusted_until and row.trusted_until > now else "none"


def _subjects(
    kernel: Kernel, view: View, operation: Operation | None, arguments: JsonObject
) -> dict[str, str]:
    found: dict[str, str] = {}
    for address in sinks(operation, arguments) if operation else ():
        profile = find_profile(kernel, view, address)
        if profile is not None:
            found[address] = profile.id
    return found


def _recent(
    kernel: Kernel, view: View, matter: Matter, operation: Operation | None
) -> RecentAnswers:
    if operation is None or not operation.addresses_people:
        return RecentAnswers()
    return recent_answers(
        kernel,
        view,
        thread_id=matter.task.thread_id,
        recipients=recipients_of(operation, matter.arguments),
        action_id=matter.action_id,
    )


def _claims(matter: Matter, operation: Operation | None) -> tuple[str, ...]:
    if matter.is_operators or operation is None:
        return ()
    texts = [str(matter.arguments.get(name, "")) for name in operation.content]
    cited = {f"fact:{one}" for one in matter.cited}
    believed = [
        item
        for item in matter.items
        if (item.name in cited and item.label.trust is not Trust.THIRD_PARTY)
        or item.kind == "answer"
    ]
    return unverified_claims("\n".join(texts), believed)
