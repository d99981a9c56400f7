"""Owns the forms in which a word can lie in a file: as text, encoded, or packed.

As text: UTF-8 and both UTF-16, in any case. Encoded: base64 at each of its three offsets (also of
UTF-16, also broken into lines), quoted-printable (also with soft breaks), hexadecimal, percent
signs, the escapes of JSON. Packed: zlib, gzip, zip, zstd, one within another.
"""

import io
import json
import quopri
import re
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from urllib.parse import quote

import pyarrow as pa

_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd")
_ZIP = b"PK\x03\x04"
_MOST = 8_000_000
_LEAST_BASE64 = 6
_DEEPEST = 3
_BREAKS = re.compile(rb"=?\r?\n")
"""What a mail puts into a long line: a break, and the mark of a soft one."""
_WIDE = ("utf-8", "utf-16-le", "utf-16-be")


@cache
def needles(words: tuple[str, ...]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return what is looked for in lower case, and what is looked for as it is."""
    spelled = {
        one
        for word in words
        for one in (word, word.lower(), word.upper(), word.capitalize(), word.title())
    }
    low = {form.lower() for one in spelled for form in _forms(one)}
    exact = {part for one in spelled for code in _WIDE for part in _in_base64(one.encode(code))}
    return tuple(sorted(low)), tuple(sorted(exact))


def _forms(word: str) -> Iterator[bytes]:
    """Yield the forms of a word of which the case of letters says nothing."""
    for code in _WIDE:
        yield word.encode(code)
        yield word.encode(code).hex().encode()
    plain = word.encode()
    yield quopri.encodestring(plain)
    yield quote(word, safe="").encode()
    yield "".join(f"%{one:02x}" for one in plain).encode()
    yield "".join(f"={one:02x}" for one in plain).encode()
    yield json.dumps(word)[1:-1].encode()


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """Yield what stands in base64 text whatever comes before and after the word."""
    for before in range(3):
        encoded = b64encode(b"\0" * before + plain)
        cut = 4 if (before + len(plain)) % 3 else 0
        whole = encoded[4 if before else 0 : len(encoded) - cut]
        if len(whole) >= _LEAST_BASE64:
            yield whole
            yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def holds(content: bytes, words: Sequence[str]) -> bool:
    """Return whether bytes hold one of the words, in any form."""
    low, exact = needles(tuple(words))
    return any(_holds(one, low, exact) for one in unpacked(content))


def _holds(content: bytes, low: Sequence[bytes], exact: Sequence[bytes]) -> bool:
    lines = (content, _BREAKS.sub(b"", content)) if b"\n" in content else (content,)
    for one in lines:
        small = one.lower()
        if any(word in small for word in low) or any(word in one for word in exact):
            return True
    return False


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield the bytes, and those of every packed stream that begins anywhere in them."""
    yield content
    if depth < _DEEPEST:
        for inner in _streams(content):
            yield from unpacked(inner, depth + 1)


def _streams(content: bytes) -> Iterator[bytes]:
    whole = memoryview(content)
    for found in _ZLIB.finditer(content):
        stream = zlib.decompressobj(wbits=47)
        try:
            yield stream.decompress(whole[found.start() :][:_MOST], _MOST)
        except zlib.error:
            continue
    for found in _ZSTD.finditer(content):
        part = pa.BufferReader(pa.py_buffer(whole[found.start() :][:_MOST]))
        yield _read_on(pa.CompressedInputStream(part, "zstd"))
    if content.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            yield from (zipped.read(name) for name in zipped.namelist())


def _read_on(stream: pa.NativeFile) -> bytes:
    """Return what can be read before the stream ends or turns out to be none."""
    read = bytearray()
    try:
        while len(read) < _MOST and (more := stream.read(65_536)):
            read += more
    except OSError:
        pass
    return bytes(read)
