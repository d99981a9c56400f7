"""Owns labels as JSON, and the operator's word on how far one exact content may go."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from aios_defs.console.api.describe import gives, takes
from aios_defs.console.api.parameters import LabelledId
from aios_defs.console.api.shapes.labels import Labelled, LabelShown, Lowering
from aios_defs.console.api.shapes.shape import Plain
from aios_defs.console.desk import AtDesk, Session
from aios_defs.console.forms import SentForm, done
from aios_defs.console.routes.labels import lowered, restored
from aios_defs.services.lowering import label_view
from aios_defs.services.nonces import new_nonce

router = APIRouter(prefix="/api/labels", tags=["memory"])


@router.get("/{labelled_id}", operation_id="read_label", **gives(Labelled))
def label(labelled_id: LabelledId, desk: AtDesk, session: Session) -> Response:
    """Return the label of a fact or message, with a nonce for each act on it."""
    shown = label_view(desk.kernel, labelled_id)
    nonces = {
        act: new_nonce(desk.kernel, session.id, f"{act}:{labelled_id}")
        for act in ("lower", "restore")
    }
    return JSONResponse({**shown, "nonces": nonces})


@router.post(
    "/{labelled_id}/lower", operation_id="lower_label", **gives(LabelShown), **takes(Lowering)
)
def lower_label(
    labelled_id: LabelledId, desk: AtDesk, session: Session, sent: SentForm
) -> Response:
    """Let exactly this fact or message go as far as a `level`; returns its label."""
    told = lowered(desk, session, sent, labelled_id)
    return done(sent.for_program(), f"/labels/{labelled_id}", told)


@router.post(
    "/{labelled_id}/restore", operation_id="restore_label", **gives(LabelShown), **takes(Plain)
)
def restore_label(
    labelled_id: LabelledId, desk: AtDesk, session: Session, sent: SentForm
) -> Response:
    """Take that back; returns its label."""
    told = restored(desk, session, sent, labelled_id)
    return done(sent.for_program(), f"/labels/{labelled_id}", told)
