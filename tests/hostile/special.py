"""Owns mails that carry more than text: invitations, signatures, reports, cards, calls, Outlook's.

And ordinary ones, which most mail is.
"""

import base64
import struct
from random import Random  # noqa: TID251 - handed in, seeded

from tests.hostile.writing import Maker, attached, chosen, mail, multipart, part

EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{number}@x\r\n"
    "SUMMARY:Visit\\, with a very long summary that is folde\r\n d over two lines\r\n"
    "DTSTART;TZID=Europe/Berlin:20310210T100000\r\nDTEND:20310210T110000Z\r\n"
    "ORGANIZER;CN=Ann Lee:mailto:ann@outside.example\r\nLOCATION:Harbour 3\r\n"
    "ATTENDEE;PARTSTAT={state}:mailto:desk@widgets.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_SIGNED = 'signed; protocol="application/pgp-signature"; micalg=pgp-sha256'
_SEALED = 'encrypted; protocol="application/pgp-encrypted"'
_PGP = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0\r\n-----END PGP MESSAGE-----\r\n"


def ordinary(chance: Random, number: int) -> bytes:
    """Write what a customer writes."""
    body = f"{chosen(chance)}\r\n\r\nThis is mail {number}.\r\n"
    return mail(number, "Content-Type: text/plain; charset=utf-8", body=body)


def alternative(chance: Random, number: int) -> bytes:
    """Write plain text and HTML that say different things."""
    plain = part("Content-Type: text/plain; charset=utf-8", body=chance.choice(["", "  ", "Hi."]))
    rich = part("Content-Type: text/html", body=f"<p>{chosen(chance)} <b>{number}</b></p>")
    return mail(number, multipart("alternative"), body=plain + rich + b"--b--")


def invitation(chance: Random, number: int) -> bytes:
    """Write an invitation, a cancellation or a reply to one."""
    method, state = chance.choice(
        [("REQUEST", "NEEDS-ACTION"), ("CANCEL", "DECLINED"), ("REPLY", "ACCEPTED"), ("\x00", "")]
    )
    text = EVENT.format(method=method, number=number, state=state)
    if chance.random() < 0.3:
        text = text[: chance.randrange(len(text))]
    calendar = part(f"Content-Type: text/calendar; method={method}; charset=utf-8", body=text)
    plain = part(body=chance.choice(["", "Please come."]))
    return mail(number, multipart("alternative"), body=plain + calendar + b"--b--")


def signed(chance: Random, number: int) -> bytes:
    """Write a signed mail: PGP/MIME, detached or opaque S/MIME, or PGP in the text."""
    text = part(body=f"{chosen(chance)} {number}")
    signature = part("Content-Type: application/pgp-signature; name=signature.asc", body="x")
    smime = part("Content-Type: application/pkcs7-signature; name=smime.p7s", body="AAAA")
    inline = f"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n{chosen(chance)}\r\n"
    return chance.choice(
        [
            mail(number, multipart(_SIGNED.partition(";")[0]), body=text + signature + b"--b--"),
            mail(number, multipart("signed"), body=text + smime + b"--b--"),
            mail(number, body=inline),
            opaque(number, "signed-data"),
        ]
    )


def opaque(number: int, kind: str) -> bytes:
    """Write an S/MIME mail whose content lies within PKCS #7."""
    head = (
        f"Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m",
        "Content-Transfer-Encoding: base64",
    )
    return mail(number, *head, body=base64.encodebytes(b"0\x80\x06\x09" + b"\x00" * 90))


def encrypted(chance: Random, number: int) -> bytes:
    """Write an encrypted mail: PGP/MIME, S/MIME, or PGP in the text."""
    version = part("Content-Type: application/pgp-encrypted", body="Version: 1")
    data = part("Content-Type: application/octet-stream; name=encrypted.asc", body=_PGP)
    return chance.choice(
        [
            mail(number, multipart(_SEALED.partition(";")[0]), body=version + data + b"--b--"),
            mail(number, f"X-Number: {number}", body=_PGP),
            opaque(number, "enveloped-data"),
        ]
    )


def report(chance: Random, number: int) -> bytes:
    """Write a delivery report, or a fragment of a message."""
    if chance.random() < 0.2:
        fields = f"Content-Type: message/partial; id={number}; number=1; total=99999999"
        return mail(number, fields, body="Subject: inner\r\n\r\nbegin")
    status = part("Content-Type: message/delivery-status", body="Reporting-MTA: dns; x\r\n\r\n\r\n")
    returned = part("Content-Type: message/rfc822", body=ordinary(chance, number))
    body = part(body="Could not be delivered.") + status + returned + b"--b--"
    return mail(number, multipart("report", more="; report-type=delivery-status"), body=body)


def call(chance: Random, number: int) -> bytes:
    """Write a mail without text and with one attachment: a recorded call, a scan, a card."""
    one = chance.choice(
        [
            attached(b"RIFF" + bytes(40), "voice.wav", "audio/wav"),
            attached(b"%PDF-1.4 " + bytes(400), "scan.pdf", "application/pdf"),
            attached(b"BEGIN:VCARD\r\nFN:Ann\r\nEND:VCARD\r\n", "ann.vcf", "text/vcard"),
        ]
    )
    return mail(number, multipart(), body=part(body="") + one + b"--b--")


def outlook(chance: Random, number: int) -> bytes:
    """Write a mail whose content Outlook wrapped into winmail.dat, sometimes damaged."""
    content = tnef(f"{chosen(chance)} {number}", {"offer.pdf": b"%PDF-1.4"})
    if chance.random() < 0.4:
        content = content[: chance.randrange(len(content))] + chance.randbytes(9)
    wrapped = attached(content, "winmail.dat", "application/ms-tnef")
    return mail(number, multipart(), body=part(body="") + wrapped + b"--b--")


def tnef(text: str, files: dict[str, bytes]) -> bytes:
    """Return a TNEF stream (MS-OXTNEF) with a body and files."""
    found = struct.pack("<IH", 0x223E9F78, 1) + _attribute(
        1, 0x00069007, struct.pack("<II", 65001, 0)
    )
    found += _attribute(1, 0x0002800C, text.encode() + b"\0")
    for name, content in files.items():
        found += _attribute(2, 0x00069002, bytes(14))
        found += _attribute(2, 0x00018010, name.encode() + b"\0")
        found += _attribute(2, 0x0006800F, content)
    return found


def _attribute(level: int, identity: int, content: bytes) -> bytes:
    head = struct.pack("<BII", level, identity, len(content))
    return head + content + struct.pack("<H", sum(content) % 65536)


SPECIAL: dict[str, Maker] = {
    "ordinary": ordinary,
    "alternative": alternative,
    "invitation": invitation,
    "signed": signed,
    "encrypted": encrypted,
    "report": report,
    "no text": call,
    "winmail": outlook,
}
