"""Owns the stream of generated and mutated mails: classes, damage, and Python's own samples.

The same size and seed give the same mails. Bombs of full strength come once in 5,000.
"""

import importlib.resources
from collections.abc import Callable, Iterator, Sequence
from random import Random  # noqa: TID251 - handed in, seeded

from tests.hostile.bombs import bombs
from tests.hostile.broken import BROKEN
from tests.hostile.special import SPECIAL, ordinary
from tests.hostile.writing import Maker, mail

SMALL_BOMBS = bombs(0.005)
"""Bombs of a few kilobytes, a handful of which a real day might bring."""
BIG_BOMBS = bombs(1)
CLASSES: dict[str, Maker] = {**BROKEN, **SPECIAL, **SMALL_BOMBS}
BIG_EVERY = 5_000
OVERSIZE = "bomb oversize"
_OVERSIZE_BYTES = 60_000_000
_PIECES = (b"\x00", b"\r", b"\n\n", b"=?utf-8?q?=", b"--b\r\n", b"(" * 50, b'"', b"\xff\xfe", b"<")


def generated(size: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield that many mails, each with its class."""
    chance = Random(seed)  # noqa: S311 - chance, not secrecy
    samples = library_samples()
    for number in range(size):
        if number % BIG_EVERY == BIG_EVERY - 1:
            yield _big(chance, number)
        elif samples and number % 50 == 0:
            yield "library sample", samples[number // 50 % len(samples)]
        else:
            yield _one(chance, number, samples)


def oversize(number: int) -> bytes:
    """Return a mail of 60 MB in one part, beyond what is read."""
    return mail(number, body=b"z" * 79 + b"\n") + (b"z" * 79 + b"\n") * (_OVERSIZE_BYTES // 80)


def library_samples() -> list[bytes]:
    """Return the sample mails of Python's own tests; none where Python came without them."""
    try:
        folder = importlib.resources.files("test.test_email") / "data"
        return [one.read_bytes() for one in sorted(folder.iterdir(), key=str) if one.is_file()]
    except (ModuleNotFoundError, OSError):
        return []


def _big(chance: Random, number: int) -> tuple[str, bytes]:
    place = number // BIG_EVERY
    names = [OVERSIZE, *BIG_BOMBS]
    name = names[place % len(names)]
    return name, oversize(number) if name == OVERSIZE else BIG_BOMBS[name](chance, number)


def _one(chance: Random, number: int, samples: Sequence[bytes]) -> tuple[str, bytes]:
    if chance.random() < 0.3:
        return "ordinary", ordinary(chance, number)
    name = chance.choice(list(CLASSES))
    raw = CLASSES[name](chance, number)
    if chance.random() < 0.5:
        return name, raw
    damage = chance.choice(DAMAGES)
    return f"{name}, damaged", damage(chance, raw, samples)


def flip(chance: Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """Flip up to ten bytes."""
    found = bytearray(raw)
    for _ in range(chance.randrange(1, 10)):
        found[chance.randrange(min(len(found), 4000))] = chance.randrange(256)
    return bytes(found)


def truncate(chance: Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """End anywhere."""
    return raw[: chance.randrange(len(raw))]


def swap(chance: Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """Mix, repeat and drop lines of the head."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    return b"\r\n".join(chance.choices(lines, k=len(lines))) + blank + body


def splice(chance: Random, raw: bytes, others: Sequence[bytes]) -> bytes:
    """Continue with the rest of another mail."""
    other = chance.choice(others) if others else raw
    return raw[: chance.randrange(len(raw))] + other[chance.randrange(len(other)) :]


def insert(chance: Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """Insert pieces that mean something to a parser."""
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(min(len(raw), 4000))
        raw = raw[:place] + chance.choice(_PIECES) + raw[place:]
    return raw


def unbind(chance: Random, raw: bytes, _others: Sequence[bytes]) -> bytes:
    """Damage one boundary line."""
    places = [place for place in range(min(len(raw), 20_000)) if raw.startswith(b"--", place)]
    place = chance.choice(places or [0])
    return raw[:place] + chance.choice([b"", b"-", b"--b--", b"--\x00"]) + raw[place + 2 :]


Damage = Callable[[Random, bytes, Sequence[bytes]], bytes]
DAMAGES: tuple[Damage, ...] = (flip, truncate, swap, splice, insert, unbind)
