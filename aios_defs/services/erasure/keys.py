"""Owns finding what is a subject's: its profiles, its messages, and every key of their text.

`places` says which keys there are. A mail belongs to all whom it is from or to; what nobody was
told of (duplicates, automatic mail, copies of our own) is known by its bytes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from aios_defs.core.errors import KeyErased
from aios_defs.core.ports import View
from aios_defs.core.rows.imports import ImportLineRow
from aios_defs.core.rows.messages import InteractionRow, MessageRow
from aios_defs.core.rows.profiles import DuplicateRow, IdentityRow, ProfileRow
from aios_defs.core.sealed import BlobRef, Sealed, SubjectRef
from aios_defs.services.identity.whole import members
from aios_defs.services.imports.places import place_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.lookup import by_id, chunks
from aios_defs.services.memory_items import TURN
from aios_defs.services.memory_summaries import summary_ids

_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What is a subject's: `profiles` are all that are one with it, the root first.

    `messages` are the ids of its mails in both directions, `shared` those that are somebody else's
    as well, `refs` every key, `lookups` the keyed hashes of its certain identities. `addresses` are
    plain, in lower case.
    """

    profiles: tuple[str, ...]
    messages: tuple[str, ...]
    shared: int
    refs: tuple[SubjectRef, ...]
    lookups: tuple[str, ...]
    addresses: tuple[str, ...]

    def known_as(self, lookups: Iterable[str]) -> "Belongings":
        """Return it with more look-ups of the subject."""
        return replace(self, lookups=tuple(sorted({*self.lookups, *lookups})))


def belongings(kernel: Kernel, view: View, profile_id: str) -> Belongings:
    """Return what is a subject's, merged profiles included."""
    return belongings_of(kernel, view, members(view, profile_id))


def belongings_of(kernel: Kernel, view: View, whose: tuple[str, ...]) -> Belongings:
    """Return what is of exactly these profiles, the first of which names the subject."""
    identities = view.select(IdentityRow, profile_id=whose)
    addresses = _addresses(kernel, identities)
    turns = view.select(InteractionRow, profile_id=whose)
    told = {row.message_id for row in turns if row.message_id is not None}
    told |= set(view.column(MessageRow, "id", profile_id=whose))
    untold = [one for one in _unlinked(view, addresses) if one not in told]
    messages = tuple(sorted({*told, *untold}))
    profiles = by_id(view, ProfileRow, whose)
    refs = [
        *(one.subject_ref for one in profiles.values()),
        *(one.value.subject_ref for one in identities),
        *(row.raw.subject_ref for row in by_id(view, MessageRow, messages).values()),
        *_pair_refs(view, whose),
        *_line_refs(kernel, view, addresses),
    ]
    return Belongings(
        profiles=whose,
        messages=messages,
        shared=_shared(view, whose, messages),
        refs=tuple(dict.fromkeys(one for one in refs if one != kernel.vault.house)),
        lookups=tuple(sorted(one.lookup for one in identities)),
        addresses=addresses,
    )


def _addresses(kernel: Kernel, identities: Iterable[IdentityRow]) -> tuple[str, ...]:
    found: set[str] = set()
    for row in identities:
        if row.kind == "address":
            try:
                found.add(kernel.vault.open(row.value).strip().lower())
            except KeyErased:
                continue
    return tuple(sorted(found))


def _unlinked(view: View, addresses: tuple[str, ...]) -> Iterator[str]:
    """Yield the messages of no known sender that name an address: in their head, if they have one.

    What could not be read has no head that could be trusted, so all of it counts.
    """
    for row in view.select(MessageRow, profile_id=None) if addresses else ():
        raw = _bytes(view, row.raw)
        head = raw if row.state == "quarantined" else _HEAD_ENDS.split(raw, maxsplit=1)[0]
        if _names(head, addresses):
            yield row.id


def _line_refs(kernel: Kernel, view: View, addresses: tuple[str, ...]) -> Iterator[SubjectRef]:
    """Yield the keys of entries of imports that could not be taken, and name an address.

    In their text, or in the name of their file.
    """
    for row in view.select(ImportLineRow) if addresses else ():
        place = place_of(kernel, view, row).encode()
        if _names(_bytes(view, row.raw), addresses) or _names(place, addresses):
            yield row.raw.subject_ref


def _bytes(view: View, blob: BlobRef) -> bytes:
    try:
        return view.blob(blob)
    except KeyErased:
        return b""


def _names(content: bytes, addresses: tuple[str, ...]) -> bool:
    named = (rb"(?i)(?<![\w.+-])" + re.escape(one.encode()) for one in addresses)
    return any(re.search(one, content) for one in named)


def _pair_refs(view: View, whose: tuple[str, ...]) -> Iterator[SubjectRef]:
    """Yield the keys of notes about a profile and another; never another profile's own."""
    notes: list[Sealed | None] = [
        row.evidence
        for row in (
            *view.select(DuplicateRow, profile_id=whose),
            *view.select(DuplicateRow, other_id=whose),
        )
    ]
    notes += [
        Sealed.model_validate(event.data["evidence"])
        for event in view.events(types=("profile.merged.v1",))
        if event.data["profile_id"] in whose or event.data["other_id"] in whose
    ]
    refs = {one.subject_ref for one in notes if one is not None}
    others = view.select(ProfileRow, subject_ref=tuple(refs)) if refs else []
    yield from sorted(refs - {one.subject_ref for one in others})


def _shared(view: View, whose: tuple[str, ...], messages: tuple[str, ...]) -> int:
    return len({row.message_id for row in turns_of(view, messages) if row.profile_id not in whose})


def turns_of(view: View, messages: Iterable[str]) -> list[InteractionRow]:
    """Return the turns that these messages are, with everybody."""
    return [
        row for some in chunks(messages) for row in view.select(InteractionRow, message_id=some)
    ]


def items_of(view: View, refs: Iterable[SubjectRef]) -> list[str]:
    """Return the ids in cold memory of what is made of mails sealed under these keys.

    Those are the turns, and the summaries that may quote them.
    """
    wanted = frozenset(refs)
    messages = [row.id for row in view.select(MessageRow) if row.raw.subject_ref in wanted]
    turns = turns_of(view, messages)
    return [*(f"{TURN}:{row.id}" for row in turns), *summary_ids(view, turns)]
