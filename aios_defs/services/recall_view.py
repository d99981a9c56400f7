"""Owns a question as it is typed, and the answer of memory as it is shown."""

from dataclasses import dataclass

from aios_defs.core.errors import AiosError, KeyErased, UsageInvalid
from aios_defs.core.labels import Level
from aios_defs.core.memory_index import HOUSE, MemoryKind
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.messages import InteractionRow
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.fact_times import by_end
from aios_defs.services.identity.find import HOUSE_WORD, find_subject
from aios_defs.services.kernel import Kernel
from aios_defs.services.memory_items import FACT, TURN, fact_of
from aios_defs.services.memory_summaries import SUMMARY, made_by, originals
from aios_defs.services.recall import EVIDENCE, Question, Recalled, Remembered

MOST = 50
WITHHELD = "(withheld)"
_LETTERS = 2_000
"""How much of a text is shown; its link leads to the whole."""
_KINDS: dict[MemoryKind, str] = {"turn": "Message", "fact": "Fact", "summary": "Summary"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A question as it is typed; empty means not given.

    `subject` is a person as `find_subject` takes one, or `house`. Times are a day (the end of it)
    or a date and time, in the operator's time zone. `level` is whose eyes it is asked
    for: local sees all. `is_short` asks for summaries instead of what was said and is known.
    """

    text: str
    subject: str = ""
    as_of: str = ""
    known_at: str = ""
    level: str = Level.LOCAL
    limit: int = 10
    is_short: bool = False


def question_of(kernel: Kernel, typed: Typed) -> Question:
    """Return what is asked.

    Raises:
        UsageInvalid: the question is empty, a time or level is none, or several are called so.
        UnknownId: there is no such person.

    """
    if not typed.text.strip():
        raise UsageInvalid("The question is empty.", remedy="Say in your words what to look for.")
    levels = levels_up_to(typed.level)
    return Question(
        text=typed.text,
        levels=levels,
        subjects=_subjects(kernel, typed.subject.strip(), levels),
        valid_at=by_end(kernel, typed.as_of),
        known_at=by_end(kernel, typed.known_at),
        kinds=(SUMMARY,) if typed.is_short else EVIDENCE,
        limit=max(1, min(typed.limit, MOST)),
    )


def levels_up_to(strictest: str) -> tuple[Level, ...]:
    """Return the levels that who is cleared for one may see: it and all that travel further."""
    every = list(Level)
    if strictest not in every:
        raise UsageInvalid(
            f"{strictest!r} is no level.", remedy=f"Write one of: {', '.join(every)}."
        )
    return tuple(every[every.index(Level(strictest)) :])


def recall_view(kernel: Kernel, found: Recalled) -> JsonObject:
    """Return the answer of memory, the best hit first.

    Shape: `hits` (each `id`, `kind`, `kind_words` (for people), `text`, `is_cut`, `speaker`,
    `direction`, `at`, `subject` (id and name, None for the house), `thread`, `source` (the event),
    `link` (a page of the console), `made_by` (of a summary: `extractive` or a model; else None),
    `originals` (the pages of what a summary sums up), `level`, `trust`, `audience`, `valid_from`,
    `valid_to`, `review_due` (since when a fact should have been looked at again, or None), `score`,
    `why` (each `part` and what it `adds`, the largest first)), `is_answered`,
    `position`,
    `left_out`, `by_words_alone`, `trouble` (why nothing could make vectors now: `code`, `message`,
    `remedy`; else None). Who is not cleared for what is shareable reads of public things,
    and not whose they are.
    """
    is_named = _may_read_names(found.levels)
    with kernel.ledger.view() as view:
        return {
            "hits": [_hit(kernel, view, one, is_named=is_named) for one in found.hits],
            "is_answered": found.is_answered,
            "position": found.position,
            "left_out": found.left_out,
            "by_words_alone": found.by_words_alone,
            "trouble": _trouble(found.trouble),
        }


def _trouble(error: AiosError | None) -> JsonObject | None:
    if error is None:
        return None
    return {"code": error.code, "message": error.message, "remedy": error.remedy}


def _hit(kernel: Kernel, view: View, one: Remembered, *, is_named: bool) -> JsonObject:
    return {
        "id": one.id,
        "kind": one.kind,
        "kind_words": _KINDS[one.kind],
        "text": one.text[:_LETTERS],
        "is_cut": len(one.text) > _LETTERS,
        "speaker": one.speaker if is_named or one.direction == "out" else "",
        "direction": one.direction,
        "at": rfc3339(one.at),
        "subject": _subject(kernel, view, one.subject, is_named=is_named),
        "thread": one.thread,
        "source": one.source_event,
        "link": _link(view, one),
        "made_by": made_by(one.id),
        "originals": [_page(row) for row in originals(view, one.id)],
        "level": one.label.level,
        "trust": one.label.trust,
        "audience": list[JsonValue](one.label.audience),
        "valid_from": rfc3339(one.valid_from) if one.valid_from else None,
        "valid_to": rfc3339(one.valid_to) if one.valid_to else None,
        "review_due": _review_due(kernel, view, one),
        "score": round(one.score, 4),
        "why": [{"part": part, "adds": round(adds, 4)} for part, adds in one.because.items()],
    }


def _subject(kernel: Kernel, view: View, subject: str, *, is_named: bool) -> JsonValue:
    profile = view.get(ProfileRow, subject) if subject != HOUSE else None
    if profile is None:
        return None
    try:
        name = kernel.vault.open(profile.name) if is_named else WITHHELD
    except KeyErased:
        name = "(erased)"
    return {"id": profile.id, "name": name}


def _review_due(kernel: Kernel, view: View, one: Remembered) -> str | None:
    fact_id = fact_of(one.id)
    fact = view.get(FactRow, fact_id) if fact_id else None
    since = fact.review_at if fact else None
    return rfc3339(since) if since and since <= kernel.clock.now() else None


def _link(view: View, one: Remembered) -> str:
    """Return the page that shows a hit in whole: its message, its fact, its person, its trace."""
    if one.kind == FACT:
        return f"/facts/{fact_of(one.id)}"
    if one.kind == SUMMARY:
        return f"/people/{one.subject}"
    row = view.get(InteractionRow, one.id.removeprefix(f"{TURN}:"))
    return _page(row) if row is not None else "/activity"


def _page(row: InteractionRow) -> str:
    if row.message_id is not None:
        return f"/messages/{row.message_id}"
    return f"/trace/{row.action_id}" if row.action_id else "/activity"


def _may_read_names(levels: tuple[Level, ...]) -> bool:
    return Level.SHAREABLE in levels


def _subjects(kernel: Kernel, given: str, levels: tuple[Level, ...]) -> tuple[str, ...] | None:
    if not given:
        return None
    if given == HOUSE_WORD:
        return (HOUSE,)
    with kernel.ledger.view() as view:
        found = find_subject(kernel, view, given, may_read_names=_may_read_names(levels))
    return (found.id,)
