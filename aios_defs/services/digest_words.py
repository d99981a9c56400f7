"""Owns a digest in words: the same sections for a page, a mail and the command line.

A section is `{"title": str, "to": str | None, "lines": [{"text": str, "to": str | None}]}`; `to` is
a page of the console. Everything in it is a count, a time, an id or a configured name.
"""

from collections.abc import Iterable, Iterator

from aios_defs.core.events.telling import DigestMade, Ending, Tally, Trouble
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.services.kernel import Kernel
from aios_defs.services.telling_words import moment

_SHORT = 8
_WAITING = {
    "decision": ("decision", "decisions"),
    "question": ("question", "questions"),
    "failure": ("failure", "failures"),
    "quarantine": ("unreadable message", "unreadable messages"),
    "fact": ("fact to confirm", "facts to confirm"),
    "duplicate": ("likely duplicate", "likely duplicates"),
    "notice": ("notice", "notices"),
}
_HAPPENED = {
    "message.received.v1": ("message came in", "messages came in"),
    "message.quarantined.v1": ("message was unreadable", "messages were unreadable"),
    "task.created.v1": ("task began", "tasks began"),
    "task.completed.v1": ("task was completed", "tasks were completed"),
    "task.failed.v1": ("task failed", "tasks failed"),
    "question.asked.v1": ("question was asked", "questions were asked"),
    "question.answered.v1": ("question was answered", "questions were answered"),
    "approval.granted.v1": ("decision was approved", "decisions were approved"),
    "approval.rejected.v1": ("decision was rejected", "decisions were rejected"),
    "approval.expired.v1": ("decision expired unanswered", "decisions expired unanswered"),
    "action.committed.v1": ("action was carried out", "actions were carried out"),
    "action.failed.v1": ("attempt of an action failed", "attempts of actions failed"),
    "action.uncertain.v1": ("action was uncertain for a while", "actions were uncertain"),
    "action.parked.v1": ("action was parked", "actions were parked"),
    "action.compensated.v1": ("action was undone", "actions were undone"),
    "fact.asserted.v1": ("fact was stated", "facts were stated"),
    "connector.trusted.v1": ("connector was trusted", "connectors were trusted"),
    "connector.suspended.v1": ("connector was suspended", "connectors were suspended"),
    "override.paused.v1": ("pause began", "pauses began"),
    "override.resumed.v1": ("pause ended", "pauses ended"),
    "policy.changed.v1": ("policy came into force", "policies came into force"),
    "session.opened.v1": ("login", "logins"),
    "login.refused.v1": ("refused login", "refused logins"),
    "token.granted.v1": ("token was granted", "tokens were granted"),
}
_CARDS = {
    "connector": "A connector does not work",
    "mirror": "Dagster does not show what happens",
    "count": "A mailbox holds another number of mails than were taken in",
    "approval_expired": "A decision expired unanswered and was decided anew",
    "restarted_window": "An undo window started again after a downtime",
    "policy": "The policy file is not valid",
    "lane": "The gateway can't do all its work",
    "cadence": "A workflow did not run when it should have",
    "silence": "Something that should go on is silent",
    "deadline": "A task is past its deadline",
    "commitment": "A promise of yours is past its day",
    "trust": "A trust ends",
    "flood": "A sender writes too much",
    "run_failure": "A run failed in Dagster",
    "telling": "A way of telling you does not work",
    "copy": "Another copy of this home is at work",
    "erasure": "A file of yours lists somebody who was forgotten",
    "quality": "A new build of memory failed its check",
    "restore": "The restored home is read-only until you confirm",
    "import": "Entries of an imported file could not be taken",
}


def digest_title(digest: DigestMade) -> str:
    """Return the title: the day and how much waits; ASCII."""
    waiting = sum(one.count for one in digest.content.waiting)
    return f"AIOS digest {digest.day}" + (f": {waiting} waiting" if waiting else "")


def sections(kernel: Kernel, digest: DigestMade) -> list[JsonObject]:
    """Return the sections that have something to say, the most pressing first."""
    content = digest.content
    made = (
        _section("Waits for you", (_waiting(one) for one in content.waiting), "/inbox"),
        _section("Ends soon", (_ending(kernel, one, "Decision") for one in content.expiring)),
        _section("Does not work", (_failure(one) for one in content.failures)),
        _section("Notices", (_card(one) for one in content.cards)),
        _section("Paused", (_line(_scope(one)) for one in content.paused), "/workflows"),
        _section("Trust that ends", (_trust(kernel, one) for one in content.trust), "/health"),
        _section("Carried out by your rules, without asking", map(_automatic, content.automatic)),
        _section("Happened since the last digest", _happened(content.happened), "/activity"),
    )
    return [one for one in made if one["lines"]]


def digest_text(kernel: Kernel, digest: DigestMade) -> str:
    """Return the digest as plain text; ends with the ledger's head, which `verify` compares."""
    lines = [f"What waits and what happened, {digest.day}."]
    for section in sections(kernel, digest):
        rows = section["lines"]
        lines += ["", f"{section['title']}:"]
        lines += [
            f"- {row['text']}"
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict)
        ]
    if len(lines) == 1:
        lines += ["", "Nothing waits and nothing happened."]
    return "\n".join((*lines, "", head_line(digest), ""))


def head_line(digest: DigestMade) -> str:
    """Return the line that carries the ledger's head."""
    return f"Ledger head: {digest.head_position} {digest.head_hash}"


def _section(title: str, lines: Iterable[JsonObject], to: str | None = None) -> JsonObject:
    return {"title": title, "to": to, "lines": list[JsonValue](lines)}


def _line(text: str, to: str | None = None) -> JsonObject:
    return {"text": text, "to": to}


def _counted(count: int, words: tuple[str, str]) -> str:
    return f"{count} {words[0] if count == 1 else words[1]}"


def _waiting(one: Tally) -> JsonObject:
    return _line(_counted(one.count, _WAITING.get(one.what, (one.what, one.what))))


def _ending(kernel: Kernel, one: Ending, what: str) -> JsonObject:
    of = f" of {one.workflow}" if one.workflow else ""
    return _line(f"{what} {_end(one.id)}{of}: {moment(kernel, one.until)}", f"/inbox/{one.id}")


def _trust(kernel: Kernel, one: Ending) -> JsonObject:
    return _line(f"Connector {one.id} may write until {moment(kernel, one.until)}")


def _failure(one: Trouble) -> JsonObject:
    of = f" ({one.workflow})" if one.workflow else ""
    return _line(f"{_end(one.id)} is {one.state.replace('_', ' ')}{of}", f"/inbox/{one.id}")


def _card(one: Trouble) -> JsonObject:
    named = ", ".join(name for name in (one.about, one.workflow) if name)
    text = _CARDS.get(one.state, one.state.replace("_", " "))
    return _line(f"{text}{f' ({named})' if named else ''}", f"/inbox/{one.id}")


def _automatic(one: Tally) -> JsonObject:
    times = "once" if one.count == 1 else f"{one.count} times"
    return _line(f"{one.what} {times} ({one.workflow}), by rule {one.rule}")


def _happened(tallies: Iterable[Tally]) -> Iterator[JsonObject]:
    """Yield one line for each type, with how many of each workflow."""
    found = list(tallies)
    for what in dict.fromkeys(one.what for one in found):
        parts = [one for one in found if one.what == what]
        named = [f"{one.workflow} {one.count}" for one in parts if one.workflow]
        total = _counted(sum(one.count for one in parts), _HAPPENED.get(what, (what, what)))
        yield _line(total + (f" ({', '.join(named)})" if named else ""))


def _scope(scope: str) -> str:
    kind, _, name = scope.partition(":")
    return f"{kind} {name}" if name else "everything"


def _end(id_: str) -> str:
    return id_[-_SHORT:]
