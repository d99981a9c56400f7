"""Owns what each type of event is called for people: our own words, never text from outside.

A sentence may name fields of the event that hold our own words (a reason, a rule, a scope); what
others wrote is shown beside it, marked as theirs.
"""

from collections.abc import Iterable

from aios_defs.core.envelope import Envelope
from aios_defs.core.fact_values import TITLED
from aios_defs.core.model import JsonObject, JsonValue

GROUPS: dict[str, tuple[str, ...]] = {
    "messages": ("message", "interaction", "import"),
    "work": ("task", "question", "decision", "context", "model", "replay"),
    "actions": ("action", "approval", "rollback"),
    "memory": ("profile", "fact", "label", "commitment", "memory", "subject"),
    "house": (
        "home",
        "backup",
        "restore",
        "intent",
        "policy",
        "autonomy",
        "budget",
        "connector",
        "sink",
        "schema",
        "override",
    ),
    "telling": ("notice", "digest", "telling", "operator"),
    "access": ("session", "login", "token"),
}
"""The groups of the timeline's filter, each with the first words of its event types."""

ROUTINE = frozenset(
    (
        "context.packed",
        "interaction.recorded",
        "task.created",
        "task.claimed",
        "task.completed",
        "action.authorised",
        "action.scheduled",
        "action.started",
        "intent.confirmed",
        "budget.reserved",
        "budget.settled",
        "telling.started",
    )
)
"""Steps on the way, folded under what came of them; another event says the outcome."""

SENTENCES: dict[str, str] = {
    "home.created": "The home began",
    "home.restored": "The home was restored from a backup that ends at {position}",
    "restore.confirmed": "The restored home may be written: {erased} forgotten again ({by})",
    "backup.made": "A backup was made, up to {position}",
    "message.received": "A message came in ({folder}, {connector})",
    "message.ignored": "Needs no answer: {reason}",
    "message.held": "Waits: its sender wrote more than an hour's limit",
    "message.quarantined": "Could not be read, kept aside: {reason}",
    "message.released": "Read again from quarantine",
    "import.started": "An import of older mail began ({kind}, {connector})",
    "import.completed": "An import of older mail is complete",
    "interaction.recorded": "Noted in the thread ({direction})",
    "intent.declared": "Intent of {workflow} declared",
    "intent.confirmed": "Intent of {workflow} in force",
    "task.created": "A task began in {workflow}",
    "task.claimed": "Attempt {attempt} began",
    "task.completed": "Task done: {outcome}",
    "task.failed": "The attempt failed: {error}",
    "task.cancelled": "Task closed: {reason}",
    "task.reopened": "To be decided again: {reason}",
    "question.asked": "Asked the operator",
    "question.answered": "The operator answered",
    "question.withdrawn": "The question was withdrawn: {reason}",
    "context.packed": "Context gathered for {agent}",
    "model.called": "A language model was called",
    "decision.made": "{agent} decided: {outcome} {category}",
    "decision.superseded": "The decision was overtaken: {reason}",
    "replay.completed": "Replayed: {outcome}",
    "action.proposed": "Proposed {operation}: policy says {effect} ({rule})",
    "action.denied": "Denied by {rule}",
    "action.drafted": "Kept as a draft by {rule}",
    "action.authorised": "Allowed by {rule}",
    "approval.requested": "Waits for approval: {rules}",
    "approval.granted": "Approved",
    "approval.rejected": "Rejected",
    "approval.expired": "The approval ran out",
    "action.scheduled": "Scheduled, to leave after the undo window",
    "action.started": "On its way out",
    "action.committed": "Done outside and read back",
    "action.failed": "Did not happen: {error}",
    "action.uncertain": "May have happened: {reason}",
    "action.doubted": "May have happened after the backup that this home came from",
    "action.parked": "Nobody can tell whether it happened: {reason}",
    "action.cancelled": "Called off: {reason}",
    "action.superseded": "Replaced: {reason}",
    "action.compensating": "Being undone outside",
    "action.compensated": "Undone outside",
    "action.compensation_failed": "Could not be undone: {error}",
    "rollback.completed": "Rolled back",
    "profile.created": "Became known ({origin})",
    "profile.endorsed": "Vouched for ({basis})",
    "profile.renamed": "Renamed, or moved to {stage}",
    "memory.import_started": "An import into memory began ({kind})",
    "memory.import_completed": "An import into memory came to its end",
    "memory.line_quarantined": "An entry of an import could not be taken ({reason})",
    "memory.import_undone": "What an import taught was taken back",
    "profile.identified": "More identities are known",
    "profile.described": "Described anew ({stage})",
    "profile.duplicate_proposed": "May be the same as another profile",
    "profile.kept_apart": "Kept apart from another profile",
    "profile.reverted": "Put back to what it was without an import",
    "profile.merged": "Two profiles became one",
    "profile.split": "A merge was taken back",
    "fact.proposed": "Proposed to remember {topic} {predicate}",
    "fact.asserted": "Holds from now on: {topic} {predicate}",
    "fact.evidenced": "Said again by {author}",
    "fact.superseded": "Replaced by a newer one: {reason}",
    "fact.retracted": "Retracted: {reason}",
    "fact.disputed": "Two sources disagree",
    "fact.settled": "They disagree no more: {reason}",
    "commitment.made": "Promised something, in what was sent",
    "commitment.kept": "A promise was kept",
    "commitment.broken": "A promise was given up",
    "memory.archived": "Interactions archived ({partition})",
    "subject.erased": "A person's text was erased",
    "policy.changed": "Another policy file is in force",
    "autonomy.granted": "{workflow} may do {operation} without asking",
    "autonomy.revoked": "{workflow} has to ask again for {operation}: {reason}",
    "budget.reserved": "Set aside from {budget}",
    "budget.settled": "Spent from {budget}",
    "budget.exhausted": "{budget} is used up",
    "connector.trusted": "{connector} may write until {expires_at}",
    "connector.certified": "{connector} passed certification for {operation}",
    "connector.suspended": "{connector} may not write any more: {reason}",
    "label.lowered": "One {kind} may go as far as {level}",
    "label.restored": "One {kind} may go no further than at first",
    "sink.trusted": "Trusted to be written to: one {kind}",
    "sink.distrusted": "No longer trusted to be written to",
    "schema.drifted": "{connector} changed shape: {field} {change}",
    "override.paused": "Paused {scope} {reason}",
    "override.resumed": "Resumed {scope}",
    "notice.raised": "{summary}",
    "notice.dismissed": "A notice was put away",
    "digest.made": "Digest of {day}",
    "telling.made": "To tell the operator: {title}",
    "telling.started": "Telling over {channel}",
    "operator.told": "Told over {channel}",
    "telling.failed": "Could not be told over {channel}: {error}",
    "session.opened": "Someone logged in ({kind})",
    "session.ended": "A session ended: {reason}",
    "login.refused": "A login was refused ({door}, {count} so far)",
    "token.granted": "Bearer token {name} granted",
    "token.revoked": "Bearer token {name} revoked",
}


class _Told(dict[str, str]):
    """Our own words of an event; what it does not say is left out."""

    def __missing__(self, _: str) -> str:
        return ""


def name_of(event_type: str) -> str:
    """Return a type without its version: `action.proposed`."""
    return event_type.rpartition(".v")[0] or event_type


def sentence(event: Envelope) -> str:
    """Return an event in one line of our own words; of an unknown type, its name."""
    name = name_of(event.type)
    told = _told(event.data)
    text = SENTENCES.get(name, name).format_map(_Told(told))
    return " ".join(text.replace("()", "").split()).rstrip(" :,")


def types_of(group: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known event types of a group; none when there is no such group."""
    heads = GROUPS.get(group, ())
    return tuple(sorted(one for one in known if one.partition(".")[0] in heads))


def is_routine(event: Envelope) -> bool:
    """Return whether an event is a step on the way that the timeline folds."""
    return name_of(event.type) in ROUTINE


def actor_kind(actor: str) -> str:
    """Return who acted: operator, agent or system."""
    kind = actor.partition(":")[0]
    return kind if kind in ("operator", "agent") else "system"


def plain(word: str) -> str:
    """Return one of our own names as words: `customer_wrote_again` as it is said."""
    return word.replace("_", " ")


def _told(data: JsonObject) -> dict[str, str]:
    verdict, fact = data.get("verdict"), data.get("fact")
    nested = {**(fact if isinstance(fact, dict) else {})}
    nested.update(verdict if isinstance(verdict, dict) else {})
    return {name: _word(name, value) for name, value in {**nested, **data}.items()}


def _is_key(name: str, value: JsonValue) -> bool:
    return name == "topic" and str(value).startswith(TITLED)


def _word(name: str, value: JsonValue) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict) or value is None or _is_key(name, value):
        return ""
    return str(value) if name in ("rule", "topic", "scope", "agent") else plain(str(value))
