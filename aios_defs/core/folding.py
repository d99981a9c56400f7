"""Owns folded text: how words are compared whatever their case, accents or invisible characters.

Compatibility forms are expanded (NFKD), accents and format characters dropped, case folded
(Unicode Standard Annex 15, https://unicode.org/reports/tr15/).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_CYRILLIC = "аеорсухіјѕһԁԛԝкмтвнАВЕКМНОРСТУХІЈЅ", "aeopcyxijshdqwkmtbhABEKMHOPCTYXIJS"
_GREEK = "αονικρτυχεγηωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aovikptuxeynwABEZHIKMNOPTYX"
_LATIN = "ıøłđɑɡ", "ioldag"
_SMALL_CAPITALS = "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"
LOOKALIKES = str.maketrans(
    _CYRILLIC[0] + _GREEK[0] + _LATIN[0] + _SMALL_CAPITALS[0],
    _CYRILLIC[1] + _GREEK[1] + _LATIN[1] + _SMALL_CAPITALS[1],
)
"""Letters of other scripts and styles that a reader takes for Latin ones."""
LEET = str.maketrans("013457@$!|", "oieastasil")
"""Digits and signs that stand for letters."""

_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"^\s*>")
_QUOTE_BEGINS = re.compile(
    r"^\s*(-{2,}\s*\S.{0,40}\S\s*-{2,}|_{10,}|\S.{5,160}[:\N{FULLWIDTH COLON}])\s*$"
)
_SIGNATURE = re.compile(r"^-- ?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Folded text; `offsets[i]` is where character i came from in the original."""

    text: str
    offsets: tuple[int, ...] | range


def fold(text: str) -> Folded:
    """Fold a text and remember where each character came from."""
    if text.isascii():
        return Folded(text=text.lower(), offsets=range(len(text)))
    pieces: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        piece = _fold_character(character)
        pieces.append(piece)
        offsets.extend([index] * len(piece))
    return Folded(text="".join(pieces), offsets=tuple(offsets))


def fold_text(text: str) -> str:
    """Return the folded text alone."""
    return fold(text).text


def visible(text: str) -> str:
    """Return what a reader sees: compatibility forms expanded, format characters dropped."""
    if text.isascii():
        return text
    compatible = unicodedata.normalize("NFKC", text)
    return "".join(one for one in compatible if unicodedata.category(one) != "Cf")


def words_of(text: str) -> list[str]:
    """Return the folded words of a text in order."""
    return _WORD.findall(fold_text(text))


def own_words(text: str) -> str:
    """Return a message without what it quotes: `>` lines, the forwarded rest, the signature.

    A message of nothing but quotes is returned whole, so that no text is overlooked.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line) or _begins_quote(lines, number):
            break
        if not _QUOTED.match(line):
            kept.append(line)
    return "\n".join(kept) if any(line.strip() for line in kept) else text


def _begins_quote(lines: list[str], number: int) -> bool:
    """Tell whether a line such as "On Monday X wrote:" introduces a quotation that follows."""
    if not _QUOTE_BEGINS.match(lines[number]):
        return False
    following = next((line for line in lines[number + 1 :] if line.strip()), "")
    return bool(_QUOTED.match(following))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    expanded = unicodedata.normalize("NFKD", character)
    kept = "".join(
        one for one in expanded if unicodedata.category(one) not in {"Mn", "Cf", "Me"}
    ).casefold()
    return _LETTERS.get(kept, kept)


_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "þ": "th",
    "ð": "d",
}
"""Letters that Unicode does not take apart although people type them without their stroke."""
