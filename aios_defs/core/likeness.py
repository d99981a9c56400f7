"""Owns what an address looks like to a reader in a hurry: skeletons and single slips of a domain.

The skeleton is that of Unicode TS 39, and beyond it digits for letters, joined letters and dashes.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

from aios_defs.core.folding import LEET, LOOKALIKES, fold_text

_JOINED = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_PASSED_OVER = str.maketrans("", "", "-_.")
_LEAST = 5
"""Letters of a domain below which one slip makes another name of it."""


def skeleton(address: str) -> str:
    """Return what a reader in a hurry sees of an address; its top-level domain is left out."""
    name, _, host = _latin(readable_host(address)).partition("@")
    folded = fold_text(f"{name}@{host.rpartition('.')[0].translate(_PASSED_OVER)}")
    for pair, one in _JOINED:
        folded = folded.replace(pair, one)
    plain = (part.translate(LEET).replace("l", "i") for part in folded.split("@"))
    return "@".join(plain)


def readable_host(address: str) -> str:
    """Return an address or domain with its domain as people see it, not as `xn--…`."""
    name, at, host = address.rpartition("@")
    return f"{name}{at}{'.'.join(_decoded(label) for label in host.split('.'))}"


def foreign_letters(address: str) -> str:
    """Return the script of the first letter that is not Latin (`Cyrillic`); empty without one."""
    for letter in address:
        if not letter.isascii() and letter.isalpha():
            script = unicodedata.name(letter, "foreign").split()[0].title()
            if script != "Latin":
                return script
    return ""


def deletions(host: str) -> Iterator[str]:
    """Yield a domain, and it with each one letter of its name left out; nothing for a short name.

    Two domains that share one of these are at most two slips apart (symmetric deletion).
    """
    name, dot, top = host.rpartition(".")
    if len(name) >= _LEAST:
        yield host
        for place in range(len(name)):
            yield f"{name[:place]}{name[place + 1 :]}{dot}{top}"


def is_one_off(one: str, other: str) -> bool:
    """Return whether one letter more, less or other, or two swapped, make one text of the other.

    Digits for digits are no slip: names are numbered.
    """
    if len(one) > len(other):
        one, other = other, one
    start = _shared(one, other)
    if (one[start : start + 1] or "0").isdigit() and other[start : start + 1].isdigit():
        return False
    if len(one) < len(other):
        is_more = len(other) - len(one) == 1 and one[start:] == other[start + 1 :]
        return is_more and not other[start].isdigit()
    is_swapped = one[start : start + 2] == other[start : start + 2][::-1]
    ends_alike = one[start + 2 :] == other[start + 2 :]
    return one != other and (one[start + 1 :] == other[start + 1 :] or (is_swapped and ends_alike))


def _shared(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), len(one))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _latin(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        one if one.isascii() else _latin_letter(one) for one in text.translate(LOOKALIKES)
    )


@lru_cache(maxsize=4096)
def _latin_letter(letter: str) -> str:
    """Return the Latin letter that one of another script is taken for, or the letter itself."""
    confusables: Any = import_module("confusable_homoglyphs.confusables")
    found: Any = confusables.is_confusable(letter, greedy=True, preferred_aliases=[]) or []
    homoglyphs = (str(each["c"]) for one in found for each in one["homoglyphs"])
    return next((one for one in homoglyphs if len(one) == 1 and one.isascii()), letter)
