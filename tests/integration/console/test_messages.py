"""Proves that a message is looked at safely: nothing in it acts, what it carries is only saved."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from aios_defs.services.message_view import safe_name
from tests.integration.console.kit import Console, words
from tests.integration.desk import DESK, KIM, Mail

HTML = "<script>alert(document.domain)</script>"


def carrying(*attachments: tuple[str, str, bytes], text: str = "See what I attached.") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = KIM, DESK, "Attached"
    message["Message-ID"] = "<carrying@outside.example>"
    message.set_content(text)
    for name, kind, content in attachments:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return bytes(message)


def take(console: Console, raw: bytes) -> str:
    console.desk.put(raw)
    console.desk.turn()
    return console.desk.messages()[-1].id


def test_a_message_shows_its_headers_and_what_is_known_of_its_sender(console: Console) -> None:
    """From, to, text, the sender's standing and the signs found are there."""
    console.desk.receive(Mail(subject="Price", text="How much is the blue widget? A refund?"))
    message = console.desk.messages()[0]

    page = words(console.get(f"/messages/{message.id}"))

    assert KIM in page
    assert DESK in page
    assert "How much is the blue widget?" in page
    assert "nobody vouches for the address" in page
    assert "refund" in page.partition("Signs")[2]
    assert "Kim A" in page


def test_hostile_text_is_inert_and_seen(console: Console) -> None:
    """Scripts are text, a remote image is not loaded, hidden characters show their number."""
    text = f"{HTML} <img src=https://evil.example/x.png> \u202egnp.exe \u200bend"
    message_id = take(console, carrying(text=text))

    page = console.get(f"/messages/{message_id}")

    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert not {"\u202e", "\u200b"} & set(page.text)
    assert "<U+202E>gnp.exe <U+200B>end" in words(page)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("page.html", "text/html"), ("image.svg", "image/svg+xml"), ("photo.png", "text/html")],
)
def test_an_active_attachment_is_bytes_to_save(console: Console, name: str, kind: str) -> None:
    """No browser shows, sniffs or runs it in our origin."""
    message_id = take(console, carrying((name, kind, HTML.encode())))

    answer = console.get(f"/messages/{message_id}/attachments/1")

    assert answer.content.strip() == HTML.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert "can run when opened" in words(console.get(f"/messages/{message_id}"))


def test_a_harmless_attachment_keeps_its_type_and_is_saved_too(console: Console) -> None:
    """Even a picture is never shown in our origin."""
    message_id = take(console, carrying(("a.png", "image/png", b"\x89PNG")))

    answer = console.get(f"/messages/{message_id}/attachments/1")

    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    ("sent", "saved"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\evil.exe", "evil.exe"),
        (".bashrc", "bashrc"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ('x"; filename="y.txt', "x___filename__y.txt"),
        ("line\r\nSet-Cookie: a=b.txt", "line__Set-Cookie__a_b.txt"),
        ("Rücken.pdf", "Rücken.pdf"),
        ("", "attachment-3"),
        ("...", "attachment-3"),
        ("x" * 300 + ".pdf", "x" * 69 + ".pdf"),
    ],
)
def test_a_name_is_safe_to_save(sent: str, saved: str) -> None:
    """Folders, quotes, line ends and signs that turn text never reach a header or a disk."""
    assert safe_name(sent, 3) == saved


def test_a_name_with_line_ends_adds_no_header(console: Console) -> None:
    """The header of a download holds letters of the plain alphabet only."""
    message_id = take(console, carrying(('ü"; evil="', "application/pdf", b"x")))

    disposition = console.get(f"/messages/{message_id}/attachments/1").headers[
        "content-disposition"
    ]

    assert disposition.isascii()
    assert disposition.count('"') == 2
    assert "evil=" not in disposition


def test_a_long_body_is_cut_with_the_whole_to_save(console: Console) -> None:
    """Two million letters in one line make a small page; what was read and what came are saved."""
    message_id = take(console, carrying(text="x" * 2_000_000))

    page = console.get(f"/messages/{message_id}")
    whole = console.get(f"/messages/{message_id}/text")
    source = console.get(f"/messages/{message_id}/source")

    assert len(page.content) < 100_000
    assert len(source.content) < 100_000
    assert "Cut here" in words(page)
    assert 999_900 < whole.content.count(b"x") <= 1_000_000
    assert console.get(f"/messages/{message_id}/raw").content.count(b"x") > 2_000_000
    assert whole.headers["content-disposition"].startswith("attachment; ")


def test_the_raw_bytes_are_handed_out_untouched(console: Console) -> None:
    """What is saved is what came."""
    raw = carrying(("page.html", "text/html", HTML.encode()))
    message_id = take(console, raw)

    answer = console.get(f"/messages/{message_id}/raw")

    assert answer.content == raw
    assert answer.headers["content-type"] == "application/octet-stream"


def test_what_could_not_be_read_is_a_page_that_says_so(console: Console) -> None:
    """A message of quarantine has its reason and its source, and no text."""
    message_id = take(console, b"\x00\x01 no mail at all")

    page = words(console.get(f"/messages/{message_id}"))

    assert console.desk.messages()[-1].state == "quarantined"
    assert "A message that can't be shown" in page
    assert "no mail at all" in words(console.get(f"/messages/{message_id}/source"))


@pytest.mark.parametrize("path", ["nothing", "..%2f..%2fkeys.db", "%00"])
def test_an_unknown_message_is_not_found(console: Console, path: str) -> None:
    """No id leads anywhere but to a message."""
    for tail in ("", "/source", "/raw", "/text", "/attachments/1"):
        assert console.get(f"/messages/{path}{tail}").status_code == 404


def test_only_an_attachment_that_is_there_is_handed_out(console: Console) -> None:
    """Numbers outside are not found; what is no number is refused."""
    message_id = take(console, carrying(("a.png", "image/png", b"x")))

    answers = [
        console.get(f"/messages/{message_id}/attachments/{one}").status_code
        for one in ("0", "2", "-1", "99999999999999999999", "one")
    ]

    assert answers == [404, 404, 404, 404, 422]


def test_the_api_returns_what_the_page_shows(console: Console) -> None:
    """Programs get the same value, with the same marks."""
    message_id = take(console, carrying(("page.html", "text/html", HTML.encode())))

    told = console.json(f"/api/messages/{message_id}")

    assert told["content"]["from"] == KIM
    assert told["content"]["attachments"][0]["is_active"] is True
