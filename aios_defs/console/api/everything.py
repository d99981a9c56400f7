"""Owns everything about one person as JSON: the archive, forgetting, and the certificate of it."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import ProfileId
from aios_defs.console.api.shapes.archive import SubjectArchive
from aios_defs.console.api.shapes.erasure import (
    ErasureCertificate,
    ErasurePreview,
    Forgetting,
)
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm
from aios_defs.console.routes.everything import about, forgetting, forgotten
from aios_defs.services.erasure.certificate import certificate_of
from aios_defs.services.nonces import new_nonce
from aios_defs.services.subject_archive.content import subject_archive

router = APIRouter(prefix="/api/people", tags=["memory"])


@router.get("/{profile_id}/export", operation_id="export_person", **gives(SubjectArchive))
def export(profile_id: ProfileId, desk: AtDesk) -> Response:
    """Return everything about a person, with sources."""
    return JSONResponse(subject_archive(desk.kernel, profile_id))


@router.get("/{profile_id}/forget", operation_id="preview_erasure", **gives(ErasurePreview))
def preview(profile_id: ProfileId, desk: AtDesk, session: Session) -> Response:
    """Return what forgetting a person would destroy and leave, and a nonce about exactly that."""
    told = forgetting(desk, profile_id)
    subject = about(str(told["profile_id"]), str(told["shown"]))
    nonces = {"forget": new_nonce(desk.kernel, session.id, subject)}
    return JSONResponse({**told, "nonces": nonces})


@router.post(
    "/{profile_id}/forget",
    operation_id="forget_person",
    **gives(ErasureCertificate),
    **takes(Forgetting),
)
def forget(profile_id: ProfileId, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Forget a person for good; returns the certificate."""
    return JSONResponse(forgotten(desk, session, sent, profile_id))


@router.get(
    "/{profile_id}/certificate", operation_id="read_certificate", **gives(ErasureCertificate)
)
def certificate(profile_id: ProfileId, desk: AtDesk) -> Response:
    """Return the certificate of an erasure, by the person or the event."""
    return JSONResponse(certificate_of(desk.kernel, profile_id))
