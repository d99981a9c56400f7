"""Owns handing work in by HTTP: one message, or the word to look for new ones; answered at once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from aios_defs.console.desk import AtDesk, Desk
from aios_defs.console.forms import NONCE, parsed_object
from aios_defs.core.errors import UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.services.handed import message_of
from aios_defs.services.nonces import spend_nonce

router = APIRouter(tags=["flows"])

NONCE_FIELD = "X-AIOS-Nonce"
_JSON, _MAIL = "application/json", "message/rfc822"
_TAKEN: JsonObject = {
    _JSON: {
        "schema": {
            "type": "object",
            "properties": {
                name: {"type": "string"} for name in ("from", "subject", "text", "id", NONCE)
            },
        }
    },
    _MAIL: {"schema": {"type": "string", "format": "binary"}},
}


async def _raw(request: Request) -> bytes:
    return await request.body()


@router.post(
    "/flows/{workflow}",
    summary="Hand work in: a message, or with no body the word to look for new ones",
    openapi_extra={"requestBody": {"required": False, "content": _TAKEN}},
)
def hand_in(
    request: Request, workflow: str, desk: AtDesk, raw: Annotated[bytes, Depends(_raw)]
) -> JsonObject:
    """Take in, decide, commit what is authorised; the answer says what was done.

    A bearer token is enough. With a session it takes a nonce about `run:<workflow>`, as a member of
    the JSON object or in the field X-AIOS-Nonce.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    sent = parsed_object(raw) if kind == _JSON else {}
    if getattr(request.state, "token", None) is None:
        given = str(sent.get(NONCE, "")) or request.headers.get(NONCE_FIELD, "")
        spend_nonce(desk.kernel, given, request.state.session.id, f"run:{workflow}")
    return desk.lane.run(workflow, _message(desk, workflow, kind, raw, sent))


def _message(desk: Desk, workflow: str, kind: str, raw: bytes, sent: JsonObject) -> bytes | None:
    words = {name: value for name, value in sent.items() if name != NONCE}
    if words:
        return message_of(desk.kernel, workflow, words)
    if not raw or kind == _JSON:
        return None
    if kind != _MAIL:
        raise UsageInvalid(
            "This kind of content is not taken.", remedy=f"Send {_MAIL}, {_JSON}, or nothing."
        )
    return raw
