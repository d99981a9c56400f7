"""Owns the pages of what memory holds by type, of all or of one subject, now or as it was known."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk
from aios_defs.console.problems import status_of
from aios_defs.console.routes.people import number_of
from aios_defs.console.shell import render
from aios_defs.core.errors import OperatorError
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.profiles import ProfileRow
from aios_defs.services.cards import readable
from aios_defs.services.fact_times import asked_point
from aios_defs.services.identity.find import HOUSE_WORD, find_subject
from aios_defs.services.memory_lists import Asked, listing, memory_list

router = APIRouter(prefix="/memory/lists")
_PAGE = 50
_LONGEST = 200


@router.get("/{kind}")
def listed(kind: str, request: Request, desk: AtDesk) -> Response:
    """Show a page of what memory holds of a type."""
    listing(kind)
    typed = {
        name: request.query_params.get(name, "").strip()[:_LONGEST] for name in ("of", "known_at")
    }
    shown: dict[str, Any] = {"subject": None, "page": None, "trouble": None}
    try:
        shown |= _shown(desk, kind, typed, number_of(request.query_params.get("skip", "")) or 0)
    except OperatorError as error:
        shown["trouble"] = error
    status = status_of(shown["trouble"]) if shown["trouble"] else 200
    return render(request, "memory/list.html", status=status, kind=kind, typed=typed, **shown)


def _shown(desk: Desk, kind: str, typed: Mapping[str, str], skip: int) -> dict[str, Any]:
    profile = subject_of(desk, typed["of"])
    about = {"id": profile.id, "name": readable(desk.kernel, profile.name)} if profile else None
    return {"subject": about, "page": {**page_of(desk, kind, typed, skip), "skip": skip}}


def subject_of(desk: Desk, words: str) -> ProfileRow | None:
    """Return whom words mean, None for all and for the house.

    Raises:
        UnknownId: nobody is known by them.
        UsageInvalid: several are.

    """
    if words.strip() in ("", HOUSE_WORD):
        return None
    with desk.kernel.ledger.view() as view:
        return find_subject(desk.kernel, view, words)


def page_of(
    desk: Desk, kind: str, asked: Mapping[str, str], skip: int, size: int = _PAGE
) -> JsonObject:
    """Return a page of a list of whom `of` means, or of the `house`, as known at `known_at`.

    Raises:
        UnknownId: nobody is known by `of`.
        UsageInvalid: several are, there is no such type, it can't be asked so, or a word is no
            moment.

    """
    profile, known_at = subject_of(desk, asked["of"]), asked["known_at"]
    kernel = desk.kernel
    with kernel.ledger.view() as view:
        place = asked_point(kernel, view, "", known_at).known_at if known_at else None
    part = Asked(
        subject_id=profile.id if profile else None,
        is_house=asked["of"].strip() == HOUSE_WORD,
        known_at=place,
        skip=skip,
        size=size,
    )
    return memory_list(kernel, kind, part)
