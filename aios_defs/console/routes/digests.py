"""Owns the pages of digests, and making one now."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm, done, spend
from aios_defs.console.shell import render
from aios_defs.core.model import JsonObject, JsonValue, rfc3339
from aios_defs.services.digest import list_digests, make_digest, next_digest_at
from aios_defs.services.kernel import Kernel
from aios_defs.services.telling import send_digest, show_digest

router = APIRouter()

MAKE = "digest"
"""What the nonce of making one is about."""


def all_digests(kernel: Kernel) -> JsonObject:
    """Return the newest digests and when the next one is made."""
    return {
        "digests": list[JsonValue](list_digests(kernel)),
        "next_at": rfc3339(next_digest_at(kernel)),
    }


@router.get("/digests")
def digests(request: Request, desk: AtDesk) -> Response:
    """Show the digests, newest first."""
    shown = all_digests(desk.kernel)
    return render(request, "digests/list.html", about=MAKE, shown=shown)


@router.get("/digests/{digest_id}")
def digest(request: Request, desk: AtDesk, digest_id: str) -> Response:
    """Show one digest."""
    shown = show_digest(desk.kernel, desk.home.messengers, digest_id)
    return render(request, "digests/detail.html", digest=shown)


@router.post("/digests")
def make(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Make a digest now; `send` tells it as well."""
    spend(desk, session, sent, MAKE)
    digest_id = make_digest(desk.kernel)
    show = send_digest if sent.text("send") else show_digest
    shown = show(desk.kernel, desk.home.messengers, digest_id)
    return done(sent, f"/digests/{digest_id}", shown)
