"""Owns digests as JSON, and making one now."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import DigestId
from aios_defs.console.api.shapes.digests import Digest, Digests, MakeDigest
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm
from aios_defs.console.routes import digests as pages
from aios_defs.core.model import JsonObject
from aios_defs.services.nonces import new_nonce
from aios_defs.services.telling import show_digest

router = APIRouter(prefix="/api", tags=["digests"])


@router.get("/digests", operation_id="list_digests", **gives(Digests))
def digests(desk: AtDesk, session: Session) -> Response:
    """Return the newest digests, when the next one is made, and a nonce to make one now."""
    nonces: JsonObject = {pages.MAKE: new_nonce(desk.kernel, session.id, pages.MAKE)}
    return JSONResponse({**pages.all_digests(desk.kernel), "nonces": nonces})


@router.get("/digests/{digest_id}", operation_id="read_digest", **gives(Digest))
def digest(desk: AtDesk, digest_id: DigestId) -> Response:
    """Return a digest: its content, the same in words, and how it was told."""
    return JSONResponse(show_digest(desk.kernel, desk.home.messengers, digest_id))


@router.post("/digests", operation_id="make_digest", **gives(Digest), **takes(MakeDigest))
def make(desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Make a digest now; with `send` tell it as well."""
    return pages.make(desk, session, sent.for_program())
