"""Owns the search for what is left of somebody: in bytes, in what unpacks, in what a key opens.

Bytes are looked through as they lie, in UTF-8 and both UTF-16, in base64 at each of its three
offsets, and once more in every deflated stream. Lance and Parquet pack in their own ways, so their
tables are read as well, each version there is.
"""

import json
import re
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path

from aios_defs.core.errors import AiosError
from aios_defs.core.sealed import BlobRef, Sealed
from aios_defs.services.kernel import Kernel

NOT_OURS = ("mail", "business")
"""What in the home of a test is a connector's own store, or the operator's own files."""
_DEFLATED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_MOST = 4_000_000
_LEAST_BASE64 = 8


def needles(words: Sequence[str]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return what is looked for in lower case, and what is looked for as it is."""
    low = [word.lower() for word in words]
    plain = [one.encode(code) for one in low for code in ("utf-8", "utf-16-le", "utf-16-be")]
    packed = [part for word in {*words, *low} for part in _in_base64(word.encode())]
    return tuple(plain), tuple(packed)


def _in_base64(word: bytes) -> Iterator[bytes]:
    """Yield what stands in base64 text whatever comes before and after the word."""
    for before in range(3):
        encoded = b64encode(b"\0" * before + word)
        whole = encoded[(4, 4, 4)[before] if before else 0 : len(encoded) // 4 * 4 - 4]
        if len(whole) >= _LEAST_BASE64:
            yield whole
            yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def holds(content: bytes, words: Sequence[str]) -> bool:
    """Return whether bytes hold one of the words, in any form."""
    plain, packed = needles(words)
    return any(_holds(one, plain, packed) for one in (content, *_unpacked(content)))


def _holds(content: bytes, plain: Sequence[bytes], packed: Sequence[bytes]) -> bool:
    low = content.lower()
    return any(one in low for one in plain) or any(one in content for one in packed)


def _unpacked(content: bytes) -> Iterator[bytes]:
    for found in _DEFLATED.finditer(content):
        stream = zlib.decompressobj(wbits=47)
        try:
            yield stream.decompress(content[found.start() :], _MOST)
        except zlib.error:
            continue


def files_with(folder: Path, words: Sequence[str], *, but: Sequence[str] = NOT_OURS) -> list[str]:
    """Return the files under a folder that hold one of the words, by their path in it."""
    found = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return [
        str(one.relative_to(folder))
        for one in found
        if one.relative_to(folder).parts[0] not in but and holds(one.read_bytes(), words)
    ]


def tables_with(folder: Path, words: Sequence[str]) -> list[str]:
    """Return the tables under `lance/` that hold one of the words, in any of their versions."""
    return [name for name, content in _tables(folder) if holds(content, words)]


def _tables(folder: Path) -> Iterator[tuple[str, bytes]]:
    import lancedb
    import pyarrow.parquet as pq

    for path in sorted(folder.rglob("*.parquet")):
        yield str(path), json.dumps(pq.read_table(path).to_pylist(), default=str).encode()
    for path in sorted(folder.rglob("*.lance")):
        if not path.is_dir():
            continue
        table = lancedb.connect(path.parent).open_table(path.stem)
        for version in [one["version"] for one in table.list_versions()]:
            table.checkout(version)
            rows = table.to_arrow().to_pylist()
            yield f"{path}@{version}", json.dumps(rows, default=str).encode()


def readable_with(kernel: Kernel, words: Sequence[str]) -> list[str]:
    """Return the types of the events in which something that still opens holds one of the words."""
    found: set[str] = set()
    with kernel.ledger.view() as view:
        for event in view.events():
            texts = [json.dumps(event.data, ensure_ascii=False)]
            sealed = list(_sealed(event.data))
            for one in sealed:
                try:
                    text = kernel.vault.open(one) if isinstance(one, Sealed) else ""
                    text = text or view.blob(one).decode("utf-8", "replace")  # type: ignore[arg-type] # a blob
                except AiosError:
                    continue
                texts.append(text)
            if any(holds(text.encode(), words) for text in texts):
                found.add(event.type)
    return sorted(found)


def _sealed(value: object) -> Iterator[Sealed | BlobRef]:
    if isinstance(value, dict):
        if set(value) == {"subject_ref", "ciphertext"}:
            yield Sealed.model_validate(value)
        elif set(value) == {"subject_ref", "digest", "size"}:
            yield BlobRef.model_validate(value)
        else:
            for one in value.values():
                yield from _sealed(one)
    elif isinstance(value, list):
        for one in value:
            yield from _sealed(one)
