"""Owns mails that are broken, lie or forge: encodings, charsets, fields, dates, ids, verdicts."""

from random import Random  # noqa: TID251 - handed in, seeded

from tests.hostile.writing import Maker, chosen, mail, multipart, part

_SUBJECTS = (
    "=?utf-8?b?w4Z=?=",
    "=?utf-8?q?=?utf-8?q?nested?=?=",
    "=?utf-8?x?abc?=",
    "=?utf-7?q?+AGEAYg-?=",
    "=?utf-16?b?//4=?=",
    "=?idna?q?xn--a?=",
    "=?utf-8?b?/////w==?= =?utf-8?q?=F0=9F?= =?utf-8?q?=98=80?=",
    "=?utf-8*en?q?language?=",
    "=?utf-8?q?a=0D=0AX-AIOS-Op:_k?=",
    "=?utf-8?q?=00=E2=80=AE?=",
    "=?=?=?=?=?=",
    "\x00\x01\x1b[31mred\x7f",
    "caf\udce9 \udcff",
)
_CHARSETS = (
    ("utf-7", b"+ADw-script+AD4-"),
    ("utf-16", "Grüße".encode("utf-16")),
    ("utf-16le", b"\x00\xd8\x00"),
    ("utf-32", b"abc"),
    ("utf-8", b"\xed\xa0\x80 \xc0\xaf \xff"),
    ("us-ascii", b"\x80\x81\xfe"),
    ("x-unknown", b"\xe4\xf6"),
    ("unicode_escape", b"\\ud800\\x00"),
    ("hz-gb-2312", b"~{<:Ky2;VAHOk~}"),
    ("iso-2022-jp", b"\x1b$B\x00\x00"),
    ("cp037", b"\x00\xc8\x85"),
    ("\udcff", b"abc"),
)
_DATES = (
    "Thu, 01 Jan 1970 00:00:00 +0000",
    "Sun, 07 Feb 2106 06:28:16 +0000",
    "Mon, 01 Jan 0000 00:00:00 +0000",
    "Mon, 01 Jan 99999 00:00:00 +0000",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Tue, 32 Feb 2031 25:61:61 +9999",
    "Mon, 03 Feb 2031 10:00:00 -99999999999",
    "yesterday",
    "9" * 5000,
    "Mon, 3 Feb 31 10:00 EST",
)
_BODIES = (
    ("base64", b"SGVsbG8g***d29ybGQ\r\n=\r\n=="),
    ("base64", b"\xff\xfe\x00===="),
    ("base64", b"A"),
    ("quoted-printable", b"=ZZ=3 =\r\n= =C3=\r\n=A9 a="),
    ("uuencode", b"begin 644 ../../x\r\n#86)C\r\n`\r\nend\r\n"),
    ("x-uuencode", b"begin 644 x\r\n\xff\xff\xff\r\nend\r\n"),
    ("x-yenc", b"=ybegin line=128 size=3 name=x\r\n\x8b\x8c\x8d\r\n=yend size=9\r\n"),
    ("x-unknown", b"abc"),
    ("binary", b"\x00\xff" * 40),
    ("7bit", b"\xff" * 40),
)
_NAMES = (
    "filename*0=\"a\"; filename*1*=utf-8''%20b; filename*3=c",
    "filename*=utf-8''..%2F..%2Fetc%2Fpasswd",
    'filename="../../../etc/passwd"',
    "filename*=utf-16''%D8%00",
    "filename*=no-such''%FF%FE; filename=other.txt",
    'filename="=?utf-8?q?inv=E2=80=AEfdp.exe?="',
    'filename="CON.txt"; filename="second.txt"',
    'filename="' + "n" * 3000 + '.pdf"',
    "filename*0*=''; filename*99999999999999=x",
    'filename="a\x00b\x1b.pdf"',
    "filename=",
    "filename*=%%%",
    'filename*0="; filename*0*="',
)
_HEADS = (
    ("From: a@x.example", "From: b@x.example"),
    ("Subject: one", "Subject: two"),
    ("Message-ID: <one@x.example>", "Message-ID: <two@x.example>"),
    ("Content-Type: text/plain", "Content-Type: text/html"),
    ("Message-ID:", "Subject:"),
    ("Message-ID: <>",),
    ("Message-ID: no brackets at all",),
    ("Message-ID: <a@b><c@d>",),
    ("From:",),
    ("From: <>",),
    ("From: undisclosed-recipients:;",),
    ("From: a@x.example <b@x.example> <c@x.example>",),
    (": no name", "no colon at all", " folded: first"),
    ("Content-Type: multipart/mixed",),
    ('Content-Type: multipart/mixed; boundary=""',),
    ("Content-Type: " + "/" * 50,),
    ("Content-Type: text/plain; charset",),
    ("MIME-Version: 99", "Content-Transfer-Encoding: base64, 7bit"),
    ("Reply-To: a@b@c, (((, <<x@y>>",),
    ("To: " + "undisclosed:" * 20 + ";",),
)


_HOUSE = "widgets.example"
_SERVERS = ("mx.widgets.example", "evil.example")


def head(_chance: Random, number: int) -> bytes:
    """Missing, empty, repeated and senseless fields."""
    fields = _HEADS[number % len(_HEADS)]
    author = "" if any(one.startswith("From") for one in fields) else None
    return mail(number, *fields, f"X-Number: {number}", author=author)


def words(chance: Random, number: int) -> bytes:
    """Encoded words that are broken, nested, or hold what no header may."""
    return mail(number, f"Subject: {chance.choice(_SUBJECTS)} {number}")


def charset(chance: Random, number: int) -> bytes:
    """Bodies whose charset is wrong, unknown, dangerous or a lie."""
    name, content = chance.choice(_CHARSETS)
    body = content + f" {number}".encode()
    return mail(number, f'Content-Type: text/plain; charset="{name}"', body=body)


def encoding(chance: Random, number: int) -> bytes:
    """Bodies whose transfer encoding is broken or unknown."""
    name, content = chance.choice(_BODIES)
    return mail(number, f"Content-Transfer-Encoding: {name}", f"X-Number: {number}", body=content)


def names(chance: Random, number: int) -> bytes:
    """Attachments whose names continue, contradict, climb, deceive or never end."""
    disposition = f"Content-Disposition: attachment; {chance.choice(_NAMES)}"
    kind = 'Content-Type: application/pdf; name="other.pdf"'
    return mail(number, multipart(), body=part(kind, disposition, body="%PDF") + b"--b--")


def dates(chance: Random, number: int) -> bytes:
    """Dates of other centuries, of none, and of no calendar."""
    return mail(number, f"Date: {chance.choice(_DATES)}")


def lines(chance: Random, number: int) -> bytes:
    """Mixed line ends, bare CR, NULs, control characters and bare From lines."""
    raw = mail(number, eol=chance.choice(["\r\n", "\n", "\r", "\n\r"]))
    body = f"From me\nFrom \x00you\r\x0c\x1b[2J\r\n.\r\n\n{number}\x85\u2028\ufffe".encode()
    begin = chance.choice([b"", b"From x Mon Feb  3 10:00:00 2031\n", b"\r\n", b"\xef\xbb\xbf"])
    return begin + raw + body + chance.choice([b"", b"\r", b"\x00" * 40, b"\x1a"])


def forged(chance: Random, number: int) -> bytes:
    """Ids of other mails and of ours, our key, our address, and verdicts that nobody gave."""
    other = chance.randrange(number + 1)
    fields = (
        f"Message-ID: <{chance.choice([f'{other}@outside.example', 'k@widgets.example'])}>",
        f"References: <{other}@outside.example> <aios-{other}@widgets.example>",
        f"X-AIOS-Op: {chance.choice(['k' * 64, '../x', 'a' * 500])}",
        f"Authentication-Results: {chance.choice(_SERVERS)}; dmarc=pass header.from={_HOUSE}",
        "Authentication-Results: mx.widgets.example; dmarc=pass",
    )
    author = chance.choice([None, "From: desk@widgets.example"])
    return mail(number, *fields, author=author, body=f"{chosen(chance)} {number}")


def boundaries(chance: Random, number: int) -> bytes:
    """Multiparts that never begin, never end, or whose boundary is somewhere else."""
    inner = part("Content-Type: text/plain", body=f"{chosen(chance)} {number}")
    body = chance.choice(
        [
            inner,
            b"--b in the preamble\r\n" + inner + b"--b--",
            inner + b"--b--\r\n" + inner,
            inner.replace(b"--b", b"--c"),
            b"--b--\r\n" + inner,
            inner + part(multipart(boundary="b")) + inner,
            b"--b",
        ]
    )
    return mail(number, multipart(chance.choice(["mixed", "alternative", "x" * 300])), body=body)


BROKEN: dict[str, Maker] = {
    "fields": head,
    "encoded words": words,
    "charset": charset,
    "transfer encoding": encoding,
    "file names": names,
    "dates": dates,
    "line ends": lines,
    "forged": forged,
    "boundaries": boundaries,
}
