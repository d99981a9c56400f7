"""Owns what a browser or a program sends: a form or a JSON object, and the nonce that it spends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from aios_defs.console.desk import Desk
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.nonces import spend_nonce

NONCE = "nonce"
_LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The values that were sent; `is_json` when the caller is a program and wants JSON back."""

    values: Mapping[str, JsonValue]
    is_json: bool

    def for_program(self) -> "Sent":
        """Return the same values as sent to the API, which answers JSON whatever was sent."""
        return replace(self, is_json=True)

    def text(self, name: str, default: str = "") -> str:
        """Return a value as text with unix line ends; the default when it was not sent.

        What is no Unicode (half of a surrogate pair, as JSON can name one) becomes `?`.
        """
        value = self.values.get(name, default)
        value = value[0] if isinstance(value, list) and value else value
        known = str(value).encode(errors="replace").decode()
        return known.replace("\r\n", "\n")

    def texts(self, name: str) -> list[str]:
        """Return all values of a name, as a form's checkboxes send them."""
        value = self.values.get(name, [])
        return [str(one) for one in (value if isinstance(value, list) else [value])]


async def _read(request: Request) -> Sent:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return Sent(values=parsed_object(await request.body()), is_json=True)
    form = await request.form(max_files=0)
    values: dict[str, JsonValue] = {name: [str(one) for one in form.getlist(name)] for name in form}
    return Sent(values=values, is_json=_wants_json(request))


def parsed_object(body: bytes) -> JsonObject:
    """Return a body as a JSON object, `{}` for none; raises UsageInvalid when it is no object."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise UsageInvalid(
            "The body is no JSON object.", remedy="Send one, as /api/openapi.json shows."
        )
    return value


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


SentForm = Annotated[Sent, Depends(_read)]


def spend(desk: Desk, session: SessionRow, sent: Sent, about: str) -> None:
    """Use up the nonce of what was sent, whatever comes of it afterwards.

    `about` is what the page made the nonce for, such as `<card id>:<content hash>`.

    Raises:
        NonceRefused: it is forged, expired, used, or for something else.

    """
    spend_nonce(desk.kernel, sent.text(NONCE), session.id, about)


def done(sent: Sent, to: str, value: JsonObject) -> Response:
    """Answer an act: the new state to a program, the next page to a browser (303)."""
    if sent.is_json:
        return JSONResponse(value)
    return RedirectResponse(to, status_code=303)


def local_path(text: str, default: str = "/inbox") -> str:
    """Return text if it names a page of this origin, else the default: a form leads nowhere else.

    Browsers read a backslash as a slash and drop control characters (WHATWG URL), so that what has
    two slashes at its beginning, or would have them after that, does not pass.
    """
    is_plain = text.isascii() and text.isprintable() and "\\" not in text and " " not in text
    if not is_plain or len(text) > _LONGEST or not text.startswith("/") or text[1:2] == "/":
        return default
    return text
