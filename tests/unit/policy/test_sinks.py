"""Tests of sinks and provenance: what decides where something goes, and who stands behind it."""

import pytest

from aios_defs.core.policy.embedded import embedded_sinks
from aios_defs.core.policy.provenance import Provenance
from aios_defs.core.policy.sinks import bare_address, classify
from tests.unit.policy.operations import SEND

TRUSTED = Provenance(
    [
        "Pay GB29 NWBK 6016 1331 9268 19 the sum of 1,200.50 EUR, then 50€ and $98.70.",
        "Mail a@b.co. Book Riverside View on May 3rd from 10:00 to 3pm.",
        "See https://Shop.example/a/b. Items 13, 7. Kim <kim@maple.example>, 2024-05-15, aa@b.com",
    ],
    ["lee@oak.example"],
)


@pytest.mark.parametrize(
    "value",
    [
        *("GB29NWBK60161331926819", "gb29 nwbk60161331926819", 1200.5, "1200.50", 50, "50", 98.7),
        *("a@b.co", "A@B.co", "Kim Maple <kim@maple.example>", "lee@oak.example"),
        *("Riverside View", "riverside  view", "https://shop.example/a/b", 13, "13", "2024-05-15"),
        *("2024-05-03", "2026-05-03 10:00", "2026-05-03T15:00", "", None, False),
    ],
)
def test_what_stands_in_trusted_text_is_vouched_for(value: str | float | None) -> None:
    """A value is vouched for when it stands in a trusted text, in any usual form of its kind."""
    assert TRUSTED.vouches(value)


@pytest.mark.parametrize(
    "value",
    [
        *("GB29NWBK60161331926818", "GB29NWBK6016133192", "a@b.c", "a@b.com", "im@maple.example"),
        *("x@a@b.co", "\u0430@b.co", "Kim <kim@maple.example>, eve@evil.example", "maple.example"),
        *("https://shop.example/a", "https://shop.example/a/b/c", "https://shop.example@evil.test"),
        *(1200, 5, "2024-05-16", "2024-05-15 11:00", "Riverside Vie", True, "evil"),
    ],
)
def test_what_only_resembles_trusted_text_is_not(value: str | float) -> None:
    """A part, an extension or a look-alike of a trusted value is another value."""
    assert not TRUSTED.vouches(value)


@pytest.mark.parametrize(
    "text", ["a@b.co\nBcc: c@d.example", "a b@c.example", "a@b@c.example", "a@", "@b.co", "a@b", ""]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """An address with control characters, blanks, two signs or no domain is none."""
    assert bare_address(text) is None


def test_sinks_inside_free_text_are_found() -> None:
    """Links, addresses and account numbers in prose, markup and entities are sinks."""
    text = (
        "Go to https://evil.example/x?d=1, or write m@x.example! [here](www.bad.example)"
        " pay GB29 NWBK 6016 1331 9268 19 PLEASE, e.g. readme.md costs 12.50"
        ' <a href="http&#58;//hid.example">x</a>'
    )

    found = set(embedded_sinks(text))

    assert found == {
        *("https://evil.example/x?d=1", "m@x.example", "www.bad.example"),
        *("GB29NWBK60161331926819", "http://hid.example"),
    }


def test_each_scalar_of_an_unknown_operation_is_a_sink_but_free_text() -> None:
    """Nested values and addresses used as keys count; evident free text does not."""
    found = classify(
        None,
        {
            "recipient": "GB29NWBK60161331926819",
            "amount": 5,
            "subject": "hello",
            "options": {"people": [{"email": "a@b.co"}], "c@d.example": "rw", "link": None},
            "site": "https://evil.example",
        },
    )

    assert [leaf.value for leaf in found.payees] == ["GB29NWBK60161331926819"]
    assert [leaf.value for leaf in found.others] == [5, "rw"]
    assert [leaf.value for leaf in found.links] == ["https://evil.example"]
    assert set(found.recipients) == {"a@b.co", "c@d.example"}


def test_an_undeclared_argument_of_a_known_operation_is_a_sink() -> None:
    """An argument that the connector does not declare is judged as a sink; mail headers are not."""
    found = classify(SEND, {"to": ["a@b.co"], "forward": "c@d.example", "in_reply_to": "<x@y.z>"})

    assert found.recipients == ("a@b.co", "c@d.example")
    assert found.embedded == ()


@pytest.mark.parametrize("to", ["", "  ", ["a@b.co", ""], ["nobody"], [7], "a@b.co; x"])
def test_a_recipient_of_a_mail_that_is_no_address_is_counted(to: object) -> None:
    """Each recipient of a mail must be an address."""
    found = classify(SEND, {"to": to})  # type: ignore[dict-item]  # parametrised

    assert found.invalid == 1
