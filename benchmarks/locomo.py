"""Reads conversations in the shape of LoCoMo: sessions with dates, turns, questions with evidence.

https://github.com/snap-research/LoCoMo (CC BY-NC 4.0): the file is the user's own, none ships here.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SESSION = re.compile(r"session_(\d+)")
_EVIDENCE = re.compile(r"D:?(\d+):(\d+)")
_TIMES = ("%I:%M %p on %d %B, %Y", "%I:%M %p on %B %d, %Y", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_UNDATED = datetime(2020, 1, 1, tzinfo=UTC)
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}


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
    """Its turns in their order, and the questions whose evidence is among them."""

    name: str
    turns: tuple[Turn, ...]
    questions: tuple[Asked, ...]


def read_conversations(path: Path) -> list[Conversation]:
    """Return the conversations of a file; questions without evidence in it are left out."""
    content = json.loads(path.read_text(encoding="utf-8"))
    samples = content if isinstance(content, list) else [content]
    return [_conversation(one, f"conversation-{at}") for at, one in enumerate(samples)]


def _conversation(sample: dict[str, Any], name: str) -> Conversation:
    spoken = sample["conversation"]
    numbers = sorted(int(found[1]) for key in spoken if (found := _SESSION.fullmatch(key)))
    turns = tuple(turn for number in numbers for turn in _session(spoken, number))
    known = {one.id for one in turns}
    questions = (_asked(one, known) for one in sample["qa"])
    return Conversation(name=name, turns=turns, questions=tuple(one for one in questions if one))


def _session(spoken: dict[str, Any], number: int) -> list[Turn]:
    at = _time(str(spoken.get(f"session_{number}_date_time", "")))
    return [
        Turn(
            id=_plain(one["dia_id"]),
            session=number,
            place=place,
            speaker=one["speaker"],
            text=_text(one),
            at=at,
        )
        for place, one in enumerate(spoken[f"session_{number}"])
    ]


def _text(turn: dict[str, Any]) -> str:
    caption = turn.get("blip_caption")
    return f"{turn['text']} [photo: {caption}]" if caption else str(turn["text"])


def _plain(name: str) -> str:
    found = _EVIDENCE.search(name)
    return f"D{int(found[1])}:{int(found[2])}" if found else name


def _time(text: str) -> datetime:
    for form in _TIMES:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return _UNDATED


def _asked(one: dict[str, Any], known: set[str]) -> Asked | None:
    """Return a question; a malformed list of ids, such as 'D8:6; D9:17', is read as meant."""
    found = _EVIDENCE.findall(" ".join(map(str, one.get("evidence") or ())))
    evidence = frozenset(f"D{int(session)}:{int(turn)}" for session, turn in found) & known
    if not evidence:
        return None
    return Asked(text=one["question"], category=int(one.get("category", 0)), evidence=evidence)
