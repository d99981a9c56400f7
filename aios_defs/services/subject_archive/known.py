"""Owns what is known of a subject, for its archive: who it is, and its facts with their history."""

from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.rows.facts import EvidenceRow, FactRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.rows.sinks import SinkRow
from aios_defs.core.rows.tasks import QuestionRow
from aios_defs.services.event_words import sentence
from aios_defs.services.fact_lines import fact_line, source_of_fact
from aios_defs.services.identity.merging import merges_of
from aios_defs.services.identity.whole import root_of
from aios_defs.services.lookup import by_id
from aios_defs.services.subject_archive.scope import Scope


def profiles(scope: Scope) -> list[JsonValue]:
    """Return the profiles that are one, the one that stands for them first."""
    rows = by_id(scope.view, ProfileRow, scope.found.profiles)
    return [
        {
            "id": row.id,
            "name": scope.text(row.name),
            "kind": row.kind,
            "stage": row.stage,
            "status": row.status,
            "language": row.language,
            "company": _company(scope, row),
            "company_id": row.company_id,
            "is_endorsed": row.is_endorsed,
            "origin": row.origin,
            "merged_into": row.merged_into,
            "source": scope.source(row.event_id),
        }
        for row in (rows[one] for one in scope.found.profiles)
    ]


def _company(scope: Scope, row: ProfileRow) -> JsonValue:
    """Return the name that the person's company goes by; None without one."""
    company = root_of(scope.view, row.company_id) if row.company_id else None
    return scope.text(company.name) if company else None


def merges(scope: Scope) -> list[JsonValue]:
    """Return which profiles were made one, when and why."""
    return list(merges_of(scope.kernel, scope.view, scope.found.profiles[0]))


def identities(scope: Scope) -> list[JsonValue]:
    """Return the addresses, numbers and handles, and how we know that they are the subject's."""
    rows = scope.view.select(IdentityRow, profile_id=scope.found.profiles)
    return [
        {
            "kind": row.kind,
            "value": scope.text(row.value),
            "basis": row.basis,
            "profile_id": row.profile_id,
        }
        for row in rows
    ]


def sinks(scope: Scope) -> list[JsonValue]:
    """Return what the operator trusts of the subject."""
    refs = frozenset(scope.found.refs)
    return [
        {
            "kind": row.kind,
            "value": scope.text(row.value),
            "expires_at": rfc3339(row.expires_at) if row.expires_at else None,
            "source": scope.source(row.event_id),
        }
        for row in scope.view.select(SinkRow, order="position")
        if row.value.subject_ref in refs
    ]


def facts(scope: Scope) -> list[JsonValue]:
    """Return each fact of the subject with all its versions, the oldest first."""
    rows = scope.view.select(FactRow, subject_id=scope.found.profiles, order="position")
    groups: dict[tuple[str, str], list[FactRow]] = {}
    for row in rows:
        groups.setdefault((row.topic or "", row.predicate), []).append(row)
    return [
        {
            "topic": topic or None,
            "predicate": predicate,
            "versions": [_version(scope, row) for row in group],
        }
        for (topic, predicate), group in groups.items()
    ]


def _version(scope: Scope, row: FactRow) -> JsonObject:
    told = scope.view.events(stream=f"fact-{row.id}")
    story: list[JsonValue] = [
        {"text": sentence(one), "by": one.actor, "position": one.position, "at": rfc3339(one.time)}
        for one in told
    ]
    return {
        **fact_line(scope.kernel, row),
        "data": scope.value(row.value),
        "said": _said(scope, row),
        "evidence": [
            {"by": one.author, "source": scope.source(one.source_event or one.id)}
            for one in scope.view.select(EvidenceRow, fact_id=row.id, order="position")
        ],
        "story": story,
        "source": scope.source(row.source_event or row.event_id),
    }


def _said(scope: Scope, row: FactRow) -> JsonObject:
    """Return who said so and in which words; the words of others' mails are theirs, left out."""
    source = source_of_fact(scope.kernel, scope.view, row)
    link = source["link"]
    is_own = isinstance(link, dict) and _is_own(scope, str(link["kind"]), str(link["id"]))
    return {
        "kind": source["kind"],
        "by": source["by"],
        "file": source["file"],
        "import_id": source["import_id"],
        "link": link,
        "sentence": source["sentence"] if is_own else None,
    }


def _is_own(scope: Scope, kind: str, thing: str) -> bool:
    if kind == "message":
        return thing in scope.found.messages
    question = scope.view.get(QuestionRow, thing)
    return question is not None and question.task_id in scope.tasks
