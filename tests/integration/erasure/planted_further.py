"""Owns further places where one person left her words: attachments, imports, an answer, an edit."""

from email.message import EmailMessage

from aios_defs.core.actions import ActionState
from aios_defs.core.rows.tasks import QuestionRow
from aios_defs.services.approve import edit_and_approve
from aios_defs.services.questions import answer
from tests.integration.desk import DESK, FILES, Desk, Mail
from tests.integration.erasure.planted import ADDRESS, NAME, WORDS, build, filled
from tests.integration.memory_files import imported_from, written

FURTHER = (
    "plantedattachname",
    "plantedattachword",
    "plantedlargeword",
    "plantedümlautword",
    "plantedanswerword",
    "planteditword",
    "plantedcardword",
    "plantedmeetingword",
    "plantedbrokenword",
)
EVERYWHERE = (*WORDS, *FURTHER)
STEMS = ("planted", "quenneville", "zylpha")
"""What every planted word holds, for a search in very many bytes."""
_BLOB_IN_DATABASE = 256_000
_CARD = f"""BEGIN:VCARD
VERSION:3.0
FN:{NAME}
EMAIL:{ADDRESS}
NOTE:plantedcardword
END:VCARD
"""
_EVENT = f"""SUMMARY:{{0}}
ORGANIZER;CN={NAME}:mailto:{ADDRESS}
ATTENDEE;CN=Desk:mailto:{DESK}
END:VEVENT
"""
_CALENDAR = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Somebody//Calendar 1.0//EN\n"
    "BEGIN:VEVENT\nUID:one@calendar.example\nDTSTART:20250105T100000Z\nDTEND:20250105T110000Z\n"
    + _EVENT.format("plantedmeetingword")
    + "BEGIN:VEVENT\nUID:two@calendar.example\n"
    + _EVENT.format("plantedbrokenword")
    + "END:VCALENDAR\n"
)


def filled_everywhere(desk: Desk) -> str:
    """Let her leave words in every kind of place; returns the id of her profile."""
    whom = filled(desk)
    desk.put(with_attachments())
    desk.turn()
    _ask(desk)
    _edit(desk)
    imported_from(desk, written(desk, "mail/contacts.vcf", _CARD))
    imported_from(desk, written(desk, "mail/calendar.ics", _CALENDAR))
    build(desk)
    return whom


def with_attachments() -> bytes:
    """Return a mail of hers that carries a named file, a large one, and letters beyond ASCII."""
    message = EmailMessage()
    message["From"], message["To"] = f"{NAME} <{ADDRESS}>", DESK
    message["Subject"], message["Message-ID"] = "Files", "<files@plantedhost.example>"
    message.set_content("Here they are: plantedümlautword", cte="quoted-printable")
    message.add_attachment(
        b"plantedattachword", maintype="application", subtype="x", filename="plantedattachname.bin"
    )
    large = b"plantedlargeword " * (2 * _BLOB_IN_DATABASE // 17)
    message.add_attachment(large, maintype="application", subtype="x", filename="large.bin")
    return bytes(message)


def _ask(desk: Desk) -> None:
    """Let her ask what only the operator knows, and answer her alone."""
    desk.write("facts.yaml", FILES["facts.yaml"] + "- topic: red widget\n  aliases: [red one]\n")
    desk.reopen()
    desk.receive(Mail(text="How much is the red widget?", sender=f"{NAME} <{ADDRESS}>"))
    with desk.kernel.ledger.view() as view:
        (latest,) = view.select(QuestionRow, state="open", order="-position", limit=1)
    answer(desk.kernel, latest.id, "plantedanswerword", remember=False)
    desk.turn()


def _edit(desk: Desk) -> None:
    """Send her what the operator wrote over a draft."""
    waiting = [one for one in desk.actions() if one.state is ActionState.AWAITING_APPROVAL]
    latest = max(waiting, key=lambda one: one.created_at)
    edit_and_approve(desk.kernel, latest.id, {"body": "Hello, planteditword"}, window=0)
    desk.turn()
