"""Owns writing the ledger out: each event as a JSON object, then a manifest that proves the whole.

Sealed fragments stay as they lie, so an export tells nobody anything personal, and who has the keys
can read it. On request they are opened, for the operator's own eyes.
"""

import hashlib
import json
from collections.abc import Iterator

from aios_defs.core.errors import KeyErased, KeyMissing
from aios_defs.core.model import JsonObject, JsonValue, Model
from aios_defs.core.ports import Vault, View
from aios_defs.core.sealed import Sealed

_SEALED = frozenset(Sealed.model_fields)


class ExportManifest(Model):
    """What an export holds: the events after `after` up to `upto`, and the head of the ledger then.

    `digest` is the SHA-256 of all lines before the manifest, newlines included.
    """

    after: int
    upto: int
    events: int
    head_position: int
    head_hash: str
    is_plain: bool
    digest: str


def export_lines(
    view: View, vault: Vault, *, after: int = 0, upto: int | None = None, is_plain: bool = False
) -> Iterator[str]:
    """Yield each event's line, streamed, and at the end the line `{"manifest": ...}`."""
    head = view.head()
    last = head.position if upto is None else min(upto, head.position)
    digest, count = hashlib.sha256(), 0
    for event in view.events(after=after, upto=last):
        shown: JsonValue = event.to_json()
        line = json.dumps(opened(shown, vault) if is_plain else shown) + "\n"
        digest.update(line.encode())
        count += 1
        yield line
    manifest = ExportManifest(
        after=after,
        upto=last,
        events=count,
        head_position=head.position,
        head_hash=head.hash,
        is_plain=is_plain,
        digest=digest.hexdigest(),
    )
    yield json.dumps({"manifest": manifest.model_dump(mode="json")}) + "\n"


def opened(value: JsonValue, vault: Vault) -> JsonValue:
    """Return a JSON value with each sealed fragment as `{"subject_ref", "text"}`.

    What was erased is `{"erased": event id}`; what lacks its key stays sealed.
    """
    if isinstance(value, list):
        return [opened(one, vault) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == _SEALED:
        return _opened(value, vault)
    return {name: opened(one, vault) for name, one in value.items()}


def _opened(value: JsonObject, vault: Vault) -> JsonObject:
    sealed = Sealed.model_validate(value)
    try:
        return {"subject_ref": sealed.subject_ref, "text": vault.open(sealed)}
    except KeyErased as error:
        return {"erased": error.fields.get("event_id")}
    except KeyMissing:
        return value
