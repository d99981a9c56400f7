"""Reads conversations in the shape of LoCoMo: sessions with dates, turns, questions with evidence.

https://github.com/snap-research/LoCoMo (CC BY-NC 4.0): the file is the user's own, none ships here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SESSION = re.compile(r"session_(\d{1,9})", re.ASCII)
_EVIDENCE = re.compile(r"D\s*:?\s*(\d{1,9})\s*:\s*(\d{1,9})", re.ASCII)
_DAYS = ("%d %B, %Y", "%B %d, %Y", "%d %B %Y", "%B %d %Y")
_TIMES = (*(f"{time} on {day}" for time in ("%I:%M %p", "%H:%M") for day in _DAYS), *_DAYS)
_UNDATED = datetime(2020, 1, 1, tzinfo=UTC)
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}


class NotLocomo(ValueError):
    """A file cannot be read as conversations; says in one line why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing said; a shared photo is in the text as its caption."""

    id: str
    session: int
    place: int
    speaker: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question and the ids of the turns that answer it."""

    text: str
    category: int
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Its turns in their order, and the questions whose evidence is among them.

    `left_out` counts its other questions: those without a text, or whose evidence is missing or
    names no turn.
    """

    name: str
    turns: tuple[Turn, ...]
    questions: tuple[Asked, ...]
    left_out: int


def read_conversations(path: Path) -> list[Conversation]:
    """Return the conversations of a file, a list of them or a single one.

    Raises:
        NotLocomo: the file cannot be read, or is of another shape.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotLocomo(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise NotLocomo(f"{path} is no JSON in UTF-8: {error}.") from error
    samples = content if isinstance(content, list) else [content]
    try:
        return [_conversation(one, f"conversation-{at}") for at, one in enumerate(samples)]
    except NotLocomo as error:
        raise NotLocomo(f"{path} is not in the shape of LoCoMo: {error}") from error


def _conversation(sample: object, name: str) -> Conversation:
    spoken = _object(_object(sample, name).get("conversation"), f"`conversation` of {name}")
    numbers = sorted({int(found[1]) for key in spoken if (found := _SESSION.fullmatch(key))})
    turns: dict[str, Turn] = {}
    at = _UNDATED
    for number in numbers:
        at = _time(str(spoken.get(f"session_{number}_date_time"))) or at
        for one in _session(spoken, number, at):
            turns.setdefault(one.id, one)
    written = _list(_object(sample, name).get("qa"), f"`qa` of {name}")
    questions = [_asked(_object(one, f"a question of {name}"), turns) for one in written]
    kept = tuple(one for one in questions if one)
    return Conversation(
        name=name,
        turns=tuple(turns.values()),
        questions=kept,
        left_out=len(questions) - len(kept),
    )


def _session(spoken: dict[str, Any], number: int, at: datetime) -> Iterator[Turn]:
    for place, turn in enumerate(_list(spoken[f"session_{number}"], f"session_{number}")):
        one = _object(turn, f"a turn of session_{number}")
        yield Turn(
            id=_plain(_text(one, "dia_id")) or f"D{number}:{place + 1}",
            session=number,
            place=place,
            speaker=_text(one, "speaker"),
            text=_said(one),
            at=at,
        )


def _object(found: object, what: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise NotLocomo(f"{what} is no object.")
    return found


def _list(found: object, what: str) -> list[object]:
    """Return a list, which may be missing."""
    if found is not None and not isinstance(found, list):
        raise NotLocomo(f"{what} is no list.")
    return found or []


def _text(one: dict[str, Any], key: str) -> str:
    """Return what stands there, as text that UTF-8 can hold."""
    found = one.get(key)
    return "" if found is None else str(found).encode(errors="replace").decode()


def _said(turn: dict[str, Any]) -> str:
    text, caption = _text(turn, "text"), _text(turn, "blip_caption")
    return f"{text} [photo: {caption}]".strip() if caption else text


def _plain(name: str) -> str:
    found = _EVIDENCE.search(name)
    return f"D{int(found[1])}:{int(found[2])}" if found else name


def _time(text: str) -> datetime | None:
    for form in _TIMES:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError:
        return None


def _asked(one: dict[str, Any], turns: dict[str, Turn]) -> Asked | None:
    """Return a question; a malformed list of ids, such as 'D8:6; D9:17', is read as meant."""
    found = _EVIDENCE.findall(str(one.get("evidence")))
    evidence = frozenset(f"D{int(session)}:{int(turn)}" for session, turn in found) & turns.keys()
    text, category = _text(one, "question"), _text(one, "category")
    if not evidence or not text.strip():
        return None
    return Asked(
        text=text, category=int(category) if category.isdecimal() else 0, evidence=evidence
    )
