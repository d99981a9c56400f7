"""Owns putting a page of the inbox together: the list, one card, what is on its way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import Request
from fastapi.responses import Response

from aios_defs.console.acts import BATCH, COMMON_REASONS, FIELD, batch_item
from aios_defs.console.desk import Desk
from aios_defs.console.forms import Sent
from aios_defs.console.problems import status_of
from aios_defs.console.shell import render
from aios_defs.core.errors import AiosError, UnknownId
from aios_defs.core.model import JsonObject
from aios_defs.services.card_detail import card_detail
from aios_defs.services.edits import fields_of
from aios_defs.services.inbox_list import Asked, list_inbox, next_card
from aios_defs.services.later import CHOICES
from aios_defs.services.leaving import leaving
from aios_defs.services.replay import replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page of the inbox shows.

    `detail` is the open card. `did` is the id of a card that was just decided. `error` is what was
    in the way of an act, `sent` what its form held.
    """

    asked: Asked
    detail: JsonObject | None = None
    did: str = ""
    is_edit: bool = False
    is_replay: bool = False
    error: AiosError | None = None
    sent: Sent | None = None


def show_inbox(request: Request, desk: Desk, shown: Shown) -> Response:
    """Return the page: 200, or the status of the error that it shows."""
    found = list_inbox(desk.kernel, shown.asked)
    detail = shown.detail
    return render(
        request,
        "inbox/page.html",
        status=status_of(shown.error) if shown.error else 200,
        found=found,
        asked=shown.asked,
        detail=detail,
        part=_template(detail, shown) if detail else "",
        following=next_card(found, str(detail["id"])) if detail else None,
        leaving=leaving(desk.kernel),
        did=_did(desk, shown.did),
        fields=_fields(detail, shown.sent) if detail and (shown.is_edit or shown.sent) else [],
        replay=replay(desk.kernel, str(detail["id"])) if detail and shown.is_replay else None,
        trouble=shown.error,
        reasons=COMMON_REASONS,
        moments=CHOICES,
        about_batch=BATCH,
        item=partial(batch_item, desk, request.state.session),
    )


def _template(detail: JsonObject, shown: Shown) -> str:
    """Return the template of a card: actions are shown alike, the others by what they are."""
    if "preview" not in detail:
        return f"inbox/{detail['kind']}.html"
    is_editable = shown.is_edit and detail["state"] == "awaiting_approval"
    return "inbox/edit.html" if is_editable else "inbox/decision.html"


def _fields(detail: JsonObject, sent: Sent | None) -> list[JsonObject]:
    """Return the fields of an edit, with what was typed already; none after another act."""
    if sent and not any(name.startswith(FIELD) for name in sent.values):
        return []
    preview = detail.get("preview")
    content = preview.get("content") if isinstance(preview, dict) else None
    fields = fields_of(content) if isinstance(content, dict) else []
    typed = sent.values if sent else {}
    return [
        {**one, "value": sent.text(f"{FIELD}{one['name']}")}
        if sent and f"{FIELD}{one['name']}" in typed
        else one
        for one in fields
    ]


def _did(desk: Desk, card_id: str) -> JsonObject | None:
    """Return the card that was just decided, for the line that says what became of it."""
    try:
        return card_detail(desk.kernel, card_id) if card_id else None
    except UnknownId:
        return None


def show_batch(
    request: Request, desk: Desk, asked: Asked, *, ids: Sequence[str], answer: str
) -> Response:
    """Return the page that says what became of each decision of a batch."""
    found = [card for card in (_did(desk, one) for one in ids[:_LISTED]) if card]
    return render(
        request,
        "inbox/decided.html",
        cards=found,
        asked=asked,
        answer=answer,
        about_batch=BATCH,
        item=partial(batch_item, desk, request.state.session),
    )


_LISTED = 200
