"""Owns the readings of a text: every plain text that a reader could make of what was written.

A reading undoes markup, escapes and common encodings (core.decodings), also nested and also split
by separators, and disguises of letters: backwards, rotated by 13, look-alikes, digits for letters,
initials, Morse, digits in words. All work is linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from aios_defs.core.decodings import decoded, without_markup
from aios_defs.core.folding import LEET, LOOKALIKES

_DEPTH = 3
_TELLING = 0.15
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_NOISE = bytes(one for one in range(128) if not chr(one).isalnum())
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_LEET = re.compile(r"[A-Za-z][0134578@$!|]{1,2}[A-Za-z]")
_INITIAL = re.compile(r"(?<!\w)\w")
_MORSE = re.compile(r"(?:[.\-\u2013\u2022\u00b7_]{1,5}[ /|\n]+){8,}[.\-\u2013\u2022\u00b7_]{0,5}")
_MORSE_SIGNS = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- "
    "-..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
)
_MORSE_LETTERS: dict[str, str] = dict(
    zip(_MORSE_SIGNS.split(), "abcdefghijklmnopqrstuvwxyz0123456789", strict=True)
)
_DASHES = str.maketrans("\u2013_\u2022\u00b7", "--..")
_NUMBER_WORDS = {
    word: str(value)
    for words in (
        "zero one two three four five six seven eight nine",
        "null eins zwei drei vier fünf sechs sieben acht neun",
        "zéro un deux trois quatre cinq six sept huit neuf",
        "cero uno dos tres cuatro cinco seis siete ocho nueve",
    )
    for value, word in enumerate(words.split())
}
_NUMBER_WORD = rf"\b(?:{'|'.join(_NUMBER_WORDS)})\b"
_NUMBER_IN_WORDS = re.compile(
    rf"(?:{_NUMBER_WORD}[\s,;./-]{{1,3}}){{3,}}{_NUMBER_WORD}", re.IGNORECASE
)


def squeeze(text: str) -> str:
    """Return a text as its bare letters and digits: no case, accent, spacing or punctuation.

    Compatibility forms are unfolded, invisible and direction marks dropped, letters and digits of
    other scripts that look or count like Latin ones taken as such.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(LOOKALIKES)
    if text.isascii():
        return text.lower().encode("ascii").translate(None, _NOISE).decode("ascii")
    text = _OTHER_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text)
    return _NOT_ALPHANUMERIC.sub("", text.casefold())


def squeezed_readings(text: str, *, is_wide: bool = True) -> tuple[str, ...]:
    """Return every distinct reading of a text, squeezed, forwards, backwards and rotated by 13.

    Without `is_wide` encoded text beyond ASCII may be missed; that is faster.
    """
    found: dict[str, None] = {}
    for reading in _readings(text, is_wide=is_wide):
        plain = squeeze(reading)
        rotated = plain.translate(_ROT13)
        found.update(dict.fromkeys((plain, plain[::-1], rotated, rotated[::-1])))
    for disguise in _DISGUISES:
        found.update(dict.fromkeys(map(squeeze, disguise(text))))
    found.pop("", None)
    return tuple(found)


def _readings(text: str, *, is_wide: bool) -> tuple[str, ...]:
    """Decode up to three layers; a residue of a text that was no code is kept, not decoded."""
    seen = {text: None}
    frontier = [text]
    for depth in range(_DEPTH):
        fresh: list[str] = []
        for layer in frontier:
            found = [*without_markup(layer), *decoded(layer, is_wide=is_wide)]
            found += decoded(layer[::-1], is_wide=is_wide) if depth == 0 else ()
            fresh += [one for one in found if len(one) >= len(layer) * _TELLING]
            seen.update(dict.fromkeys(found))
        frontier = list(dict.fromkeys(fresh))
    return tuple(seen)


def _words_backwards(text: str) -> Iterator[str]:
    yield " ".join(word[::-1] for word in text.split())


def _initials(text: str) -> Iterator[str]:
    yield "".join(_INITIAL.findall(text))
    yield "".join(line.strip()[:1] for line in text.splitlines())


def _letters_for_digits(text: str) -> Iterator[str]:
    if _LEET.search(text):
        yield text.translate(LEET)
        yield text.replace("1", "l").translate(LEET)


def _from_morse(text: str) -> Iterator[str]:
    for run in _MORSE.findall(text):
        signs = re.split(r"[ /|\n]+", run.translate(_DASHES))
        yield "".join(_MORSE_LETTERS.get(sign, "") for sign in signs)


def _digits_for_words(text: str) -> Iterator[str]:
    for found in _NUMBER_IN_WORDS.finditer(text):
        words = re.findall(r"\w+", found[0].lower())
        yield "".join(_NUMBER_WORDS[word] for word in words)


_DISGUISES: tuple[Callable[[str], Iterator[str]], ...] = (
    _words_backwards,
    _initials,
    _letters_for_digits,
    _from_morse,
    _digits_for_words,
)
