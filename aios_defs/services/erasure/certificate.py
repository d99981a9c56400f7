"""Owns the certificate of an erasure: what was destroyed, what was excluded and why, what to do.

It names ids and counts, never the person: it is kept, sealed under the house, after they are gone.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from aios_defs.core.errors import UnknownId
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.sealed import BlobRef
from aios_defs.services.erasure.finish import is_finished
from aios_defs.services.kernel import Kernel

_TYPE = "subject.erased.v1"
_LEAST = 6
_ALWAYS = (
    (
        "your own files in business/, such as contacts",
        "AIOS never changes them",
        "Delete the person's lines; until then they are skipped, and said to be.",
    ),
    (
        "mails of others that quote or name the person",
        "they are about the others as well",
        "Look for the name once more: aios memory search",
    ),
    (
        "facts about the business that a mail of theirs taught",
        "they are about nobody",
        "See: aios memory show house; take one back with: aios memory rollback FACT",
    ),
    (
        "notes and names of files of yours that name the person",
        "they are about the business",
        "See: aios memory show house; take one back with: aios memory rollback FACT",
    ),
    (
        "rules of your policy and topics of facts about the business that name the person",
        "they are your words about the business, and the ledger keeps all of them unsealed",
        "Name nobody in them from now on; what the ledger has of them stays.",
    ),
)
"""What is excluded whoever is forgotten: what, why, and what can be done."""
_OWN_FILES = (
    "It has to lie in your own files: what AIOS holds of it goes with the person. "
    "Delete it there when the duty ends."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How much there is of a subject; `per_task` is by table, `backups` the names of their files.

    `waiting` tasks are not over; `shared` messages are somebody else's as well.
    """

    profile_id: str
    profiles: int
    identities: int
    messages: int
    shared: int
    facts: int
    tasks: int
    waiting: int
    per_task: dict[str, int]
    keys: int
    backups: tuple[str, ...]


def certificate(kernel: Kernel, view: View, counted: Counted) -> JsonObject:
    """Return the certificate's content.

    Shape: `profile_id`, `position` (of the ledger before the erasure), `destroyed` (counts by what
    it was), `waiting` (tasks that end), `excluded` (each `what`, `why`, `remedy`).
    """
    destroyed: JsonObject = {
        "keys": counted.keys,
        "profiles": counted.profiles,
        "identities": counted.identities,
        "messages": counted.messages,
        "facts": counted.facts,
        "tasks": counted.tasks,
        **counted.per_task,
    }
    return {
        "profile_id": counted.profile_id,
        "position": view.head().position,
        "destroyed": destroyed,
        "waiting": counted.waiting,
        "excluded": list[JsonValue](_excluded(kernel, counted)),
    }


def _excluded(kernel: Kernel, counted: Counted) -> Iterator[JsonObject]:
    names = ", ".join(sorted(kernel.connectors)) or "none"
    yield _out(
        f"the mailboxes and other systems behind the connectors ({names})",
        "they are not AIOS's own: the mails still lie there",
        "Delete the person's mails there; what is read again is not learnt again.",
    )
    for what, why, remedy in _ALWAYS:
        yield _out(what, why, remedy)
    if counted.shared:
        yield _out(
            f"{counted.shared} mails went to others as well",
            "their text is destroyed for these too; their headings of it stay",
            "Tell them, if they need it.",
        )
    for name in counted.backups:
        yield _out(
            f"the backup {name}",
            "it holds the keys of then, sealed by your passphrase",
            "Delete it; or restore it only with the newest erasures.log (aios restore --erasures).",
        )
    for one in kernel.business.operator.kept:
        yield _out(one.what, f"the law, or a duty: {one.reason}", _OWN_FILES)


def _out(what: str, why: str, remedy: str) -> JsonObject:
    return {"what": what, "why": why, "remedy": remedy}


def certificate_of(kernel: Kernel, given: str) -> JsonObject:
    """Return the latest certificate that an id means: of its event, or of who was forgotten.

    The beginning or end of an id is enough, from six characters on.

    Shape: that of `certificate`, and `id` (of the event), `at`, `is_finished`.

    Raises:
        UnknownId: there is no such erasure.

    """
    with kernel.ledger.view() as view:
        for event in reversed(list(view.events(types=(_TYPE,)))):
            named = (event.id, event.data["profile_id"], *_several(event.data.get("profile_ids")))
            if not any(_means(given, str(one)) for one in named):
                continue
            sealed = event.data.get("certificate")
            content: JsonObject = (
                json.loads(view.blob(BlobRef.model_validate(sealed))) if sealed else {}
            )
            done = is_finished(view, event.position)
            return {"id": event.id, "at": rfc3339(event.time), "is_finished": done, **content}
    raise UnknownId(
        f"There is no erasure {given!r}.",
        remedy="Take its id from: aios ledger tail, or that of the profile.",
        id=given,
    )


def _means(given: str, identity: str) -> bool:
    is_part = identity.startswith(given) or identity.endswith(given)
    return given == identity or (len(given) >= _LEAST and is_part)


def certificate_text(content: JsonObject) -> str:
    """Return a certificate, or what it would say, as text for people."""
    destroyed = content["destroyed"]
    assert isinstance(destroyed, dict)  # noqa: S101 - its shape
    lines = [f"Certificate of erasure of {content['profile_id']}"]
    if "id" in content:
        state = "finished" if content["is_finished"] else "not finished: run aios status"
        lines += [f"Event {content['id']} of {content['at']} ({state})"]
    lines += ["", "Destroyed, so that nobody can read it any more:"]
    lines += [f"  {count} {name}" for name, count in destroyed.items() if count]
    lines += ["", "Not destroyed:"]
    for one in _several(content["excluded"]):
        assert isinstance(one, dict)  # noqa: S101 - its shape
        lines += [f"  {one['what']}", f"    why: {one['why']}", f"    then: {one['remedy']}"]
    return "\n".join(lines)


def _several(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
