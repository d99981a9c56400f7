"""Owns asking memory at the console: what an address asks, and opening memory beside a page.

The first question of a process loads the store and the model, which takes seconds: that is done
beside the page, which says so meanwhile. Nothing of a question or an answer is kept.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aios_defs.console.api.parameters import LONGEST
from aios_defs.console.background import Progress
from aios_defs.console.desk import Desk
from aios_defs.core.errors import OperatorError, UsageInvalid
from aios_defs.core.labels import Level
from aios_defs.core.model import JsonObject
from aios_defs.services.recall import Question, recall_anyway
from aios_defs.services.recall_view import Typed, question_of, recall_view

OPENING = "memory"
"""The look that opens memory and reads what is newer than its index."""
LIMIT = 20
_AGAIN = timedelta(minutes=1)
_PATIENCE_SECONDS = 1.0


def typed_of(asked: Mapping[str, str]) -> Typed:
    """Return the question of an address; what it does not say is empty."""
    words = {name: asked.get(name, "").strip() for name in ("q", "of", "as_of", "known_at")}
    return Typed(
        text=words["q"],
        subject=words["of"],
        as_of=words["as_of"],
        known_at=words["known_at"],
        level=asked.get("level", "") or Level.LOCAL,
        is_short=bool(asked.get("short")),
        limit=LIMIT,
    )


def answer_of(desk: Desk, typed: Typed) -> JsonObject:
    """Return the answer of memory as it stands now, the shape of `recall_view`.

    Raises:
        UsageInvalid, UnknownId: the question makes no sense.
        IndexBroken: as `recall` says.

    """
    asked = question_of(desk.kernel, typed)
    found = recall_anyway(desk.kernel, desk.home.memories.serving(), asked)
    return recall_view(desk.kernel, found)


def opening(desk: Desk, *, patience: float = _PATIENCE_SECONDS) -> JsonObject:
    """Open memory unless that was done a moment ago; return how far it is after a short wait."""

    def work(note: Progress) -> JsonObject:
        note(0, 2)
        memory = desk.home.memories.serving()
        note(1, 2)
        recall_anyway(desk.kernel, memory, Question(text=OPENING, levels=tuple(Level), limit=1))
        return {}

    told = desk.looks.fresh(OPENING, work, age=_AGAIN, patience=patience)
    if told["state"] == "failed":
        desk.looks.forget(OPENING)
    return told


def asked_page(desk: Desk, typed: Typed) -> dict[str, Any]:
    """Return what the page of a question shows: `looked` is how opening memory goes.

    `found` is None while memory opens, without a question, and when it is refused: `trouble` says
    why then.
    """
    page: dict[str, Any] = {"typed": typed, "found": None, "trouble": None, "looked": None}
    if not typed.text:
        opening(desk, patience=0)
        return page
    try:
        _refuse_longer(typed)
        question_of(desk.kernel, typed)
        page["looked"] = opening(desk)
        if page["looked"]["state"] == "done":
            page["found"] = answer_of(desk, typed)
    except OperatorError as error:
        page["trouble"] = error
    return page


def _refuse_longer(typed: Typed) -> None:
    """Refuse what the API refuses, too: a question that is cut is another question."""
    longest = max(len(one) for one in (typed.text, typed.subject, typed.as_of, typed.known_at))
    if longest > LONGEST:
        raise UsageInvalid(
            f"That has {longest} letters, and up to {LONGEST} are read; nothing was looked for.",
            remedy="Ask in fewer words.",
        )
