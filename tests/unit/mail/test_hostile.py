"""Proves that whatever comes is understood or refused, in text that every store takes."""

from collections.abc import Iterator
from itertools import islice
from random import Random  # noqa: TID251 - seeded

import pytest

from aios_defs.core.connector import ParsedMessage
from aios_defs.core.errors import InboundUnreadable
from resources.connectors.mail.limits import (
    MAX_KEPT_BYTES,
    MAX_NAME_CHARS,
    MAX_SUBJECT_CHARS,
    MAX_TEXT_CHARS,
)
from tests.hostile.mails import BIG_BOMBS, CLASSES, DAMAGES, generated, library_samples, oversize
from tests.hostile.writing import Maker
from tests.unit.mail.messages import parsed, raw_mail

RECEIVER = "mx.widgets.example"


def tried(raw: bytes) -> ParsedMessage | None:
    """Return the message, or None when it was refused with a reason of ours."""
    try:
        return parsed(raw, RECEIVER)
    except InboundUnreadable as error:
        refused = error
    assert "broke" not in str(refused.fields["reason"])
    assert refused.remedy
    return None


def strings(message: ParsedMessage) -> Iterator[str]:
    """Yield every text of a message."""
    for value in message.model_dump(exclude={"attachments"}).values():
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if one)
    for one in message.attachments:
        yield from (one.name, one.content_type)


def check(message: ParsedMessage) -> None:
    """Assert that every text can be stored, and is no longer than its limit."""
    for text in (one for one in strings(message) if isinstance(one, str)):
        text.encode("utf-8")
        assert "\x00" not in text
        assert len(text) <= MAX_TEXT_CHARS
    assert len(message.subject) <= MAX_SUBJECT_CHARS
    assert max(len(one.name) for one in (*message.attachments, _NAMELESS)) <= MAX_NAME_CHARS
    assert len(message.sender_name) <= MAX_NAME_CHARS


_NAMELESS = parsed(raw_mail("Content-Type: application/pdf")).attachments[0]


@pytest.mark.parametrize("name", CLASSES)
def test_each_class_is_read_or_refused(name: str) -> None:
    """Several mails of a class, and each of them damaged in every way, give text or a reason."""
    chance = Random(name)  # noqa: S311 - chance, not secrecy
    samples = library_samples()[:20]
    for number in range(8):
        raw = CLASSES[name](chance, number)
        for one in (raw, *(damage(chance, raw, samples) for damage in DAMAGES)):
            message = tried(one)
            if message is not None:
                check(message)


@pytest.mark.parametrize("make", BIG_BOMBS.values(), ids=BIG_BOMBS)
def test_bomb_of_full_strength_is_read_or_refused(make: Maker) -> None:
    """Ten thousand levels, a hundred thousand parts or lines, and megabytes of one thing."""
    message = tried(make(Random(1), 1))  # noqa: S311 - chance, not secrecy

    assert message is None or len(message.text) <= MAX_TEXT_CHARS


def test_beyond_the_size_is_refused_with_the_size() -> None:
    """A mail larger than is read says how large it may be, and one not kept whole says so."""
    with pytest.raises(InboundUnreadable, match="larger than 52428800 bytes"):
        parsed(oversize(1))
    with pytest.raises(InboundUnreadable, match="only its beginning kept"):
        parsed(raw_mail(body=b"x" * MAX_KEPT_BYTES))


def test_compressed_files_stay_closed() -> None:
    """A zip or gzip is kept as it came: nothing in it is opened, measured or named."""
    message = parsed(CLASSES["bomb compressed"](Random(1), 1))  # noqa: S311 - as above

    assert [one.name for one in message.attachments] == ["42.zip", "logs.gz"]
    assert sum(len(one.content) for one in message.attachments) < 10_000


def test_the_same_seed_gives_the_same_mails() -> None:
    """A failure of the stress run can be had again by its number."""
    assert list(islice(generated(400, 7), 400)) == list(generated(400, 7))
