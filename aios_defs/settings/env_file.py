"""Owns reading a `.env` file: one `NAME=value` a line, as shells and containers write it."""

import re
from pathlib import Path

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*")


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of a file; a file that can't be read has none.

    A value may stand in single or double quotes; nothing in it is expanded. Lines that begin with
    `#`, and those that assign nothing, are passed over.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    found = [_LINE.fullmatch(line) for line in lines]
    return {one[1]: _unquoted(one[2]) for one in found if one}


def _unquoted(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if is_quoted else text
