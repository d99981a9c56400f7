"""Proves that mails are understood as their standards say, and refused with a reason else."""

import hashlib
import importlib.resources
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aios_defs.core.errors import InboundUnreadable
from tests.unit.mail.messages import FROM, item_of, parsed, parsed_mail, raw_mail

SEEDS = (
    raw_mail("To: desk@shop.test", "Subject: =?utf-8?q?caf=C3=A9?=", body=b"Hello\n"),
    raw_mail(
        'Content-Type: multipart/mixed; boundary="b"',
        body=b"--b\r\nContent-Type: text/html; charset=latin1\r\n\r\n<p>caf\xe9\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@y.test\r\n\r\nold\r\n--b--\r\n",
    ),
    raw_mail(
        "Content-Type: application/pdf; name*=utf-8''a%20b.pdf",
        "Content-Transfer-Encoding: base64",
        "Authentication-Results: mx.test; dmarc=pass header.from=customer.test",
        body=b"AAAA\n",
    ),
)
PIECES = (
    b"\x00",
    b"\r",
    b"\n\n",
    b"=?utf-8?q?=",
    b"--b\r\n",
    b"(" * 50,
    b'"',
    b"\xff\xfe",
    b"<",
    b"@",
)


def test_fields_are_read() -> None:
    """Ids lose their brackets, addresses their case and name, and the date becomes UTC."""
    message = parsed_mail(
        "To: Desk <DESK@Shop.test>, other@x.test",
        "Cc: team: a@x.test, b@x.test;",
        "Reply-To: <R@X.test>",
        "Message-ID: < m1@customer.test >",
        "In-Reply-To: <p2@shop.test>",
        "References: <p1@shop.test>\r\n <p2@shop.test>",
        "Date: Sun, 01 Mar 2026 10:00:00 +0200",
        "Subject: A long\r\n subject",
    )

    assert (message.sender, message.sender_name) == ("ann@customer.test", "Ann Lee")
    assert message.to == ("desk@shop.test", "other@x.test")
    assert message.cc == ("a@x.test", "b@x.test")
    assert message.reply_to == ("r@x.test",)
    assert message.message_id == "m1@customer.test"
    assert message.references == ("p1@shop.test", "p2@shop.test")
    assert message.date == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert message.subject == "A long subject"
    assert message.defects == ()


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("", "no From"),
        ("From: a@x.test\r\nFrom: b@x.test", "several From"),
        ("From: a@x.test, b@x.test", "exactly one"),
        ("From: nobody", "exactly one"),
        ("From: a@b@x.test", "exactly one"),
        ("From: a@x.test <b@x.test> <c@x.test>", "exactly one"),
        ("From: a@x.test, <b@x.test>", "exactly one"),
        ('From: "unclosed <a@x.test>', "exactly one"),
    ],
)
def test_unclear_author_is_refused(sender: str, reason: str) -> None:
    """A mail without exactly one readable author is refused, with reason and remedy."""
    with pytest.raises(InboundUnreadable, match=reason) as refused:
        parsed_mail(sender=sender)

    assert refused.value.remedy
    assert "x.test" not in str(refused.value)


@pytest.mark.parametrize(
    ("sender", "address", "name"),
    [
        ("From: boss@bank.test <eve@evil.test>", "eve@evil.test", "boss@bank.test"),
        ('From: "boss@bank.test" <eve@evil.test>', "eve@evil.test", "boss@bank.test"),
        (
            "From: =?utf-8?q?boss=40bank=2Etest=3E?= <eve@evil.test>",
            "eve@evil.test",
            "boss@bank.test>",
        ),
        ("From: Lee, Ann <ann@x.test>", "ann@x.test", "Lee, Ann"),
        ("From: ann@x.test (Ann)", "ann@x.test", "Ann"),
        ("From: J\u00f6rg <j@m\u00fcller.test>", "j@xn--mller-kva.test", "J\u00f6rg"),
    ],
)
def test_address_in_brackets_is_the_author(sender: str, address: str, name: str) -> None:
    """The author is the address that a mail server reads, never one in the display name."""
    message = parsed_mail(sender=sender)

    assert (message.sender, message.sender_name) == (address, name)


def test_missing_message_id_is_made_of_the_bytes() -> None:
    """A mail without Message-ID gets one from its bytes, the same each time."""
    raw = raw_mail()

    message = parsed(raw)

    assert message.message_id == f"{hashlib.sha256(raw).hexdigest()}@missing.invalid"
    assert "message_id_missing" in message.defects


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("=?utf-8?q?J=C3?= =?utf-8?q?=B6rg?=", "J\u00f6rg"),
        ("=?utf-8?B?SsO2?= =?utf-8?b?cmc=?=", "J\u00f6rg"),
        ("=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "\u65e5\u672c"),
        ("=?no-such-charset?q?caf=E9?=", "caf\u00e9"),
        ("=?utf-8?q?a=0D=0ABcc:_eve=40x?=", "a  Bcc: eve@x"),
        ("caf\udce9", "caf\u00e9"),
        ("caf\u00e9 \u2713", "caf\u00e9 \u2713"),
    ],
)
def test_subject_loses_no_letter(subject: str, expected: str) -> None:
    """Encoded words of any charset and raw 8-bit bytes are read; a line break is defused."""
    assert parsed_mail(f"Subject: {subject}").subject == expected


@pytest.mark.parametrize(
    "fields",
    [
        ("Subject: " + "a " * 400_000,),
        ("To: " + "(" * 60_000,),
        ("To: " + '"' * 60_000,),
        ("Content-Type: text/plain" + ";" * 60_000,),
        ("References: " + "< " * 30_000,),
        ("Authentication-Results: mx.test; dkim=pass " + "a" * 60_000,),
    ],
)
def test_huge_field_is_read_in_linear_time(fields: tuple[str, ...]) -> None:
    """One endless field neither stops the reader nor hides the author."""
    assert parsed(raw_mail(*fields), "mx.test").sender == "ann@customer.test"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" \r\n\r\n",
        raw_mail(body=b"\n" * 1_000_001),
        raw_mail(*["X-A: b"] * 5_001),
        raw_mail(
            *[f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}" for n in range(30)]
        ),
        raw_mail(
            *[f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}" for n in range(300)]
        ),
        raw_mail(*["Content-Type: message/rfc822\r\n"] * 40),
        raw_mail("Content-Type: multipart/mixed; boundary=b", body=b"--b\r\n\r\nx\r\n" * 300),
    ],
)
def test_bomb_is_refused(raw: bytes) -> None:
    """What is empty or built to exhaust the parser is refused with a reason."""
    with pytest.raises(InboundUnreadable) as refused:
        parsed(raw)

    assert refused.value.fields["reason"]
    assert "quarantine" in refused.value.remedy


def test_own_key_needs_its_form() -> None:
    """Only a single, well-formed X-AIOS-Op counts as a key."""
    key = "k" * 64

    assert parsed_mail(f"X-AIOS-Op: {key}").own_key == key
    assert parsed_mail(f"X-AIOS-Op: {key}", f"X-AIOS-Op: {key}").own_key is None
    assert parsed_mail("X-AIOS-Op: ../../etc/passwd").own_key is None


@pytest.mark.parametrize("date", ["", "Fri, 31 Dec 9999 23:59:59 -2359", "soon", "1 " * 3000])
def test_odd_date_is_no_date(date: str) -> None:
    """A date that is missing, impossible or before the calendar is none."""
    assert parsed_mail(f"Date: {date}").date is None


@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.integers(0, 600), st.sampled_from(PIECES))),
)
@example(seed=FROM.encode(), cuts=[])
def test_mutated_mail_parses_or_is_refused(seed: bytes, cuts: list[tuple[int, bytes]]) -> None:
    """A damaged mail parses to something that every store takes, or is refused."""
    for place, piece in cuts:
        seed = seed[:place] + piece + seed[place + len(piece) // 2 :]

    try:
        message = parsed(seed, "mx.test")
    except InboundUnreadable as error:
        reason = str(error.fields["reason"])
    else:
        reason = ""
        message.model_dump_json(exclude={"attachments"}).encode("utf-8")
        assert "\x00" not in message.text + message.subject + message.sender_name
    assert "broke the parser" not in reason


def test_library_corpus_parses_or_is_refused() -> None:
    """The sample mails of Python's own tests never break the parser."""
    try:
        folder = importlib.resources.files("test.test_email") / "data"
        raws = [one.read_bytes() for one in folder.iterdir() if one.name.endswith(".txt")]
    except (ModuleNotFoundError, OSError):
        pytest.skip("this Python ships without its own tests")

    reasons: list[str] = []
    for raw in raws:
        try:
            parsed(raw)
        except InboundUnreadable as error:
            reasons.append(str(error.fields["reason"]))

    assert not [one for one in reasons if "broke" in one]
    assert len(reasons) < len(raws)


def test_parsing_is_pure() -> None:
    """The same bytes parse the same, whatever the item is called."""
    raw = SEEDS[1]

    assert parsed(raw) == parsed(item_of(raw).model_copy(update={"ref": "sent:2"}).raw)
