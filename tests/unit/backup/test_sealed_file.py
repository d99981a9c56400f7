"""Proves the sealed file: what was written comes back, and nothing that was cut or changed does."""

import io
import itertools

import pytest
from pydantic import SecretStr

from aios_defs.core.errors import BackupInvalid
from resources.backup.sealed_file import MAGIC, OpeningReader, SealingWriter

CHUNK = 256 * 1024
SECRET = SecretStr("five words are quite enough")


def sealed(content: bytes, passphrase: SecretStr = SECRET) -> bytes:
    target = io.BytesIO()
    writer = SealingWriter(target, passphrase, log_n=10)
    writer.write(content)
    writer.finish()
    return target.getvalue()


def opened(content: bytes, passphrase: SecretStr = SECRET) -> bytes:
    return io.BufferedReader(OpeningReader(io.BytesIO(content), passphrase)).read()


def chunks(content: bytes) -> tuple[bytes, list[bytes]]:
    start = len(MAGIC) + 2 + int.from_bytes(content[len(MAGIC) : len(MAGIC) + 2])
    body = content[start:]
    return content[:start], [body[at : at + CHUNK + 16] for at in range(0, len(body), CHUNK + 16)]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_what_was_sealed_comes_back(size: int) -> None:
    """Contents of every length around a chunk's are read back as they were written."""
    content = bytes(itertools.islice(itertools.cycle(range(251)), size))

    assert opened(sealed(content)) == content


def test_the_content_is_not_in_the_file() -> None:
    """Nothing of the content can be read without the passphrase, and no file is like another."""
    content = b"a secret of the business" * 100

    assert content[:24] not in sealed(content)
    assert sealed(content) != sealed(content)


def test_another_passphrase_opens_nothing() -> None:
    """A wrong passphrase is refused before any byte is given out."""
    with pytest.raises(BackupInvalid, match="passphrase"):
        opened(sealed(b"content"), SecretStr("another five words are given"))


@pytest.mark.parametrize("kept", [0, 5, 60, -CHUNK, -1])
def test_a_file_that_was_cut_is_refused(kept: int) -> None:
    """Wherever a file ends too early, within a chunk or between two, it is refused."""
    whole = sealed(bytes(3 * CHUNK + 5))

    with pytest.raises(BackupInvalid):
        opened(whole[:kept])


def test_a_missing_last_chunk_is_refused() -> None:
    """Leaving the last chunks out is noticed: only the true last one says that it is."""
    header, body = chunks(sealed(bytes(3 * CHUNK + 5)))

    for count in range(len(body)):
        with pytest.raises(BackupInvalid):
            opened(header + b"".join(body[:count]))


def test_chunks_cannot_be_moved_doubled_or_taken_from_elsewhere() -> None:
    """Each chunk opens in its own place of its own file only."""
    header, body = chunks(sealed(bytes(3 * CHUNK + 5)))
    _, others = chunks(sealed(bytes(3 * CHUNK + 5)))
    moved = [body[1], body[0], *body[2:]]
    doubled = [body[0], body[0], *body[1:]]
    foreign = [body[0], others[1], *body[2:]]

    for wrong in (moved, doubled, foreign, [*body, body[-1]]):
        with pytest.raises(BackupInvalid):
            opened(header + b"".join(wrong))


@pytest.mark.parametrize("at", [0, 9, 40, 120, 400, CHUNK + 200, -1])
def test_a_changed_byte_is_refused(at: int) -> None:
    """A flipped bit anywhere, in the header as well, is noticed."""
    whole = bytearray(sealed(bytes(2 * CHUNK)))
    whole[at] ^= 1

    with pytest.raises(BackupInvalid):
        opened(bytes(whole))


def test_a_header_cannot_ask_for_endless_memory() -> None:
    """Parameters of scrypt beyond a bound are refused before they are used."""
    whole = sealed(b"content")
    hungry = whole.replace(b'"log_n": 10', b'"log_n": 30')

    with pytest.raises(BackupInvalid):
        opened(hungry)
