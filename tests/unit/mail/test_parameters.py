"""Proves that parameters of fields are read as RFC 2231 says, whatever contradicts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.connectors.mail.parameters import read_parameters


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("attachment; filename=a.pdf", "a.pdf"),
        ('attachment; filename="a;b \\"c\\".pdf"', 'a;b "c".pdf'),
        ("attachment; filename*=utf-8'en'na%C3%AFve.txt", "na\u00efve.txt"),
        ("attachment; filename*=iso-8859-1''caf%E9", "caf\u00e9"),
        ("attachment; filename*0=long; filename*1=er; filename*2=.pdf", "longer.pdf"),
        ("attachment; filename*1=er; filename*0=long", "longer"),
        ("attachment; filename*0*=utf-8''%C3; filename*1*=%BC; filename*2=x%20", "\u00fcx%20"),
        ("attachment; filename*0=a; filename*2=c", "a"),
        ("attachment; filename=plain; filename*=utf-8''better", "better"),
        ("attachment; filename*0=piece; filename=whole", "whole"),
        ("attachment; filename*0=a; filename*=", ""),
        ("attachment; filename*=no-such''caf%E9", "caf\u00e9"),
        ("attachment; filename*=%41%zz", "A%zz"),
        ("attachment; FileName = first ; filename=second", "first"),
        ('attachment; filename="never closed', "never closed"),
        ("attachment; ;; filename=a", "a"),
    ],
)
def test_parameter_is_read(field: str, name: str) -> None:
    """Quoted, extended, continued, mixed and contradictory forms give one text."""
    assert read_parameters(field)["filename"] == name


@given(field=st.text(alphabet="; =*'\"\\%0123aA\u00fc\udcff\x00", max_size=200))
def test_any_field_is_read(field: str) -> None:
    """No field breaks the reader."""
    assert all(isinstance(one, str) for one in read_parameters(field).values())
