"""Proves that bodies become plain text without losing a letter, and the rest attachments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.connectors.mail.charset import decode_bytes
from resources.connectors.mail.markup import text_of
from tests.unit.mail.messages import parsed_mail

MIXED = 'Content-Type: multipart/mixed; boundary="b"'


def part(*lines: str, body: bytes = b"") -> bytes:
    return b"--b\r\n" + "".join(f"{one}\r\n" for one in lines).encode() + b"\r\n" + body + b"\r\n"


@pytest.mark.parametrize(
    ("charset", "body", "expected"),
    [
        ("utf-8", "caf\u00e9 \u2713".encode(), "caf\u00e9 \u2713"),
        ("iso-8859-1", b"\x93caf\xe9\x94 \x80", "\u201ccaf\u00e9\u201d \u20ac"),
        ("us-ascii", "caf\u00e9".encode(), "caf\u00e9"),
        ("us-ascii", b"caf\xe9", "caf\u00e9"),
        ("utf-8", b"caf\xe9 caf\xc3\xa9", "caf\u00e9 caf\u00e9"),
        ("no-such-charset", b"caf\xe9", "caf\u00e9"),
        ("gb2312", "\u4e2d\u570b".encode("gb18030"), "\u4e2d\u570b"),
        (
            "windows-1251",
            "\u043f\u0440\u0438\u0432\u0435\u0442".encode("cp1251"),
            "\u043f\u0440\u0438\u0432\u0435\u0442",
        ),
        ("shift_jis", "\u2460".encode("cp932"), "\u2460"),
        ("punycode", b"caf\xe9", "caf\u00e9"),
        ("zlib", b"plain", "plain"),
        ("unicode_escape", b"a\\x41\\ b", "a\\x41\\ b"),
    ],
)
def test_charset_is_read_or_guessed(charset: str, body: bytes, expected: str) -> None:
    """Declared, mislabelled, unknown and dangerous charsets all give readable text."""
    message = parsed_mail(f'Content-Type: text/plain; charset="{charset}"', body=body)

    assert message.text == expected


@given(content=st.binary(max_size=200))
def test_fallback_loses_no_byte(content: bytes) -> None:
    """Under an unknown charset every byte that is no UTF-8 stays as a letter of its own."""
    text, is_exact = decode_bytes(content, "no-such-charset")

    letters = content.decode("utf-8", "surrogateescape")
    assert len(text) == len(letters)
    assert not is_exact or content.isascii() or content.decode("utf-8")
    text.encode("utf-8")


def test_plain_alternative_wins_unless_empty() -> None:
    """Of alternatives the plain text counts; an empty one gives way to HTML."""
    kind = 'Content-Type: multipart/alternative; boundary="b"'
    html = part("Content-Type: text/html", body=b"<p>rich</p>")

    both = parsed_mail(kind, body=part("Content-Type: text/plain", body=b"plain") + html + b"--b--")
    empty = parsed_mail(kind, body=part("Content-Type: text/plain", body=b" ") + html + b"--b--")

    assert (both.text, both.is_html) == ("plain", False)
    assert (empty.text, empty.is_html) == ("rich", True)


def test_parts_become_text_and_attachments() -> None:
    """Inline text parts are joined; named or other parts, and messages within, are attached."""
    body = (
        part(body=b"one")
        + part("Content-Disposition: attachment; filename*=utf-8''na%C3%AFve.txt", body=b"file")
        + part('Content-Type: application/pdf; name="=?utf-8?q?=C3=BC.pdf?="', body=b"%PDF")
        + part("Content-Type: message/rfc822", body=b"From: x@y.test\r\n\r\nforwarded")
        + part("Content-Type: text/plain", body=b"two")
        + b"--b--"
    )

    message = parsed_mail(MIXED, body=body)

    assert message.text == "one\n\ntwo"
    assert [one.name for one in message.attachments] == ["na\u00efve.txt", "\u00fc.pdf", ""]
    assert [one.content for one in message.attachments[:2]] == [b"file", b"%PDF"]
    assert b"forwarded" in message.attachments[2].content


def test_base64_attachment_is_decoded() -> None:
    """An attachment's bytes come decoded, with the declared type."""
    head = ("Content-Type: image/png", "Content-Transfer-Encoding: base64")

    message = parsed_mail(MIXED, body=part(*head, body=b"iVBORw==") + b"--b--")

    assert message.attachments[0].content == b"\x89PNG"
    assert message.attachments[0].content_type == "image/png"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Hi <b>you</b>,<br>bye", "Hi you,\nbye"),
        ("a &lt; b &amp;&nbsp;c", "a < b & c"),
        ('<a href="https://x.test/a">here</a>', "here (https://x.test/a)"),
        ('<a href="https://x.test/">https://x.test</a>', "https://x.test"),
        ('<a href="mailto:a@x.test">a@x.test</a>', "a@x.test"),
        ('<a href="#top">up</a>', "up"),
        ("<style>p{}</style><script>if (a<b) x()</script>text<title>t</title>", "text"),
        ('<div style="display: none">no<div>no</div>no</div>yes', "yes"),
        ('<span hidden>no</span><i style="font-size:0px">no</i>yes', "yes"),
        ('<b style="font-size:0.9em">yes</b>', "yes"),
        ("<div hidden>only</div>", "only"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ('<img alt="logo" src="data:image/png;base64,AAAA>">x', "logox"),
        ("a<!-- no --><!doctype html>b", "ab"),
        ("1 < 2 <", "1 < 2 <"),
    ],
)
def test_html_becomes_what_a_reader_sees(html: str, expected: str) -> None:
    """Visible text and links stay; scripts, styles and hidden elements go."""
    assert text_of(html) == expected


@pytest.mark.parametrize("piece", ["<a ", '<a "', "<a b='", "<!--", "<script>", "<", "</a ", " \t"])
def test_hostile_html_takes_linear_time(piece: str) -> None:
    """Markup built to stop a parser is read like any other."""
    text = text_of(piece * (300_000 // len(piece)) + "x")

    assert len(text) <= 300_001


def test_blanks_without_end_take_linear_time() -> None:
    """A body of blanks alone is no text and stops nothing."""
    assert parsed_mail(body=b" \t" * 400_000 + b"x").text == "x"
