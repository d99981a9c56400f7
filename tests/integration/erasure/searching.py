"""Owns the search for what is left of somebody: in bytes, in tables, in what a key opens.

Bytes are looked through in every form that `forms` knows. Lance and Parquet pack in their own ways,
so their tables are read as well, each version there is. Keys are looked for by their own bytes.
"""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from aios_defs.core.errors import AiosError
from aios_defs.core.sealed import BlobRef, Sealed, SubjectRef
from aios_defs.services.kernel import Kernel
from tests.integration.erasure.forms import holds

NOT_OURS = ("mail", "business")
"""What in the home of a test is a connector's own store, or the operator's own files."""


def files_with(folder: Path, words: Sequence[str], *, but: Sequence[str] = NOT_OURS) -> list[str]:
    """Return the files under a folder that hold one of the words, by their path in it."""
    found = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return [
        str(one.relative_to(folder))
        for one in found
        if one.relative_to(folder).parts[0] not in but and holds(one.read_bytes(), words)
    ]


def keys_of(home: Path, refs: Iterable[SubjectRef]) -> list[bytes]:
    """Return the bytes of the keys that a home has of these subjects."""
    with sqlite3.connect(f"file:{home / 'keys.db'}?mode=ro", uri=True) as opened:
        found = opened.execute("SELECT ref, content FROM keys WHERE content IS NOT NULL")
        return [content for ref, content in found if ref in set(refs)]


def files_with_bytes(folder: Path, sought: Sequence[bytes]) -> list[str]:
    """Return the files that hold one of these byte strings, raw, in hexadecimal or base64."""
    forms = [form for one in sought for form in (one, one.hex().encode(), b64encode(one))]
    return [
        str(one.relative_to(folder))
        for one in sorted(folder.rglob("*"))
        if one.is_file() and any(form in one.read_bytes() for form in forms)
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
