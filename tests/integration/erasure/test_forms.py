"""Proves that the search for what is left of somebody finds a word in every form it can lie in."""

import gzip
import io
import json
import quopri
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pyarrow as pa
import pytest

from tests.integration.erasure.forms import holds

WORD = "Plantedümlautword"
TEXT = f"so it goes: {WORD}, and on"
PLAIN = TEXT.encode()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", content)
    return out.getvalue()


def soft_broken(content: bytes) -> bytes:
    encoded = quopri.encodestring(content)
    middle = encoded.index(b"lautword")
    return encoded[:middle] + b"=\r\n" + encoded[middle:]


def in_lines(content: bytes) -> bytes:
    encoded = b64encode(content)
    return b"\r\n".join(encoded[at : at + 10] for at in range(0, len(encoded), 10))


FORMS = {
    "utf-8": PLAIN,
    "upper": TEXT.upper().encode(),
    "utf-16-le": TEXT.encode("utf-16-le"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "base64 at 0": b64encode(b"abc" + PLAIN),
    "base64 at 1": b64encode(b"a" + PLAIN),
    "base64 at 2": b64encode(b"ab" + PLAIN),
    "base64 for addresses": urlsafe_b64encode(PLAIN),
    "base64 of utf-16": b64encode(TEXT.encode("utf-16-le")),
    "base64 in lines": in_lines(PLAIN),
    "quoted-printable": quopri.encodestring(PLAIN),
    "soft breaks": soft_broken(PLAIN),
    "hexadecimal": PLAIN.hex().upper().encode(),
    "percent signs": quote(TEXT).encode(),
    "json": json.dumps(TEXT).encode(),
    "zlib": b"head" + zlib.compress(PLAIN) + b"tail",
    "gzip": b"head" + gzip.compress(PLAIN) + b"tail",
    "zstd": b"head" + pa.compress(PLAIN, "zstd", asbytes=True) + b"tail",
    "zip": zipped(PLAIN),
    "base64 within gzip": gzip.compress(b64encode(b"x" + PLAIN)),
    "zstd within zip": zipped(pa.compress(PLAIN, "zstd", asbytes=True)),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_word_is_found_in_this_form(form: str) -> None:
    """The word is found, and a word that is not there is not."""
    assert holds(FORMS[form], (WORD,))
    assert not holds(FORMS[form], ("plantedötherword",))
