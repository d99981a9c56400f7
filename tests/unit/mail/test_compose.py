"""Proves that what is sent says what the arguments say, and that nothing forges a field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aios_defs.core.model import JsonObject
from resources.connectors.mail.arguments import MailArguments
from resources.connectors.mail.compose import compose, content_digest
from tests.unit.mail.messages import AT, parsed

KEY = "k" * 64
VALID: JsonObject = {"to": ["ann@customer.test"], "subject": "Hi", "body": "Hello"}
LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp", "Zs"]), max_size=300
)
BODIES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=500)


def composed(arguments: MailArguments) -> bytes:
    return compose(arguments, key=KEY, address="desk@shop.test", at=AT)


@given(words=st.lists(LINES, max_size=4), body=BODIES)
def test_message_reads_back(words: list[str], body: str) -> None:
    """Subject and body of any letters come back as they were given."""
    subject = " ".join(word for word in words if word)
    arguments = MailArguments.model_validate({**VALID, "subject": subject[:900], "body": body})

    message = parsed(composed(arguments))

    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    expected = "\n".join(line.rstrip(" \t") for line in lines).strip()
    assert message.subject == subject[:900].strip()
    assert message.text == expected
    assert message.date == AT
    assert (message.own_key, message.message_id) == (KEY, f"aios-{KEY}@shop.test")


def test_thread_is_kept() -> None:
    """A reply names its parent and all ancestors, however long, in fields that read back."""
    ancestors = [f"{number:0>70}@customer.test" for number in range(30)]
    arguments = {**VALID, "in_reply_to": f"<{ancestors[-1]}>", "references": list(ancestors)}

    raw = composed(MailArguments.model_validate(arguments))

    assert parsed(raw).references == tuple(ancestors)
    assert max(map(len, raw.split(b"\n"))) < 998


def test_same_content_is_the_same_bytes() -> None:
    """The same arguments, key and instant give the same bytes; another content another digest."""
    one = MailArguments.model_validate(VALID)
    other = MailArguments.model_validate({**VALID, "body": "Hello!"})

    assert composed(one) == composed(MailArguments.model_validate(VALID))
    digests = [content_digest(each, key=KEY, address="desk@shop.test") for each in (one, other)]
    assert digests[0] != digests[1]


def test_automatic_mail_says_so() -> None:
    """Only a mail that nobody read before it went is marked as automatic."""
    automatic = MailArguments.model_validate({**VALID, "automatic": True})

    assert parsed(composed(automatic)).automatic == "auto_reply"
    assert parsed(composed(MailArguments.model_validate(VALID))).automatic is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "Hi\r\nBcc: eve@evil.test"),
        ("subject", "Hi\nBcc: eve@evil.test"),
        ("subject", "Hi\x00"),
        ("subject", "Hi\u2028there"),
        ("subject", "\ud800"),
        ("subject", "x" * 901),
        ("body", "a\x00b"),
        ("body", "\ud800"),
        ("to", []),
        ("to", ["ann@customer.test\r\nBcc: eve@evil.test"]),
        ("to", ["Ann <ann@customer.test>"]),
        ("to", ["ann"]),
        ("to", ["a@b@customer.test"]),
        ("to", ["ann@customer.test, eve@evil.test"]),
        ("cc", ["a b@customer.test"]),
        ("bcc", ["a@x.test\x00"]),
        ("to", [f"a{number}@x.test" for number in range(101)]),
        ("in_reply_to", "a@x.test>\r\nBcc: <eve@evil.test"),
        ("references", ["a b@x.test"]),
        ("unknown", "x"),
    ],
)
def test_forged_or_oversized_argument_is_refused(name: str, value: object) -> None:
    """An argument that would add a field, a recipient or a line is no argument."""
    with pytest.raises(ValidationError):
        MailArguments.model_validate({**VALID, name: value})


def test_addresses_are_normal() -> None:
    """Recipients are lower-cased with their domain in ASCII, as policy compares them."""
    arguments = MailArguments.model_validate({**VALID, "to": ["Ann@M\u00fcller.test"]})

    assert arguments.to == ("ann@xn--mller-kva.test",)
    assert b"To: ann@xn--mller-kva.test\n" in composed(arguments)
