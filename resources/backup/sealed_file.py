"""Owns the sealed file: a stream under a passphrase, in chunks that each prove themselves.

    magic | length of the header (2 bytes) | header (JSON) | chunks

The header names the parameters of scrypt (RFC 7914), its salt and the nonces' beginning. Each chunk
is AES-256-GCM of up to 256 KiB under the nonce `prefix (7) | counter (4) | last (1)`: the STREAM
construction (Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", 2015), in which nothing can be cut, moved or added. The header is
the associated data of every chunk. Memory: two chunks, and scrypt's own 128 MiB.
"""

import io
import json
import secrets
import struct
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import Field, SecretStr, ValidationError
from typing_extensions import Buffer

from aios_defs.core.errors import BackupInvalid
from aios_defs.core.model import Model

MAGIC = b"AIOSBK01"
_CHUNK = 256 * 1024
_TAG = 16
_PREFIX = 7
_SALT = 16
_LENGTH = struct.Struct(">H")
_NONCE = struct.Struct(">I?")
_HEADER_BYTES = 4096


class _Header(Model):
    """What is needed to open the rest; bounded, because a stranger's file is read before it."""

    kdf: str = Field(default="scrypt", pattern="^scrypt$")
    cipher: str = Field(default="AES-256-GCM-STREAM", pattern="^AES-256-GCM-STREAM$")
    log_n: int = Field(ge=10, le=20)
    r: int = Field(default=8, ge=8, le=8)
    p: int = Field(default=1, ge=1, le=1)
    salt: str = Field(pattern=f"^[0-9a-f]{{{2 * _SALT}}}$")
    prefix: str = Field(pattern=f"^[0-9a-f]{{{2 * _PREFIX}}}$")


@dataclass(slots=True)
class _Cipher:
    """The key of one file, and the count of its chunks."""

    key: AESGCM
    prefix: bytes
    header: bytes
    counter: int = 0

    def nonce(self, *, is_last: bool) -> bytes:
        nonce = self.prefix + _NONCE.pack(self.counter, is_last)
        self.counter += 1
        return nonce


def _cipher(header: _Header, raw: bytes, passphrase: SecretStr) -> _Cipher:
    kdf = Scrypt(
        salt=bytes.fromhex(header.salt), length=32, n=1 << header.log_n, r=header.r, p=header.p
    )
    key = kdf.derive(passphrase.get_secret_value().encode())
    return _Cipher(AESGCM(key), bytes.fromhex(header.prefix), raw)


class SealingWriter(io.RawIOBase):
    """Seals what is written to it; `close` writes the last chunk and leaves the target open."""

    def __init__(self, target: BinaryIO, passphrase: SecretStr, *, log_n: int = 17) -> None:
        """Write the header; `log_n` is scrypt's cost (2^17: 128 MiB, half a second)."""
        super().__init__()
        header = _Header(
            log_n=log_n, salt=secrets.token_hex(_SALT), prefix=secrets.token_hex(_PREFIX)
        )
        raw = json.dumps(header.model_dump(), sort_keys=True).encode()
        target.write(MAGIC + _LENGTH.pack(len(raw)) + raw)
        self._target = target
        self._cipher = _cipher(header, raw, passphrase)
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, content: Buffer, /) -> int:
        """Take bytes; whole chunks are sealed at once, the last one waits for what follows."""
        self._waiting += content
        while len(self._waiting) > _CHUNK:
            self._seal(bytes(self._waiting[:_CHUNK]), is_last=False)
            del self._waiting[:_CHUNK]
        return len(memoryview(content))

    def finish(self) -> None:
        """Seal the last chunk: without it the file is refused as cut."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        cipher = self._cipher
        nonce = cipher.nonce(is_last=is_last)
        self._target.write(cipher.key.encrypt(nonce, plain, cipher.header))


class OpeningReader(io.RawIOBase):
    """Opens a sealed file as a stream; no byte is given out that was not proven."""

    def __init__(self, source: BinaryIO, passphrase: SecretStr) -> None:
        """Read the header.

        Raises:
            BackupInvalid: the file is no backup.

        """
        super().__init__()
        header, raw = _read_header(source)
        self._source = source
        self._cipher = _cipher(header, raw, passphrase)
        self._next = source.read(_CHUNK + _TAG)
        self._plain = b""
        self._is_over = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer; 0 at the proven end.

        Raises:
            BackupInvalid: the passphrase is another one, or the file was cut or changed.

        """
        view = memoryview(buffer).cast("B")
        while not self._plain and not self._is_over:
            self._open()
        size = min(len(view), len(self._plain))
        view[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _open(self) -> None:
        sealed, self._next = self._next, self._source.read(_CHUNK + _TAG)
        self._is_over = not self._next
        cipher = self._cipher
        is_first = cipher.counter == 0
        nonce = cipher.nonce(is_last=self._is_over)
        try:
            self._plain = cipher.key.decrypt(nonce, sealed, cipher.header)
        except InvalidTag as error:
            raise _wrong_key() if is_first else _changed() from error


def _read_header(source: BinaryIO) -> tuple[_Header, bytes]:
    start = source.read(len(MAGIC) + _LENGTH.size)
    if not start.startswith(MAGIC) or len(start) != len(MAGIC) + _LENGTH.size:
        raise _no_backup()
    (length,) = _LENGTH.unpack(start[len(MAGIC) :])
    raw = source.read(min(length, _HEADER_BYTES))
    try:
        return _Header.model_validate_json(raw), raw
    except ValidationError as error:
        raise _no_backup() from error


def _no_backup() -> BackupInvalid:
    return BackupInvalid("The file is no backup of AIOS.", remedy="Name a file of `aios backup`.")


def _wrong_key() -> BackupInvalid:
    return BackupInvalid(
        "The backup does not open: the passphrase is another one, or it was cut or changed.",
        remedy="Set AIOS_BACKUP_PASSPHRASE to the passphrase it was made with, then try again.",
    )


def _changed() -> BackupInvalid:
    return BackupInvalid(
        "The backup was cut or changed; nothing of it was used.",
        remedy="Take another copy of this backup, or an older one.",
    )
