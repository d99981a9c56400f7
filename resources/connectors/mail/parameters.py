"""Owns the parameters of structured fields (RFC 2045 §5.1), with continuations (RFC 2231).

The library's own reader is quadratic and raises TypeError on contradictory continuations. This one
reads each character once. Where forms contradict, the extended one (`name*`) counts, then the
plain one, then the numbered pieces up to the first gap.
"""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from resources.connectors.mail.charset import decode_bytes
from resources.connectors.mail.limits import MAX_PARAMETERS

_PARAMETER = re.compile(
    r";[\s;]*(?P<name>[^\s=;\"*]{1,64})(?:\*(?P<number>\d{1,3}))?(?P<extended>\*)?\s*=\s*"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"?|(?P<token>[^;]*))",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class _Piece(NamedTuple):
    number: int
    is_extended: bool
    value: str


def read_parameters(field: str) -> dict[str, str]:
    """Return the parameters of a field by their name in lower case; the first of a name counts."""
    pieces: dict[str, list[_Piece]] = {}
    for count, match in enumerate(_PARAMETER.finditer(field)):
        if count >= MAX_PARAMETERS:
            break
        quoted = match["quoted"]
        value = (match["token"] or "").strip() if quoted is None else _ESCAPED.sub(r"\1", quoted)
        number = -1 if match["number"] is None else int(match["number"])
        piece = _Piece(number, match["extended"] is not None, value)
        pieces.setdefault(match["name"].lower(), []).append(piece)
    return {name: _joined(found) for name, found in pieces.items()}


def _joined(pieces: list[_Piece]) -> str:
    whole = [one for one in pieces if one.number < 0]
    best = next((one for one in whole if one.is_extended), next(iter(whole), None))
    if best is not None:
        return _decoded([best])
    return _decoded(list(_in_order(pieces)))


def _in_order(pieces: list[_Piece]) -> list[_Piece]:
    """Return the numbered pieces from 0 up to the first gap."""
    numbered: dict[int, _Piece] = {}
    for one in pieces:
        numbered.setdefault(one.number, one)
    found: list[_Piece] = []
    while len(found) in numbered:
        found.append(numbered[len(found)])
    return found


def _decoded(pieces: list[_Piece]) -> str:
    """Join pieces, reading percent escapes by the charset that the first one names."""
    if not any(one.is_extended for one in pieces):
        return "".join(one.value for one in pieces)
    charset, content = None, b""
    for place, one in enumerate(pieces):
        value = one.value
        if place == 0 and one.is_extended and value.count("'") >= 2:  # noqa: PLR2004 - RFC 2231 §4
            charset, _, value = value.split("'", 2)
        raw = value.encode("utf-8")
        content += unquote_to_bytes(raw) if one.is_extended else raw
    return decode_bytes(content, charset or "utf-8")[0]


class OutsideMessage(EmailMessage):
    """A message part whose parameters are read by `read_parameters`."""

    _payload: object

    _read: tuple[str, Mapping[str, str]] = ("", {})

    def get_param(  # type: ignore[override]  # never the library's triples
        self,
        param: str,
        failobj: object = None,
        header: str = "content-type",
        unquote: bool = True,  # noqa: FBT001, FBT002 - the library's own signature
    ) -> Any:  # noqa: ANN401 - as above
        """Return the decoded text of a parameter, or `failobj`."""
        del unquote
        field = str(self.get(header, ""))
        if self._read[0] != field:
            self._read = (field, read_parameters(field))
        return self._read[1].get(param.lower(), failobj)

    def encoded(self) -> bytes:
        """Return a leaf's bytes as they came; `get_payload` would decode them by any charset."""
        payload = self._payload
        return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""
