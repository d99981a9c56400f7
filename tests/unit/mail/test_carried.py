"""Proves that what is no plain text is read or said in words: invitations, seals, Outlook."""

import base64
import struct

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.connector import ParsedMessage
from resources.connectors.mail.invitation import invitation_text
from resources.connectors.mail.opaque import signed_content
from resources.connectors.mail.tnef import read_tnef
from tests.hostile.special import EVENT, opaque, tnef
from tests.hostile.writing import attached, mail, multipart, part
from tests.unit.mail.messages import AT, parsed

ARMOUR = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0\r\n-----END PGP MESSAGE-----\r\n"


def signed_mail(content: bytes) -> bytes:
    """Return a mail signed as S/MIME, its content within the signature."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ann")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, AT, AT.replace(year=2030))
    ).sign(key, hashes.SHA256())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    signature = builder.add_signer(certificate, key, hashes.SHA256()).sign(
        serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary]
    )
    head = (
        "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        "Content-Transfer-Encoding: base64",
    )
    return mail(1, *head, body=base64.encodebytes(signature))


def test_opaque_signature_is_read() -> None:
    """What lies within an S/MIME signature is read as the mail itself."""
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe price, please?\r\n"

    message = parsed(signed_mail(inner))

    assert message.text == "The price, please?"
    assert message.signs == ()


def test_bomb_within_a_signature_is_refused_or_left() -> None:
    """A second signature within the first is not opened, so that no seal hides a bomb."""
    inner = signed_mail(signed_mail(b"Content-Type: text/plain\r\n\r\ndeep"))

    message = parsed(inner)

    assert "deep" not in message.text
    assert message.attachments


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (
            mail(1, multipart("encrypted"), body=part(body="v") + part(body=ARMOUR) + b"--b--"),
            "PGP/MIME",
        ),
        (mail(1, body=ARMOUR), "PGP"),
        (opaque(1, "enveloped-data"), "S/MIME"),
    ],
)
def test_encrypted_mail_is_said(raw: bytes, word: str) -> None:
    """An encrypted mail says in words that it is, and a sign makes sure that a person looks."""
    message = parsed(raw)

    assert f"encrypted ({word})" in message.text
    assert message.signs == ("encryption",)


@pytest.mark.parametrize(
    ("raw", "sign"),
    [
        (opaque(1, "signed-data"), "unread_content"),
        (mail(1, "Content-Type: message/partial; number=1", body="x"), "unread_content"),
        (
            mail(1, multipart(), body=part() + attached(b"RIFF", "call.wav", "audio/wav")),
            "missing_text",
        ),
    ],
)
def test_unread_mail_is_said(raw: bytes, sign: str) -> None:
    """What can't be read, and a mail without text, say so instead of being empty."""
    message = parsed(raw)

    assert message.text.startswith("[")
    assert message.signs == (sign,)


@pytest.mark.parametrize("kind", ["signed", "signed; protocol=x"])
def test_detached_signature_hides_no_text(kind: str) -> None:
    """The text of a mail with a detached signature is its text, the signature an attachment."""
    signature = part("Content-Type: application/pgp-signature; name=s.asc", body="x")
    content_type = f"Content-Type: multipart/{kind}; boundary=b"

    message = parsed(mail(1, content_type, body=part(body="Hello") + signature + b"--b--"))

    assert (message.text, message.signs) == ("Hello", ())
    assert [one.name for one in message.attachments] == ["s.asc"]


def invited(method: str, state: str = "NEEDS-ACTION") -> ParsedMessage:
    text = EVENT.format(method=method, number=1, state=state)
    calendar = part(f"Content-Type: text/calendar; method={method}; charset=utf-8", body=text)
    body = part(body="Please come.") + calendar + b"--b--"
    return parsed(mail(1, multipart("alternative"), body=body))


def test_invitation_is_shown_in_words() -> None:
    """An invitation's summary, times, place and organiser stand in the text, and it has a sign."""
    message = invited("REQUEST")

    assert message.text == (
        "Please come.\n\n"
        "[Invitation: Visit, with a very long summary that is folded over two lines\n"
        "Begins: 2031-02-10 10:00 (Europe/Berlin)\nEnds: 2031-02-10 11:00 (UTC)\n"
        "Place: Harbour 3\nOrganiser: Ann Lee <ann@outside.example>]"
    )
    assert message.signs == ("invitation",)
    assert message.attachments[0].content_type == "text/calendar"


def test_answer_to_an_invitation_is_told_from_one() -> None:
    """A reply says what was answered, and a cancellation that it is one."""
    assert "Answer to an invitation: Visit" in invited("REPLY", "ACCEPTED").text
    assert "Answer: accepted" in invited("REPLY", "ACCEPTED").text
    assert "Cancelled invitation: Visit" in invited("CANCEL").text


@given(text=st.text(max_size=300), place=st.integers(0, len(EVENT)))
def test_any_calendar_gives_words(text: str, place: int) -> None:
    """A damaged calendar entry gives printable lines and breaks nothing."""
    words = invitation_text((EVENT[:place] + text + EVENT[place:]).replace("\r\n", "\n"))

    assert words
    assert all(line.isprintable() for line in words.split("\n"))


def test_outlook_file_is_unwrapped() -> None:
    """The text and files of winmail.dat are read; its text counts when the mail has none."""
    content = tnef("Gr\u00fc\u00dfe", {"offer.pdf": b"%PDF", "two.txt": b"2"})
    wrapped = attached(content, "winmail.dat", "application/ms-tnef") + b"--b--"

    alone = parsed(mail(1, multipart(), body=wrapped))
    beside = parsed(mail(1, multipart(), body=part(body="Hello") + wrapped))

    assert alone.text == "Gr\u00fc\u00dfe"
    assert beside.text == "Hello"
    assert [one.name for one in alone.attachments] == ["winmail.dat", "offer.pdf", "two.txt"]
    assert alone.attachments[1].content == b"%PDF"
    assert alone.signs == ()


def test_damaged_outlook_file_says_so() -> None:
    """A winmail.dat that ends early gives what came before, and a sign."""
    content = tnef("Hello", {"offer.pdf": b"%PDF"})[:-6]

    message = parsed(mail(1, multipart(), body=attached(content, "winmail.dat") + b"--b--"))

    assert message.text.startswith("Hello")
    assert message.signs == ("unread_content",)


@given(junk=st.binary(max_size=200), place=st.integers(0, 90))
def test_any_stream_is_read(junk: bytes, place: int) -> None:
    """No damage to a winmail.dat, a signature or a count in them breaks or holds up a reader."""
    stream = tnef("Hello", {"a": b"b"})
    count = struct.pack("<I", 0xFFFFFFFF)

    read_tnef(stream[:place] + junk + stream[place:])
    read_tnef(stream[:place] + count + stream[place:])
    signed_content(junk)
