"""Owns the content of a subject's archive: everything that AIOS has of one person, with sources.

    {"format": "aios-subject-archive", "version": 1, …}

Its shape is told in docs/reference/subject-archive.md; a change that a reader could trip over is a
new version. Of other people it holds what stands in the subject's own mails, and nothing else.
"""

from collections.abc import Callable, Iterator

from aios_defs.core.errors import KeyErased, KeyMissing, UnknownId
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import DuplicateRow
from aios_defs.services.erasure.forget import erasure_of
from aios_defs.services.event_words import sentence
from aios_defs.services.identity.whole import root_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import chunks
from aios_defs.services.subject_archive import done, known, said
from aios_defs.services.subject_archive.scope import Progress, Scope, scope_of, source_of

FORMAT, VERSION = "aios-subject-archive", 1

_PARTS: dict[str, Callable[[Scope], list[JsonValue]]] = {
    "profiles": known.profiles,
    "merges": known.merges,
    "identities": known.identities,
    "facts": known.facts,
    "messages": said.messages,
    "interactions": said.interactions,
    "tasks": done.tasks,
    "questions": done.questions,
    "decisions": done.decisions,
    "actions": done.actions,
    "commitments": done.commitments,
    "packs": done.packs,
    "sinks": known.sinks,
    "import_lines": said.import_lines,
}
"""What an archive holds, each a list."""


def quiet(_: str, __: int, ___: int) -> None:
    """Tell nobody how far the reading is."""


def subject_archive(kernel: Kernel, profile_id: str, progress: Progress = quiet) -> JsonObject:
    """Return everything about a subject as of one position of the ledger; writes nothing.

    Of a merged profile it is the whole. What was erased stands as `{"erased": event id}`.

    Raises:
        UnknownId: there is nobody of that id.

    """
    with kernel.ledger.view() as view:
        root = root_of(view, profile_id)
        if root is None:
            raise UnknownId(
                f"There is nobody {profile_id!r}.", remedy="See: /people", id=profile_id
            )
        scope = scope_of(kernel, view, root.id, progress)
        erasure = erasure_of(view, root.id)
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_at": rfc3339(kernel.clock.now()),
            "position": view.head().position,
            "business": kernel.business.operator.business,
            "subject": {"id": root.id, "name": scope.text(root.name)},
            "erased_by": scope.source(erasure),
            **{name: part(scope) for name, part in _PARTS.items()},
            "events": list[JsonValue](_events(scope)),
            "left_out": list[JsonValue](_left_out(scope)),
        }


def _events(scope: Scope) -> Iterator[JsonObject]:
    for event in scope.events:
        yield {**source_of(event), "type": event.type, "by": event.actor, "text": sentence(event)}


def _left_out(scope: Scope) -> Iterator[JsonObject]:
    """Yield what is connected with the subject and is somebody else's: what, how many, and why."""
    view, whose = scope.view, scope.found.profiles
    pairs = view.count(DuplicateRow, profile_id=whose) + view.count(DuplicateRow, other_id=whose)
    told = (one.id for one in scope.events if one.data.get("message_id") in scope.found.messages)
    taught = sum(
        row.subject_id not in whose
        for some in chunks(told)
        for row in view.select(FactRow, source_event=some)
    )
    reasons = (
        ("comparisons with other profiles", pairs, "they tell of somebody else as well"),
        ("facts of others or of the house that these mails taught", taught, "they are not theirs"),
    )
    for what, count, why in reasons:
        if count:
            yield {"what": what, "count": count, "why": why}


def raw_messages(view: View, archive: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield the untouched bytes of an archive's messages, each with its name in the archive."""
    told = archive["messages"]
    for one in told if isinstance(told, list) else ():
        assert isinstance(one, dict)  # noqa: S101 - its shape
        row = view.get(MessageRow, str(one["id"])) if one["file"] else None
        if row is not None:
            try:
                yield str(one["file"]), view.blob(row.raw)
            except (KeyErased, KeyMissing):
                continue
