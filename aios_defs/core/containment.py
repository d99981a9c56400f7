"""Owns containment: whether arguments carry a protected text, whole or in part, however written.

Part of a text counts when it would give the text away: a distinctive atom (a number, an address, a
code, a password) or a run of twenty letters and digits. What the operator's own or less protected
texts say as well gives nothing away.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from aios_defs.core.readings import squeeze, squeezed_readings

_RUN = 20
_STEP = _RUN // 2
_JOINT = 60
_MOST_JOINED = 12
_GRAM = _RUN - _STEP + 1
_SHORTEST_WHOLE = 6
_SHORTEST_ATOM = 5
_SHORTEST_SECRET = 4
_LONGEST_ATOM = 200
_LONGEST_SPLIT = 40
_TOO_MUCH = 2_000_000_000
_MOST_READ = 150_000
_MOST_COMPARED = 50_000
_BREAK = "\0"

_SEPARATORS = str.maketrans(dict.fromkeys(",;<>()[]{}\"'|", " "))
_NUMBER = re.compile(r"\d(?:[ \u00a0./()-]{0,2}\d){4,}")
_GROUP = re.compile(r"[0-9]{5,}")
_RECENT_DATE = re.compile(
    r"20[1-3]\d[-./]?\d\d?[-./]?\d\d?(?:[T _-]?\d\d?:?\d\d.*)?|\d\d?[-./]\d\d?[-./]20[1-3]\d"
    r"|\d\d?:\d\d(?::\d\d)?(?:[ap]m)?(?:-\d\d?:\d\d)?",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"(?<!\d)(?:20[1-3]\d[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./]20[1-3]\d|\d\d?:\d\d)(?!\d)"
)
_SECRET_WORDS = (
    *("pin", "code", "passcode", "password", "passwort", "passwd", "pwd", "passphrase"),
    *("secret", "token", "key", "cvv", "cvc", "login"),
)
_SECRET = re.compile(
    rf"\b(?:{'|'.join(_SECRET_WORDS)})\b"
    r"(?:\s{1,9}(?:is|are|ist|lautet))?\s{0,9}[:=]?\s{0,9}[\"'`]?([^\s\"'`,;]{4,200})"
)
_ODD = re.compile(r"[A-Za-z0-9][!#$%^&*+=~@]+[A-Za-z0-9]")
_CASE_CHANGE = re.compile(r"[a-z][A-Z]")


class Carried:
    """What arguments carry, in every reading; built once for all protected texts of a request.

    Values are also read as one text in their order, and any two of the first dozen joined: so a
    text split over arguments is found. Nothing is decoded before the first question.
    """

    def __init__(self, values: Iterable[str]) -> None:
        """Keep the argument values, in order."""
        texts = list(values)
        self._text = " ".join(texts)
        self._joints = tuple(_joints(texts[:_MOST_JOINED]))

    @cached_property
    def _narrow(self) -> str:
        return _BREAK.join((*squeezed_readings(self._text, is_wide=False), *self._joints))

    @cached_property
    def _wide(self) -> str:
        return _BREAK.join((*squeezed_readings(self._text), *self._joints))

    def _said(self, protected: str) -> str:
        return self._narrow if protected.isascii() else self._wide

    @cached_property
    def _words(self) -> set[str]:
        return {squeeze(word) for word in re.split(r"[\W_]+", self._text)}

    def holds(self, protected: str, elsewhere: str = "") -> bool:
        """Return whether the arguments give away the protected text or a telling part of it.

        Arguments too long to be read in every way (150,000 characters) are taken to do so.
        `elsewhere` is what may be said anyway, as `open_text` returns it.
        """
        if not self._text.strip() or not protected.strip():
            return False
        if len(self._text) > _MOST_READ:
            return True
        whole = squeeze(protected)
        if len(whole) < _RUN and whole not in elsewhere and self._has_whole(whole):
            return True
        return self._shares_run(whole, elsewhere) or self._has_atom(protected, elsewhere)

    def _has_whole(self, whole: str) -> bool:
        if len(whole) >= _SHORTEST_WHOLE:
            return whole in self._said(whole)
        return len(whole) >= _SHORTEST_SECRET and whole in self._words

    def _shares_run(self, whole: str, elsewhere: str) -> bool:
        if len(whole) < _RUN:
            return False
        budget = _MOST_COMPARED
        for run in _shared_runs(whole, self._said(whole)):
            budget -= 1
            if budget < 0 or (len(run) >= _RUN and _tells(run, elsewhere)):
                return True
        return False

    def _has_atom(self, protected: str, elsewhere: str) -> bool:
        found = atoms(protected)
        said = self._said(protected)
        if len(found) * len(said) > _TOO_MUCH:
            return True
        return any(
            (atom in said if len(atom) >= _SHORTEST_ATOM else atom in self._words)
            and atom not in elsewhere
            for atom in found
        )


def _joints(texts: list[str]) -> Iterator[str]:
    """Yield, squeezed, the end of each text with the beginning of each other one."""
    ends = [squeeze(text[-_JOINT:]) for text in texts]
    heads = [squeeze(text[:_JOINT]) for text in texts]
    for at, end in enumerate(ends):
        yield from (end + head for other, head in enumerate(heads) if other != at)


def _shared_runs(one: str, other: str) -> Iterator[str]:
    """Yield the shared runs around each sampled gram, whatever their length.

    The shorter text is indexed, the longer sampled by one gram in ten: each run of twenty holds one
    gram that is aligned.
    """
    short, long = sorted((one, other), key=len)
    index = {short[at : at + _GRAM] for at in range(len(short) - _GRAM + 1)}
    for at in range(0, len(long) - _GRAM + 1, _STEP):
        gram = long[at : at + _GRAM]
        place = short.find(gram) if gram in index else -1
        while place >= 0:
            yield _extended(long, at, short, place)
            place = short.find(gram, place + 1)


def _extended(long: str, at: int, short: str, place: int) -> str:
    """Return the shared run around a gram, at most a step longer at each side."""
    before = after = 0
    while before < min(_STEP, at, place) and long[at - before - 1] == short[place - before - 1]:
        before += 1
    room = min(_STEP, len(long) - at - _GRAM, len(short) - place - _GRAM)
    while after < room and long[at + _GRAM + after] == short[place + _GRAM + after]:
        after += 1
    return long[at - before : at + _GRAM + after]


def _tells(run: str, elsewhere: str) -> bool:
    return any(run[at : at + _RUN] not in elsewhere for at in range(len(run) - _RUN + 1))


def open_text(texts: Iterable[str]) -> str:
    """Return what may be said anyway, in the form that `Carried.holds` takes."""
    return _BREAK.join(filter(None, map(squeeze, texts)))


def atoms(text: str) -> frozenset[str]:
    """Return the distinctive atoms of a text, squeezed: each alone would give the text away.

    They are numbers of five or more digits (also spaced or dashed), addresses, links, account
    numbers, codes that mix digits with letters, passwords, and what follows a word such as
    `password` or `pin`. Recent dates and times of day are none.
    """
    tokens = (token.strip(".:!?*_`") for token in text.translate(_SEPARATORS).split())
    odd = (token for token in tokens if not (token.islower() and token.isalpha()))
    whole = {squeeze(token) for token in odd if _is_distinctive(token)}
    return frozenset(
        atom
        for atom in (*whole, *_numbers(text), *_secrets(text))
        if _SHORTEST_SECRET <= len(atom) <= _LONGEST_ATOM
    )


def _is_distinctive(token: str) -> bool:
    if token.isalpha():
        return not token.islower() and len(_CASE_CHANGE.findall(token)) > 1
    if not _SHORTEST_ATOM <= len(token) <= _LONGEST_ATOM or _RECENT_DATE.fullmatch(token):
        return False
    if any(character.isdigit() for character in token):
        return len(squeeze(token)) >= _SHORTEST_ATOM
    if "@" in token or "://" in token or token.startswith("www."):
        return True
    return bool(_ODD.search(token))


def _numbers(text: str) -> Iterator[str]:
    """Yield each number, also the groups it is written in, and of a long one its longer parts."""
    undated = _MOMENT.sub(";", text)
    found = {*map(squeeze, _NUMBER.findall(undated)), *_GROUP.findall(undated)}
    for number in found:
        yield from _parts(number)


def _parts(secret: str) -> Iterator[str]:
    """Yield a secret whole and each part of two thirds of it: less could be chance."""
    size = max(_SHORTEST_WHOLE, -(-len(secret) * 2 // 3))
    yield secret
    if len(secret) <= _LONGEST_SPLIT:
        yield from (secret[at : at + size] for at in range(len(secret) - size + 1))


def _secrets(text: str) -> Iterator[str]:
    lowered = text.lower()
    if not any(word in lowered for word in _SECRET_WORDS):
        return
    for found in _SECRET.findall(lowered):
        secret = squeeze(found)
        if any(character.isdigit() for character in secret) or len(secret) >= _SHORTEST_WHOLE:
            yield secret
