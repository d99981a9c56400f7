"""Tests of containment: protected text is found however it is written, and nothing else is."""

import base64
import codecs
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.containment import Carried, atoms, open_text

SENTENCE = "she is considering leaving her job in winter"
NOTE = f"Alarm: 4711-8822. Write to kim@maple.example. Password: Sup3r-Horse. {SENTENCE}."

WRITINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "spaced": " ".join,
    "dashed": "-".join,
    "zero width": "\u200b".join,
    "turned around by a direction mark": lambda text: "\u202e" + text,
    "full width": lambda text: "".join(
        chr(ord(one) + 0xFEE0) if one > " " else one for one in text
    ),
    "Cyrillic look-alikes": lambda text: text.translate(
        str.maketrans("aeopc", "\u0430\u0435\u043e\u0440\u0441")
    ),
    "entities": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "tags": "<b></b>".join,
    "percent": lambda text: "".join(f"%{ord(one):02x}" for one in text),
    "quoted-printable": lambda text: "".join(f"={ord(one):02X}" for one in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 without padding": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
    "base64 in chunks": lambda text: " ".join(
        base64.b64encode(text.encode()).decode()[at : at + 5] for at in range(0, 4 * len(text), 5)
    ),
    "base64 after prose": lambda text: "See here " + base64.b64encode(text.encode()).decode(),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex with colons": lambda text: text.encode().hex(":"),
    "character codes": lambda text: " ".join(str(ord(one)) for one in text),
    "rotated": lambda text: codecs.encode(text, "rot13"),
    "backwards": lambda text: text[::-1],
    "base64 backwards": lambda text: base64.b64encode(text.encode()).decode()[::-1],
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_sentence_is_found_in_every_writing(writing: str) -> None:
    """A protected sentence is found whatever encoding or disguise it travels in."""
    carried = Carried([f"Dear all, {WRITINGS[writing](SENTENCE)}"])

    assert carried.holds(NOTE)


@pytest.mark.parametrize(
    "part", ["4711 8822", "47 11 88 22", "kim@maple.example", "sup3r horse", SENTENCE[8:36]]
)
def test_a_telling_part_is_enough(part: str) -> None:
    """A number, an address, a password or part of a sentence gives the text away."""
    carried = Carried(["Hello", f"as you asked: {part}, thanks"])

    assert carried.holds(NOTE)


def test_a_text_split_over_arguments_is_found() -> None:
    """Two arguments that each hold half of a sentence carry it."""
    carried = Carried([SENTENCE[:15], SENTENCE[15:30]])

    assert carried.holds(NOTE)


@pytest.mark.parametrize(
    "text", ["", "Thank you, we ship on 2026-05-15 at 10:00 for 12.50 EUR.", "Kind regards, Lee"]
)
def test_ordinary_words_are_no_leak(text: str) -> None:
    """Dates, times, prices and courtesies that both texts hold give nothing away."""
    protected = f"{NOTE} Kind regards. Seen 2026-05-15 at 10:00, 12.50 EUR."

    assert not Carried([text]).holds(protected)


def test_what_is_said_elsewhere_is_no_leak() -> None:
    """What the operator's own text says as well may be said."""
    carried = Carried([f"The number is 4711-8822 and {SENTENCE}"])

    assert not carried.holds(NOTE, open_text(["use 4711 8822", SENTENCE]))


def test_a_text_beyond_ascii_is_found_when_encoded() -> None:
    """Base64 of a text in another script is read back."""
    protected = "пароль от сейфа лежит под ковром"
    carried = Carried([base64.b64encode(protected.encode()).decode()])

    assert carried.holds(protected)


def test_a_short_secret_is_matched_as_a_word_only() -> None:
    """A four-digit pin is found as a word and not inside a longer number."""
    protected = "pin: 4827"

    assert Carried(["it is 4827."]).holds(protected)
    assert not Carried(["order 1482733"]).holds(protected)


def test_atoms_leave_out_recent_dates() -> None:
    """Recent dates and times of day are no atoms; account numbers and links are."""
    found = atoms("2026-05-15 10:00 GB29NWBK60161331926819 https://a.example/b plain words")

    assert {"gb29nwbk60161331926819", "60161331926819", "httpsaexampleb"} <= found
    assert all(one in "gb29nwbk60161331926819 httpsaexampleb" for one in found)


@given(st.text(min_size=30, max_size=200), st.text(max_size=50), st.text(max_size=50))
def test_an_embedded_text_is_always_found(protected: str, before: str, after: str) -> None:
    """Any text with enough letters is found inside any other, unless nothing of it is readable."""
    readable = sum(one.isalnum() and one.isascii() for one in protected)

    found = Carried([before + protected + after]).holds(protected)

    assert found or readable < len(protected)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=60, max_size=300))
def test_a_long_run_is_found_in_base64_after_anything(text: str) -> None:
    """A run of letters survives base64 at any offset."""
    letters = text.replace(" ", "")
    encoded = base64.b64encode(text.encode()).decode()

    assert Carried([f"xy {encoded}"]).holds(text) or len(letters) < len(
        "twenty six letters or so.."
    )
