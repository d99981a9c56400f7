"""Owns writing the ledger out: each event as a JSON object, then a manifest that proves the whole.

Sealed fragments stay as they lie, so an export tells nobody anything personal, and who has the keys
can read it. On request they are opened, for the operator's own eyes.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress

from aios_defs.core.envelope import Envelope
from aios_defs.core.errors import KeyErased, KeyMissing, LedgerBroken
from aios_defs.core.model import JsonObject, JsonValue, Model
from aios_defs.core.ports import Vault, View
from aios_defs.core.sealed import Sealed

_SEALED = frozenset(Sealed.model_fields)


class ExportManifest(Model):
    """What an export holds: the events after `after` up to `upto`, and the head of the ledger then.

    `digest` is the SHA-256 of all lines before the manifest, newlines included. `unreadable_at` is
    the position where reading ended because the ledger is damaged there; None when it is not.
    """

    after: int
    upto: int
    events: int
    head_position: int
    head_hash: str
    is_plain: bool
    digest: str
    unreadable_at: int | None = None


def export_lines(
    view: View, vault: Vault, *, after: int = 0, upto: int | None = None, is_plain: bool = False
) -> Iterator[str]:
    """Yield each event's line, streamed, and at the end the line `{"manifest": ...}`.

    From a damaged ledger it yields what can be read before the damage; the manifest names where.
    """
    head = view.head()
    last = head.position if upto is None else min(upto, head.position)
    digest, count = hashlib.sha256(), 0
    events = _Readable(view, after=after, upto=last)
    for event in events:
        shown: JsonValue = event.to_json()
        line = json.dumps(opened(shown, vault) if is_plain else shown) + "\n"
        digest.update(line.encode())
        count += 1
        yield line
    manifest = ExportManifest(
        after=after,
        upto=last if events.unreadable_at is None else events.position,
        events=count,
        head_position=head.position,
        head_hash=head.hash,
        is_plain=is_plain,
        digest=digest.hexdigest(),
        unreadable_at=events.unreadable_at,
    )
    yield json.dumps({"manifest": manifest.model_dump(mode="json")}) + "\n"


class _Readable:
    """The events of a range, up to the first that can't be read: `unreadable_at` names it then.

    `position` is that of the last one given out.
    """

    def __init__(self, view: View, *, after: int, upto: int) -> None:
        self.position = after
        self.unreadable_at: int | None = None
        self._view = view
        self._upto = upto

    def __iter__(self) -> Iterator[Envelope]:
        try:
            yield from self._read(None)
        except LedgerBroken:
            yield from self._one_by_one()

    def _one_by_one(self) -> Iterator[Envelope]:
        """Read on singly: of a batch nothing comes when a part of it is damaged."""
        before = None
        with suppress(LedgerBroken):
            while before != self.position:
                before = self.position
                yield from self._read(1)
        self.unreadable_at = self.position + 1

    def _read(self, limit: int | None) -> Iterator[Envelope]:
        for event in self._view.events(after=self.position, upto=self._upto, limit=limit):
            self.position = event.position
            yield event


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
