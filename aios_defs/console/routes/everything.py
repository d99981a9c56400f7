"""Owns the pages of everything about one person: as a file, forgotten, and the certificate of that.

Forgetting takes two looks: the page says what goes, what stays and why, and its nonce is about
exactly that; then the operator types which person it is.
"""

from contextlib import suppress
from io import BytesIO

from fastapi import APIRouter, Request
from fastapi.responses import Response

from aios_defs.console.desk import AtDesk, Desk, Session
from aios_defs.console.downloads import saved
from aios_defs.console.forms import Sent, SentForm, done, spend
from aios_defs.console.shell import SHORT, render
from aios_defs.core.errors import AiosError, UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.erasure.certificate import certificate_of
from aios_defs.services.erasure.forget import forget, look, shown_digest
from aios_defs.services.identity.whole import root_id
from aios_defs.services.message_view import Download
from aios_defs.services.person_view import person_view
from aios_defs.services.subject_archive.content import subject_archive
from resources.erasing import finish_erasures
from resources.subject_archive.write import write_archive

router = APIRouter(prefix="/people")


@router.get("/{profile_id}/export")
def export(profile_id: str, desk: AtDesk) -> Response:
    """Hand out everything about a person as a file; its name tells nothing of them."""
    out = BytesIO()
    write_archive(desk.kernel, subject_archive(desk.kernel, profile_id), out)
    name = f"person-{profile_id[-SHORT:]}.zip"
    return saved(Download(name=name, content_type="application/zip", content=out.getvalue()))


@router.get("/{profile_id}/forget")
def preview(profile_id: str, request: Request, desk: AtDesk) -> Response:
    """Show what forgetting a person would destroy, what it would leave, and why."""
    told = forgetting(desk, profile_id)
    person = person_view(desk.kernel, profile_id)
    return render(request, "people/forget.html", told=told, person=person)


@router.post("/{profile_id}/forget")
def act(profile_id: str, desk: AtDesk, session: Session, sent: SentForm) -> Response:
    """Forget a person, and show the certificate."""
    told = forgotten(desk, session, sent, profile_id)
    return done(sent, f"/people/{told['profile_id']}/certificate", told)


@router.get("/{profile_id}/certificate")
def certificate(profile_id: str, request: Request, desk: AtDesk) -> Response:
    """Show the certificate of an erasure."""
    told = certificate_of(desk.kernel, profile_id)
    return render(request, "people/certificate.html", told=told)


def forgetting(desk: Desk, profile_id: str) -> JsonObject:
    """Return what forgetting a person would do.

    Shape: that of the certificate, and `shown` (proves which preview it is) and `confirmation`
    (the words to type).

    Raises:
        UnknownId: there is nobody of that id.
        TransitionRefused: they are forgotten already.

    """
    told = look(desk.kernel, profile_id)
    whom = str(told["profile_id"])
    shown = shown_digest(desk.kernel, told)
    return {**told, "shown": shown, "confirmation": _confirmation(whom)}


def about(profile_id: str, shown: str) -> str:
    """Return what the nonce of forgetting a person has to be about."""
    return f"forget:{profile_id}:{shown}"


def forgotten(desk: Desk, session: SessionRow, sent: Sent, profile_id: str) -> JsonObject:
    """Forget a person as it was shown; returns the certificate, which says whether it is finished.

    Raises:
        UsageInvalid: the words that name the person were not typed.
        PreviewAgain: it would not be what was shown.

    """
    with desk.kernel.ledger.view() as view:
        whom = root_id(view, profile_id)
    shown = sent.text("shown")
    spend(desk, session, sent, about(whom, shown))
    if sent.text("confirmation").strip().lower() != _confirmation(whom):
        raise UsageInvalid(
            "The words that say whom to forget are not these.",
            remedy=f"Nothing was done. Go back and type: {_confirmation(whom)}",
        )
    erased = forget(desk.kernel, whom, shown=shown)
    desk.lane.wake()
    with suppress(AiosError):  # the certificate says so, and the next start goes on
        finish_erasures(desk.home)
    return certificate_of(desk.kernel, erased.event_id)


def _confirmation(profile_id: str) -> str:
    return f"forget {profile_id[-SHORT:]}"
