"""Owns how large a text is to a model: an estimate of its tokens, the same on every machine.

Four bytes of UTF-8 are counted as one token. That is near for English, and too many for most other
scripts, so that what is bounded by it fits.
"""

import json

from aios_defs.core.decision import PackItem

_BYTES = 4
_FRAME = 12
"""Tokens of an item's own name, kind and label."""


def tokens_of(text: str) -> int:
    """Return about how many tokens a text has."""
    size = len(text) if text.isascii() else len(text.encode(errors="replace"))
    return -(-size // _BYTES)


def item_tokens(item: PackItem) -> int:
    """Return about how many tokens a pack item has: its text, its data and its frame."""
    data = json.dumps(item.data, ensure_ascii=False) if item.data else ""
    return _FRAME + tokens_of(item.text) + tokens_of(data)


def cut_to(text: str, tokens: int) -> str:
    """Return the beginning of a text that has no more than so many tokens."""
    kept = text.encode(errors="replace")[: max(0, tokens) * _BYTES]
    return kept.decode(errors="ignore")
