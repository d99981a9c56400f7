"""Owns what an import into memory reads: contacts, facts, calendar entries and notes of a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["person", "company", "project"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEntry:
    """Somebody as a contact file names them; texts as they stand there, not normalised.

    `facts` are pairs of predicate and text.
    """

    name: str
    kind: Kind = "person"
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    company: str = ""
    stage: str = ""
    status: str = ""
    language: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactEntry:
    """A fact as a table states it: about a `subject` in words, or the house's `topic`."""

    subject: str
    topic: str
    predicate: str
    value: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One entry of a calendar; `people` are pairs of address and name, `repeats` its rule.

    Those of one `uid` and `instance` (the moment of a series that it is about; empty: all of it)
    are versions of one: `sequence` and then `stamp` say which is the later.
    """

    uid: str
    title: str
    start: datetime
    end: datetime | None
    organizer: str
    people: tuple[tuple[str, str], ...]
    place: str = ""
    text: str = ""
    repeats: str = ""
    is_cancelled: bool = False
    instance: str = ""
    sequence: int = 0
    stamp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEntry:
    """A note of the operator: `is_foreign` when its front matter says that others wrote it."""

    title: str
    text: str
    level: Literal["local", "shareable", "public"] = "local"
    is_foreign: bool = False


Entry = ContactEntry | FactEntry | CalendarEntry | NoteEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why an entry can't be taken, and what to do about it; never with text of the file."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One entry of a file, or the trouble with it.

    `place` says where it stands, for people (`line 12`); `raw` is its text as it was read, cut when
    it is larger than any that would be understood. `done` counts in bytes of the file, about.
    """

    place: str
    raw: str
    done: int
    entry: Entry | None = None
    trouble: Trouble | None = None

    @classmethod
    def of(cls, *, place: str, raw: str, done: int, found: Entry | Trouble) -> "Read":
        """Return what was found at a place: the entry there, or the trouble with it."""
        if isinstance(found, Trouble):
            return cls(place=place, raw=raw, done=done, trouble=found)
        return cls(place=place, raw=raw, done=done, entry=found)


class MemorySource(Protocol):
    """A file or folder of contacts, facts, calendar entries or notes that stands still."""

    @property
    def kind(self) -> str:
        """`vcard`, `table`, `calendar` or `notes`; constant."""
        ...

    @property
    def name(self) -> str:
        """Its absolute path; constant."""
        ...

    def state(self) -> str:
        """Return a text that is another one when the file changed; raises OutsideFailed."""
        ...

    def total(self) -> int:
        """Return its size in bytes; raises OutsideFailed."""
        ...

    def mapping(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of what stands in the file and what it becomes."""
        ...

    def entries(self) -> Iterator[Read]:
        """Yield all its entries in order, streamed; raises OutsideFailed, UsageInvalid."""
        ...
