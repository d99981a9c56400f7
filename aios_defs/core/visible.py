"""Owns making text safe to look at: nothing unseen in what others wrote can act or deceive.

Control characters drive terminals, and characters without width or that turn the direction of
reading make text look like other text than what is sent. They are shown by their number instead.
"""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Needed to write several scripts, and emoji."""
_LAYOUT = "\n\t"
_BLANK = frozenset(map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))) | {
    chr(one)
    for first, last in ((0x180B, 0x180F), (0xE0100, 0xE01EF))
    for one in range(first, last + 1)
}
"""Letters and marks that draw nothing (Unicode: Default_Ignorable_Code_Point, Braille blank); the
variation selectors of emoji are left as they are."""
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def visible(text: str) -> str:
    """Return text with each character that a reader could not see written as `<U+202E>`."""
    unified = text.replace("\r\n", "\n")
    if unified.isascii() and unified.isprintable():
        return unified
    return "".join(_shown(one) for one in unified)


def one_line(text: str) -> str:
    """Return visible text in one line, its runs of white space as single spaces."""
    return visible(" ".join(text.split()))


def quoted(text: str, mark: str = "  | ") -> str:
    """Return visible text with a mark before each line, so that it can't pass for ours."""
    return "\n".join(mark + line for line in visible(text).split("\n"))


def _shown(character: str) -> str:
    is_hidden = character in _BLANK or unicodedata.category(character) in _HIDDEN
    if not is_hidden or character in _LAYOUT or character in _JOINERS:
        return character
    return f"<U+{ord(character):04X}>"
