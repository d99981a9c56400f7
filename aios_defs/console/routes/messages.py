"""Owns the pages of one message: its text, its source, and what it carries as downloads."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk
from aios_defs.console.downloads import saved
from aios_defs.console.shell import render
from aios_defs.services.message_view import (
    attachment_of,
    message_view,
    raw_of,
    source_of,
    text_of,
)

router = APIRouter(prefix="/messages")


@router.get("/{message_id}")
def message(message_id: str, request: Request, desk: AtDesk) -> Response:
    """Show a message; everything in it is inert."""
    shown = message_view(desk.kernel, message_id)
    return render(request, "messages/message.html", message=shown)


@router.get("/{message_id}/source")
def source(message_id: str, request: Request, desk: AtDesk) -> Response:
    """Show the beginning of a message's raw source as text."""
    found = source_of(desk.kernel, message_id)
    return render(request, "messages/source.html", found=found)


@router.get("/{message_id}/raw")
def raw(message_id: str, desk: AtDesk) -> Response:
    """Hand out a message's untouched bytes."""
    return saved(raw_of(desk.kernel, message_id))


@router.get("/{message_id}/text")
def text(message_id: str, desk: AtDesk) -> Response:
    """Hand out a message's whole text."""
    return saved(text_of(desk.kernel, message_id))


@router.get("/{message_id}/attachments/{number}")
def attachment(message_id: str, number: int, desk: AtDesk) -> Response:
    """Hand out an attachment, to save and never to show."""
    return saved(attachment_of(desk.kernel, message_id, number))
