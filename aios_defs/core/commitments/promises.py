"""Owns reading promises out of what we wrote: the sentence, by when, and what would keep it.

A promise is a sentence of ours that says "I" or "we" (or "you will receive") with a verb of doing
something for the reader, in English or German; a German one in the present tense names a day as
well. Questions, conditions and refusals are none: what is unclear is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aios_defs.core.commitments.due import due_of
from aios_defs.core.folding import own_words
from aios_defs.core.recall.small_words import EVERY_SMALL_WORD
from aios_defs.core.recall.words import pieces, words

Awaits = Literal["answer", "deed"]
"""What keeps a promise: any later word of ours in its thread, or one that names the thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A sentence of ours that promises something; `due` is None when it names no day."""

    text: str
    due: datetime | None
    awaits: Awaits


_ANSWER_EN = (
    r"get back|come back|reply|respond|answer|let you know|follow up|be in touch|call|phone|ring"
    r"|keep you (?:posted|updated|informed)|tell you|write (?:to )?you|check|look into|investigate"
    r"|find out"
)
_DEED_EN = (
    r"send|forward|e-?mail|mail|deliver|ship|refund|pay|transfer|prepare|provide|update|fix|repair"
    r"|replace|return|arrange|schedule|book|order|issue|invoice|finish|complete|submit|draft|share"
    r"|review|confirm|bring|cancel|get you|give you|have (?:it|this|that|the|your)|make sure"
    r"|take care|pass|process"
)
_WILL_EN = (
    r"\b(?:i|we)(?:'ll| will| shall| promise to|'m going to| am going to|'re going to"
    r"| are going to) (?:(?:also|then|of course|certainly|gladly|personally|now|\w+ly) )?"
)
_ANSWER_DE = (
    r"melden|antworten|anrufen|zurückrufen|bescheid (?:geben|sagen)|prüfen|klären|zurückkommen"
    r"|informieren|mitteilen|kümmern|nachfragen"
)
_DEED_DE = (
    r"senden|schicken|zusenden|zuschicken|übersenden|versenden|nachreichen|liefern|überweisen"
    r"|erstatten|erledigen|vorbereiten|weiterleiten|bestätigen|ausstellen|reparieren|ersetzen"
    r"|bearbeiten|buchen|bestellen|zukommen lassen|erstellen|fertigstellen|umtauschen"
)
_WILL_DE = r"\b(?:(?:ich|wir) werden?|werden? (?:ich|wir))\b.*?\b"
_ANSWERS_DE = r"(?:melden?|rufen?|antworten?|prüfen?|klären?|geben?|informieren?|kümmern?|kümmere)"
_DOES_DE = (
    r"(?:senden?|schicken?|liefern?|liefere|überweisen?|erstatten?|leiten?|bestätigen?|reichen?"
    r"|erledigen?|stellen?|buchen?|bestellen?|ersetzen?|bringen?)"
)
_SAYS: tuple[tuple[str, Awaits, bool], ...] = (
    (rf"{_WILL_EN}(?:{_ANSWER_EN})\b", "answer", False),
    (rf"{_WILL_EN}(?:{_DEED_EN})\b", "deed", False),
    (r"\byou(?:'ll| will) hear\b", "answer", False),
    (r"\byou(?:'ll| will) (?:have|get|receive)\b", "deed", False),
    (rf"{_WILL_DE}(?:{_ANSWER_DE})\b", "answer", False),
    (rf"{_WILL_DE}(?:{_DEED_DE})\b", "deed", False),
    (r"\b(?:melde ich mich|melden wir uns|ich melde mich|wir melden uns)\b", "answer", False),
    (r"\b(?:sie hören|du hörst) von (?:uns|mir)\b", "answer", False),
    (rf"\b(?:(?:ich|wir) {_ANSWERS_DE}|{_ANSWERS_DE} (?:ich|wir))\b", "answer", True),
    (rf"\b(?:(?:ich|wir) {_DOES_DE}|{_DOES_DE} (?:ich|wir))\b", "deed", True),
    (r"\b(?:(?:sie|ihr) (?:erhalten|bekommen|erhaltet|bekommt))\b", "deed", True),
    (r"\b(?:du (?:erhältst|bekommst)|(?:erhalten|bekommen) sie)\b", "deed", True),
)
"""What promises, what would keep it, and whether it does so only with a day; the first wins."""
_PATTERNS: tuple[tuple[re.Pattern[str], Awaits, bool], ...] = tuple(
    (re.compile(pattern), awaits, day) for pattern, awaits, day in _SAYS
)
_NONE = re.compile(
    r"\b(?:not|never|can't|won't|nicht|kein\w*|nie|niemals|if|unless|once(?! again)|provided"
    r"|as soon as(?! possible)|wenn|falls|sobald|sofern|attached|enclosed|herewith|anbei"
    r"|im anhang|beigefügt|hiermit)\b"
)
"""What makes a sentence no promise: a refusal, a condition, or that it is done with this mail."""
_ENDS = re.compile(r"(?<=[.!?])(?<!\d\.)\s+|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)")
_LONGEST = 400
"""Letters: what is longer is no sentence that says one thing."""
_GERMAN = re.compile(rf"\b(?:ich|wir|ihnen|ihre?n?|sie|werden?|bis|zum|{_DEED_DE}|{_ANSWER_DE})\b")
"""German words of a promise that tell nothing of the thing."""
_SHORTEST = 2


def promises(text: str, at: datetime, zone: str) -> tuple[Promise, ...]:
    """Return what a mail of ours, said at a moment, promises, in its order, each sentence once.

    Quoted lines and the signature are not ours. `zone` is the time zone (IANA) that days are of.
    """
    found = (_promise(one, at, zone) for one in sentences(own_words(text)))
    return tuple({one.text: one for one in found if one is not None}.values())


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, each on one line."""
    for one in _ENDS.split(text.replace("\r\n", "\n")):
        sentence = " ".join(one.split())
        if sentence:
            yield sentence


def _promise(sentence: str, at: datetime, zone: str) -> Promise | None:
    folded = _folded(sentence)
    is_other = len(sentence) > _LONGEST or sentence.endswith("?") or sentence.startswith(">")
    said = None if is_other or _NONE.search(folded) else _said(folded)
    if said is None:
        return None
    due, _ = due_of(folded, at, zone)
    return None if said[2] and due is None else Promise(text=sentence, due=due, awaits=said[1])


def _folded(sentence: str) -> str:
    return sentence.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _said(folded: str) -> tuple[re.Pattern[str], Awaits, bool] | None:
    return next((one for one in _PATTERNS if one[0].search(folded)), None)


def things(sentence: str, at: datetime, zone: str, language: str) -> frozenset[str]:
    """Return the stems of what a promise is about: without its day, its verb and small words."""
    rest = _folded(sentence)
    rest = rest.replace(due_of(rest, at, zone)[1] or "\n", " ")
    said = _said(rest)
    if said is not None and not said[0].pattern.startswith(_WILL_DE):
        rest = said[0].sub(" ", rest)
    rest = _GERMAN.sub(" ", rest)
    rest = " ".join(one for one in pieces(rest) if one not in EVERY_SMALL_WORD)
    found = words(rest, language)
    return frozenset(one.term for one in found if len(one.term) > _SHORTEST)
