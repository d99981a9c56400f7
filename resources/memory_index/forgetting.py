"""Owns looking for what should be gone: the bytes of forgotten texts in every file of an index."""

import json
from collections.abc import Sequence
from pathlib import Path

_PIECE = 48
"""How many bytes of a text are looked for: long enough to be nobody else's."""
_CHUNK = 1 << 20


def traces(folder: Path, texts: Sequence[str]) -> list[str]:
    """Return the files under a folder in which a piece of one of the texts stands, as JSON.

    Pieces of fewer than 16 bytes are no evidence and are not looked for.
    """
    written = (json.dumps(text, ensure_ascii=False)[1:-1] for text in texts)
    pieces = {text.encode()[:_PIECE] for text in written}
    wanted = [one for one in pieces if len(one) >= 16]  # noqa: PLR2004 - as said
    if not wanted:
        return []
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return [str(one.relative_to(folder)) for one in files if _holds(one, wanted)]


def _holds(file: Path, wanted: Sequence[bytes]) -> bool:
    with file.open("rb") as content:
        before = b""
        while chunk := content.read(_CHUNK):
            window = before + chunk
            if any(one in window for one in wanted):
                return True
            before = window[-_PIECE:]
    return False
