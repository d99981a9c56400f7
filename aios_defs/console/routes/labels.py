"""Owns the page of a label: how far exactly this fact or message may go, and the operator's word.

The acts are shared with the API: they spend a nonce about `lower:<id>` or `restore:<id>` and wake
the lane, for what waited is to be decided anew.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.forms import Sent, SentForm, done, spend
from aios_defs.console.shell import render
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.lowering import label_view, lower, restore

router = APIRouter(prefix="/labels")


@router.get("/{labelled_id}")
def label(labelled_id: str, request: Request, desk: AtDesk) -> Response:
    """Show the label of a fact or message."""
    return render(request, "facts/label.html", label=label_view(desk.kernel, labelled_id))


@router.post("/{labelled_id}/lower")
def lower_label(labelled_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Let it go further."""
    told = lowered(desk, session, sent, labelled_id)
    return done(sent, f"/labels/{labelled_id}", told)


@router.post("/{labelled_id}/restore")
def restore_label(labelled_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Take that back."""
    told = restored(desk, session, sent, labelled_id)
    return done(sent, f"/labels/{labelled_id}", told)


def lowered(desk: Desk, session: SessionRow, sent: Sent, labelled_id: str) -> JsonObject:
    """Lower a label; returns it, as `label_view`."""
    spend(desk, session, sent, f"lower:{labelled_id}")
    told = lower(desk.kernel, labelled_id, sent.text("level"))
    desk.lane.wake()
    return told


def restored(desk: Desk, session: SessionRow, sent: Sent, labelled_id: str) -> JsonObject:
    """Take the lowering of a label back; returns it, as `label_view`."""
    spend(desk, session, sent, f"restore:{labelled_id}")
    told = restore(desk.kernel, labelled_id)
    desk.lane.wake()
    return told
