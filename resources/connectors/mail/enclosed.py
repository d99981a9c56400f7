"""Owns parts that hold more than text or a file: invitations, encryption, signatures, Outlook's.

What can be read is read; what can't is said in words, and a sign makes sure that a person looks.
"""

from dataclasses import dataclass

from resources.connectors.mail.charset import decode_bytes
from resources.connectors.mail.invitation import invitation_text
from resources.connectors.mail.limits import MAX_CALENDAR_CHARS
from resources.connectors.mail.opaque import signed_content
from resources.connectors.mail.tnef import read_tnef

ENCRYPTION, UNREAD, MISSING, INVITATION = (
    "encryption",
    "unread_content",
    "missing_text",
    "invitation",
)
ARMOUR = "-----BEGIN PGP MESSAGE-----"
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_ENCRYPTED = "This mail is encrypted ({}); open it in your mail program."
_OUTLOOK = "Its winmail.dat is damaged; open it in Outlook."
_SEALED = (
    "Its content lies in an S/MIME file that can't be read here; open it in your mail program."
)
_PARTIAL = "This is one piece of a mail that was sent in several; open it in your mail program."


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """What a part holds: a note and its sign, text, files, or the bytes of a message within."""

    note: str = ""
    sign: str = ""
    text: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    message: bytes | None = None


def is_enclosing(kind: str, name: str) -> bool:
    """Return whether a part of that type and file name holds more than text or a file."""
    others = {"text/calendar", "application/ics", "message/partial", "multipart/encrypted"}
    return kind in others | _SMIME or _is_outlook(kind, name)


def enclosed(kind: str, name: str, content: bytes, parameters: dict[str, str]) -> Enclosed:
    """Read a part for which `is_enclosing` holds."""
    if kind == "multipart/encrypted":
        return encrypted("PGP/MIME")
    if kind == "message/partial":
        return Enclosed(note=_PARTIAL, sign=UNREAD)
    if kind in _SMIME:
        return _smime(content, parameters.get("smime-type", "").lower())
    if _is_outlook(kind, name):
        return _outlook(content)
    text, _ = decode_bytes(content[: 4 * MAX_CALENDAR_CHARS], parameters.get("charset", "utf-8"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")[:MAX_CALENDAR_CHARS]
    return Enclosed(note=invitation_text(text), sign=INVITATION)


def encrypted(how: str) -> Enclosed:
    """Return what stands for an encrypted part."""
    return Enclosed(note=_ENCRYPTED.format(how), sign=ENCRYPTION)


def _is_outlook(kind: str, name: str) -> bool:
    return kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or (
        name.lower() == "winmail.dat"
    )


def _smime(content: bytes, kind: str) -> Enclosed:
    message = signed_content(content)
    if message is not None:
        return Enclosed(message=message)
    if kind in {"signed-data", "certs-only", "compressed-data"}:
        return Enclosed(note=_SEALED, sign=UNREAD)
    return encrypted("S/MIME")


def _outlook(content: bytes) -> Enclosed:
    found = read_tnef(content)
    note, sign = ("", "") if found.is_whole else (_OUTLOOK, UNREAD)
    return Enclosed(note=note, sign=sign, text=found.text, files=tuple(found.files))
