"""Owns OAuth access tokens that Dovecot validates by itself: JWT (RFC 7519) signed by HS256."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

KEY = b"a key that only these tests know"
BEGAN, ENDS, ENDED = 1_500_000_000, 4_700_000_000, 1_600_000_000


def write_key(folder: Path) -> None:
    """Put the key where Dovecot looks for it: below `<azp>/<alg>/<kid>`, each of them default."""
    path = folder / "default/HS256/default"
    path.parent.mkdir(parents=True)
    path.write_bytes(base64.b64encode(KEY))


def make_token(user: str, *, is_over: bool = False) -> str:
    """Return a token that lets a user in; `is_over` one that did so some years ago."""
    claims = {"sub": user, "iat": BEGAN, "nbf": BEGAN, "exp": ENDED if is_over else ENDS}
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_base64(hmac.new(KEY, signed.encode(), hashlib.sha256).digest())}"


def _part(content: dict[str, object]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
