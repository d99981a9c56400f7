"""Proves that canonical JSON is RFC 8785, byte by byte, on the fast way and on the slow one."""

import json
from collections.abc import Callable

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.canonical import canonical_bytes, sha256_hex
from aios_defs.core.model import JsonValue

EXACT = 2**53 - 1
floats = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.integers(-EXACT, EXACT) | floats.filter(lambda one: not EXACT < abs(one) < 1e21)
texts = st.text(st.characters(codec="utf-8"))
values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=25,
)


@given(value=values)
def test_it_is_what_the_reference_writes(value: JsonValue) -> None:
    """Any JSON value is written exactly as the reference implementation writes it."""
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # same JSON


@given(value=values | floats | st.integers())
def test_it_reads_back(value: JsonValue) -> None:
    """A value written and read is written the same again, numbers of any size included."""
    written = canonical_bytes(value)

    assert canonical_bytes(json.loads(written)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'.encode()),
        ('\x00\b\t\n\f\r"\\/\x7f\u2028', b'"\\u0000\\b\\t\\n\\f\\r\\"\\\\/\x7f\xe2\x80\xa8"'),
        ([1.0, 1e21, 1e-7, 0.1, -0.0], b"[1,1e+21,1e-7,0.1,0]"),
        (EXACT, b"9007199254740991"),
        (
            [EXACT + 1, -EXACT - 1, 1e16],
            b'["9007199254740992","-9007199254740992","10000000000000000"]',
        ),
    ],
)
def test_the_examples_of_the_standard(value: JsonValue, written: bytes) -> None:
    """Key order by UTF-16, escapes, ECMAScript numbers, and large integers as text."""
    assert canonical_bytes(value) == written


@pytest.mark.parametrize("value", ["\ud800", {"a": "\udc00"}, {"\ud800": 1}])
def test_half_a_character_is_refused(value: JsonValue) -> None:
    """A lone surrogate has no UTF-8 form."""
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical_bytes(value)


@pytest.mark.parametrize("make", [lambda: float("nan"), lambda: float("inf"), lambda: {1: 2}])
def test_what_is_no_json_is_refused(make: Callable[[], JsonValue]) -> None:
    """NaN, infinity and keys that are no text raise the documented error."""
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_bytes(make())


def test_the_hash_is_over_the_canonical_form() -> None:
    """The order in which a dict was filled does not matter."""
    assert sha256_hex({"a": 1, "b": 2}) == sha256_hex({"b": 2, "a": 1})
    assert sha256_hex({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
